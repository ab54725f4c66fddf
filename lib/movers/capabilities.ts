import { Opcode } from '../abi/descriptor';
import { checkBoolean, checkInteger, checkNames, checkObject } from '../check';
import type { QueueSetup } from '../devices/usable-queues';
import { MAX_BYTES } from '../operations/arguments';
import type { OpName } from '../operations/operation';

/** What a mover can do. */
export interface Capabilities {
  readonly operations: ReadonlySet<OpName>;
  /** Who can do the work; which of them may is each operation's `path`. */
  readonly paths: ReadonlySet<'hardware' | 'software'>;
  /** NUMA nodes whose work queues serve. */
  readonly numaNodes: ReadonlySet<number>;
  /** Completion can imply that the data reached the persistence domain. */
  readonly durable: boolean;
  /** `cache` is obeyed, rather than permitted. */
  readonly cacheHint: boolean;
  readonly blockOnFault: boolean;
  /** `move` accepts overlapping ranges. */
  readonly overlapping: boolean;
  readonly readback: boolean;
  /** By what its futures can say that they are done. */
  readonly notifiers: ReadonlySet<'waker' | 'poller'>;
  /** Work goes on without being polled. */
  readonly async: boolean;
  /** Bytes of one operation. */
  readonly maxTransfer: number;
  /** Operations under way at once, but for those that are done on the spot; more wait in line. */
  readonly depth: number;
}

/** What is asked of a mover. */
export interface Demand {
  op?: OpName;
  durable?: boolean;
  cacheHint?: boolean;
  bytes?: number;
}

export const operationNames: readonly OpName[] = [
  'copy',
  'move',
  'fill',
  'dualcast',
  'compare',
  'comparePattern',
  'equals',
  'crc32c',
  'copyCrc32c',
  'createDelta',
  'applyDelta',
  'difCheck',
  'difInsert',
  'difStrip',
  'difUpdate',
  'flush',
  'nop',
  'drain',
];

/** Whether programs may write cache lines back: everywhere but on ARM systems that keep that to themselves. */
const writesBack =
  process.arch === 'x64' || (process.arch === 'arm64' && process.platform === 'linux');

export function softwareCapabilities(async: boolean, depth: number): Capabilities {
  return {
    operations: new Set(operationNames),
    paths: new Set(['software'] as const),
    numaNodes: new Set(),
    durable: writesBack,
    cacheHint: false,
    blockOnFault: true,
    overlapping: true,
    readback: writesBack,
    notifiers: new Set(async ? (['waker', 'poller'] as const) : []),
    async,
    maxTransfer: MAX_BYTES,
    depth,
  };
}

/** Opcodes of each operation. */
const opcodes: Readonly<Record<OpName, number>> = {
  copy: Opcode.MemoryMove,
  move: Opcode.MemoryMove,
  fill: Opcode.Fill,
  dualcast: Opcode.Dualcast,
  compare: Opcode.Compare,
  comparePattern: Opcode.ComparePattern,
  equals: Opcode.Compare,
  crc32c: Opcode.Crc,
  copyCrc32c: Opcode.CopyCrc,
  createDelta: Opcode.CreateDelta,
  applyDelta: Opcode.ApplyDelta,
  difCheck: Opcode.DifCheck,
  difInsert: Opcode.DifInsert,
  difStrip: Opcode.DifStrip,
  difUpdate: Opcode.DifUpdate,
  flush: Opcode.CacheFlush,
  nop: Opcode.Nop,
  drain: Opcode.Nop,
};

/** What work queues can do: what every one of them can, as any may get a job. */
export function hardwareCapabilities(queues: readonly QueueSetup[], depth: number): Capabilities {
  const has = (opcode: number): boolean =>
    queues.every(({ operations }) => ((operations >> BigInt(opcode)) & 1n) === 1n);
  const readback = queues.every((queue) => queue.readback);
  return {
    ...softwareCapabilities(true, depth),
    durable: readback,
    readback,
    operations: new Set(operationNames.filter((name) => has(opcodes[name]))),
    paths: new Set(['hardware'] as const),
    numaNodes: new Set(queues.map(({ numa }) => numa).filter((node) => node >= 0)),
    cacheHint: true,
    blockOnFault: queues.every(({ blockOnFault }) => blockOnFault),
  };
}

/** Of a mover that has both, and may leave to software what hardware cannot do. */
export function mixedCapabilities(software: Capabilities, hardware: Capabilities): Capabilities {
  return {
    ...software,
    paths: new Set(['hardware', 'software'] as const),
    numaNodes: hardware.numaNodes,
  };
}

export const copyOf = (able: Capabilities): Capabilities => ({
  ...able,
  operations: new Set(able.operations),
  paths: new Set(able.paths),
  numaNodes: new Set(able.numaNodes),
  notifiers: new Set(able.notifiers),
});

const demands = ['op', 'durable', 'cacheHint', 'bytes'];

/**
 * Whether every part of the demand is met.
 *
 * @throws TypeError, RangeError for a demand that makes no sense: a wrong yes costs data
 */
export function meets(able: Capabilities, demand: Demand): boolean {
  checkObject('what', demand, false);
  checkNames(demand, demands);
  const durable = checkBoolean('durable', demand.durable);
  const cacheHint = checkBoolean('cacheHint', demand.cacheHint);
  const bytes = checkInteger('bytes', demand.bytes ?? 0, Number.MAX_SAFE_INTEGER);
  return (
    (demand.op === undefined || able.operations.has(demand.op)) &&
    (durable !== true || able.durable) &&
    (cacheHint !== true || able.cacheHint) &&
    bytes <= able.maxTransfer
  );
}
