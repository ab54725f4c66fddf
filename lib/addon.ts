import bindings from 'bindings';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { layout, layoutDifferences, type Layout } from './abi/layout';
import { MoverError } from './errors';
import { hasOwn } from './intrinsics';
import type { PmemAddon } from './pmem/pmem-addon';

/** What a hardware engine has done, in numbers since it was opened. */
export interface HardwareCounters {
  /** Handed to queues; a batch is one. */
  readonly descriptors: number;
  readonly batches: number;
  /** Of batches. */
  readonly members: number;
  /** Jobs larger than a queue takes. */
  readonly splits: number;
  /** Submissions for which no queue had room. */
  readonly refused: number;
  readonly readFaults: number;
  readonly writeFaults: number;
  /** Went on by the CPU after a fault. */
  readonly continued: number;
  /** Went on by a device after its pages were touched. */
  readonly retried: number;
  /** Jobs that had no answer. */
  readonly lost: number;
}

/** What the native addon offers. The border carries numbers; errors are made on this side. */
export interface Addon extends PmemAddon {
  readonly layout: Layout;
  /** Names of the kernels chosen for this CPU. */
  readonly kernels: { readonly vectors: string; readonly crc32c: string; readonly flush: string };
  /** Version of the Intel DML that it was built with; absent: it was built without. */
  readonly intelDml?: string;
  /** Address of the first byte of the view; 0 when its buffer is detached. */
  addressOf(view: Uint8Array): number;
  /**
   * Something that keeps the memory of the view's buffer alive, also when the buffer is transferred
   * away or the environment ends.
   */
  hold(view: Uint8Array): unknown;
  /**
   * Memory for `capacity` jobs: descriptors, then records. Never to leave the library. Undefined
   * where the system has none. `tally` counts what its engines are given: see native/napi/job_tally.h.
   */
  createTable(
    capacity: number,
  ): { id: number; memory: ArrayBuffer; address: number; tally: ArrayBuffer } | undefined;
  closeTable(table: number): void;
  /**
   * An engine over a table. `threads` 0: inline; else a pool, the process's common one if `common`.
   * `intelDml`, where it was built with it: its kernels are preferred.
   */
  openEngine(
    table: number,
    threads: number,
    common: boolean,
    wakeUp: number,
    intelDml: boolean,
  ): { id: number; ring: ArrayBuffer };
  /** Descriptors, and parts of large ones, that kernels of another library executed for the engine. */
  executedByProvider(engine: number): number;
  /** Hands over the jobs whose slots stand in the ring from `first` on; returns how many it took. */
  submit(engine: number, first: number, count: number): number;
  /** Drops what no thread has begun and waits for what one has. */
  closeEngine(engine: number): void;
  /**
   * Descriptors and records as those of a table, `slots` of them, a power of two. `run` executes so many
   * from a slot on; behind the last comes the first again. Undefined where the system has no memory for them.
   * They count as jobs of the table. `run` returns how many before the first other one are nops, memory
   * moves, fills, comparisons and CRCs that have succeeded.
   */
  createInlineRing(
    slots: number,
    table: number,
  ):
    | { run: (first: number, count: number) => number; memory: ArrayBuffer; address: number }
    | undefined;
  /** A wake-up: `wake` is called on this thread's event loop, once per sleep(). */
  onWake(wake: () => void): number;
  /** Arms the wake-up; completions must be looked at once more before relying on it. */
  sleep(wakeUp: number, keepAlive: boolean): void;
  /** Disarms the wake-up and lets the process exit. */
  awake(wakeUp: number): void;
  /**
   * Arms the wake-up for this thread in place of its event loop, which counts as awake from then on;
   * completions must be looked at once more before block(), or awake() if that finds one.
   */
  arm(wakeUp: number): void;
  /**
   * After arm(): blocks this thread until a completion or until the time has passed, and disarms.
   * Returns whether there was a completion.
   *
   * @param milliseconds - fractions are allowed; Infinity: until a completion; NaN as 0
   */
  block(wakeUp: number, milliseconds: number): boolean;
  /**
   * Zero-filled memory, or the step that the system refused and with which errno; undefined where
   * the runtime refuses a view of it.
   *
   * @param hugePages - 0 none, 1 advised, 2 of 2 MiB, 3 of 1 GiB
   * @param numa - the node, -1: wherever
   */
  allocate(
    bytes: number,
    align: number,
    hugePages: 0 | 1 | 2 | 3,
    numa: number,
    prefault: boolean,
    lock: boolean,
  ): ArrayBuffer | { step: string; errno: number } | undefined;
  /**
   * Opens a work queue on another thread and has it answer a no-op. `done` is given the queue's
   * number and how it is submitted to, or undefined, the step that failed and its errno.
   *
   * @param submit - 0 as it goes, 1 through the mapped portal, 2 by write()
   */
  openQueue(
    path: string,
    dedicated: boolean,
    size: number,
    maxTransfer: number,
    maxBatch: number,
    batchByWrite: boolean,
    numa: number,
    priority: number,
    submit: 0 | 1 | 2,
    patienceMs: number,
    done: (queue: number | undefined, how: string, errno?: number) => void,
  ): void;
  /** A queue without a device: descriptors are executed as they are submitted. */
  openLoopback(size: number, maxTransfer: number, maxBatch: number, faultEvery: number): number;
  /** Lets go of the queue; engines that have it keep it. */
  closeQueue(queue: number): void;
  /** Whether the queue has failed for good. */
  queueLost(queue: number): boolean;
  /** An engine over work queues; `claims` has a byte a slot. */
  openHardware(
    table: number,
    queues: Uint32Array,
    wakeUp: number,
    threads: number,
    timeoutMs: number,
    place: number,
    overlapping: boolean,
  ): { id: number; ring: ArrayBuffer; claims: ArrayBuffer };
  setQueues(engine: number, queues: Uint32Array): void;
  /** Goes on after a page fault; false: the job is to fail. */
  resume(engine: number, slot: number): boolean;
  /** Looks after what is under way. Bit 0: jobs were lost; 1: something waits for room; 2: something ended; 3: a queue took nothing. */
  tend(engine: number): number;
  /** Slots of jobs that were lost; undefined where the environment is terminating. */
  takeLost(engine: number): Uint32Array | undefined;
  counters(engine: number): HardwareCounters;
}

const root = resolve(__dirname, '..');

/** Directory and file under `prebuilds/` of the binary for this machine. */
export function prebuiltPath(): string {
  const { platform, arch } = process;
  if (platform !== 'linux') return join('prebuilds', `${platform}-${arch}`, 'datamover.node');
  return join('prebuilds', `${platform}-${arch}`, `datamover.${libc()}.node`);
}

function libc(): 'glibc' | 'musl' {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  const { excludeNetwork = false } = report;
  // For each connection it would ask a name server for its other end, and wait for the answer.
  report.excludeNetwork = true;
  const { header } = report.getReport() as unknown as { header: object };
  report.excludeNetwork = excludeNetwork;
  return hasOwn(header, 'glibcVersionRuntime') ? 'glibc' : 'musl';
}

/**
 * The binary that was compiled here. `bindings` looks up each part of a path among its options, which
 * therefore inherit nothing: what data has put on `Object.prototype` is no part of the path.
 *
 * @throws Error when there is none
 */
function compiledPath(): string {
  const options = {
    bindings: 'datamover',
    module_root: root,
    try: [['module_root', 'build', 'Release', 'bindings']],
    // Finds it, and leaves it to us to load it.
    path: true,
  };
  return bindings(Object.assign(Object.create(null) as object, options)) as string;
}

/** Made once: to find out which one it is takes milliseconds. */
let prebuilt: string | undefined;

/** One compiled here comes first: who compiled it found the prebuilt one not to fit. */
function load(): Addon {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(compiledPath()) as Addon;
  } catch (error) {
    prebuilt ??= join(root, prebuiltPath());
    if (!existsSync(prebuilt)) throw error;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(prebuilt) as Addon;
  }
}

let loaded: Addon | undefined;

/** @throws MoverError `ERR_MOVER_UNSUPPORTED` */
function loadOrExplain(): Addon {
  let addon: Addon;
  try {
    addon = load();
  } catch (cause) {
    const machine = `${process.platform}-${process.arch}`;
    const error = new MoverError(
      'ERR_MOVER_UNSUPPORTED',
      `datamover has no native binary that loads here (${machine}, Node ${process.version}). ` +
        'Compile it with this command: npx datamover build',
    );
    throw Object.assign(error, { cause });
  }
  const differences = layoutDifferences(layout, addon.layout);
  if (differences.length === 0) return addon;
  throw new MoverError(
    'ERR_MOVER_UNSUPPORTED',
    `datamover's native binary is of another version (${differences.join('; ')}). ` +
      'Compile it with this command: npx datamover build',
  );
}

/**
 * The native addon: one compiled here first, then a prebuilt one. Where there is none it is looked for
 * again the next time.
 *
 * @throws MoverError `ERR_MOVER_UNSUPPORTED` when there is none that fits, with the command to type.
 */
export function addon(): Addon {
  return (loaded ??= loadOrExplain());
}
