import { checkBoolean, checkInteger, checkNames, checkObject } from '../check';
import { MAX_BYTES } from '../operations/arguments';
import type { OpName } from '../operations/operation';

/** What a mover can do. */
export interface Capabilities {
  readonly operations: ReadonlySet<OpName>;
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
  /** Operations under way at once; more wait in line. */
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
  'flush',
  'nop',
  'drain',
];

export function softwareCapabilities(async: boolean, depth: number): Capabilities {
  return {
    operations: new Set(operationNames),
    durable: false,
    cacheHint: false,
    blockOnFault: true,
    overlapping: true,
    readback: false,
    notifiers: new Set(async ? (['waker', 'poller'] as const) : []),
    async,
    maxTransfer: MAX_BYTES,
    depth,
  };
}

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
