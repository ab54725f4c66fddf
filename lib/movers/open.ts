import { availableParallelism } from 'node:os';
import {
  checkChoice,
  checkInteger,
  checkNames,
  checkObject,
  checkPowerOfTwo,
  checkStrings,
  noOptions,
} from '../check';
import { MAX_SLOTS } from '../jobs/job-table';
import { MAX_NODE, Order } from '../jobs/order';
import { JobBackend, type HardwareChoice } from './job-backend';
import { DEFAULT_ENGINE, engineAsked, kernelsOf, type SoftwareOptions } from './kernels';
import { Mover } from './mover';
import { noSettings, settingsOf, type OpOptions } from './options';
import { nothingToChoose, startingThresholds, type ThresholdOption } from './thresholds';

/** Operations under way at once, unless said otherwise. */
const DEPTH = 4096;

/** Jobs handed over in one native call at most. */
const GATHER = 1024;

const MAX_THREADS = 1024;

/** How long a queue is waited for, in milliseconds: unless said otherwise, and at most. */
const TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export interface OpenOptions extends SoftwareOptions {
  /** `auto` (default): whoever is fastest; `hardware` fails where there is none; `software`. */
  path?: 'auto' | 'hardware' | 'software';
  /** Names of work queues, such as `wq0.1`; default: every usable one. */
  queues?: readonly string[];
  /** Queues of the NUMA node that the thread runs on, if there are any (default); anybody's; a node's. */
  numa?: 'local' | 'any' | number;
  /**
   * From which size on operations go to hardware, in bytes: for all, or by operation. `auto` (default):
   * as it is usual, then as it is measured of the program's own operations; see `explain()`.
   */
  threshold?: ThresholdOption;
  /** The same for threads: smaller operations are done on the spot where no hardware does them. */
  threadsThreshold?: ThresholdOption;
  /** How jobs are gathered: not at all, until the microtask, or until the loop's next turn. */
  batching?: { gather?: 'off' | 'microtask' | 'tick'; max?: number };
  /**
   * Operations under way at once, a power of two up to 65536; more wait in line. Those that are done on
   * the spot do not count. Default 4096.
   */
  depth?: number;
  /** Threads of a pool of its own, up to 1024; default: the pool that the process shares, one per CPU. */
  threads?: number;
  /** What happens where a device finds a page that is not there: see `OpOptions`. */
  onFault?: OpOptions['onFault'];
  /** How queues are submitted to: through the mapped portal, by write(), or as it goes (default). */
  submit?: 'auto' | 'mmap' | 'write';
  /** A queue that does not answer for so many milliseconds counts as lost. Default 10000. */
  timeoutMs?: number;
}

export interface ThreadsOptions extends SoftwareOptions {
  /** Default: one per CPU that the process may use. */
  threads?: number;
  /** Operations under way at once, a power of two up to 65536. */
  ring?: number;
  /** What its futures choose where a caller of `poll` offers both. Default `waker`. */
  notifier?: 'waker' | 'poller';
}

const openNames = [
  'path',
  'queues',
  'numa',
  'threshold',
  'threadsThreshold',
  'batching',
  'depth',
  'threads',
  'onFault',
  'submit',
  'timeoutMs',
  'engine',
];
const batchingNames = ['gather', 'max'];
const threadsNames = ['threads', 'ring', 'notifier', 'engine'];
const syncNames = ['engine'];

/** What a mover is called: its kernels are named where they are not those of this package. */
function named(what: string, threads: number, engine: string): string {
  const parts = threads === 0 ? [] : [`${String(threads)} ${threads === 1 ? 'thread' : 'threads'}`];
  if (engine !== DEFAULT_ENGINE) parts.push(engine);
  return parts.length === 0 ? what : `${what} (${parts.join(', ')})`;
}

function hardwareChoice(options: OpenOptions): HardwareChoice | undefined {
  const { queues, numa } = options;
  const path = checkChoice('path', options.path, ['auto', 'hardware', 'software']) ?? 'auto';
  const submit = checkChoice('submit', options.submit, ['auto', 'mmap', 'write']) ?? 'auto';
  const { timeoutMs = TIMEOUT_MS } = options;
  checkInteger('timeoutMs', timeoutMs, MAX_TIMEOUT_MS, 1);
  if (queues !== undefined) checkStrings('queues', queues);
  if (typeof numa === 'number') checkInteger('numa', numa, MAX_NODE);
  else checkChoice('numa', numa, ['local', 'any']);
  if (path === 'software') return undefined;
  const node = typeof numa === 'number' ? numa : undefined;
  const place = numa === 'local' || numa === undefined ? Order.LocalPlace : Order.AnyPlace;
  return { path, queues, node, submit, timeoutMs, place };
}

function jobBackend(options: OpenOptions): JobBackend {
  const { batching = noOptions, depth = DEPTH, threads = availableParallelism() } = options;
  checkObject('batching', batching);
  checkNames(batching, batchingNames);
  const gather = checkChoice('batching.gather', batching.gather, ['off', 'microtask', 'tick']);
  const max = checkInteger('batching.max', batching.max ?? GATHER, MAX_SLOTS, 1);
  const count = checkInteger('threads', threads, MAX_THREADS, 1);
  const engine = engineAsked(options.engine);
  return new JobBackend(named('software', count, engine), {
    engine,
    depth: checkPowerOfTwo('depth', depth, MAX_SLOTS),
    threads: count,
    common: options.threads === undefined,
    inline: true,
    gather: gather === 'off' ? 1 : max,
    when: gather === 'tick' ? 'tick' : 'microtask',
    notifier: 'waker',
    thresholds: startingThresholds(options),
    hardware: hardwareChoice(options),
  });
}

/**
 * Opens a mover. Where work queues of an Intel DSA can be used, large operations go there. Other small
 * ones run on the spot, in one native call for all that were asked for in a microtask, and other large
 * ones on threads of our own, off the event loop.
 *
 * @throws MoverError `ERR_MOVER_NO_DEVICE` or `ERR_MOVER_NO_PERMISSION` for path `hardware` where no
 * work queue can be used, with the reason; `ERR_MOVER_UNSUPPORTED` for an engine that is not there;
 * TypeError, RangeError for options that make no sense
 */
export async function open(options: OpenOptions = noOptions): Promise<Mover> {
  await Promise.resolve();
  checkObject('options', options);
  checkNames(options, openNames);
  const backend = jobBackend(options);
  const { onFault } = options;
  const settings = onFault === undefined ? {} : { onFault };
  const defaults = settingsOf(settings, noSettings, backend.capabilities);
  try {
    await backend.open();
  } catch (error) {
    await backend.close();
    throw error;
  }
  return new Mover(backend, defaults);
}

/**
 * Executes each operation in its first poll, on the calling thread. What it gives is complete at once,
 * so that a loop which awaits nothing else leaves the event loop no turn.
 *
 * @throws MoverError `ERR_MOVER_UNSUPPORTED` for an engine that is not there; TypeError for options
 * that make no sense
 */
export function syncMover(options: SoftwareOptions = noOptions): Mover {
  checkObject('options', options);
  checkNames(options, syncNames);
  const engine = kernelsOf(engineAsked(options.engine));
  return new Mover(
    new JobBackend(named('synchronous', 0, engine), {
      engine,
      depth: DEPTH,
      threads: 0,
      common: false,
      inline: true,
      gather: 1,
      when: 'microtask',
      notifier: 'waker',
      thresholds: nothingToChoose,
      hardware: undefined,
    }),
  );
}

/**
 * Executes every operation, however small, on threads of its own.
 *
 * @throws MoverError `ERR_MOVER_UNSUPPORTED` for an engine that is not there; TypeError, RangeError for
 * options that make no sense
 */
export function threadsMover(options: ThreadsOptions = noOptions): Mover {
  checkObject('options', options);
  checkNames(options, threadsNames);
  const { threads = availableParallelism(), ring = DEPTH } = options;
  const count = checkInteger('threads', threads, MAX_THREADS, 1);
  const engine = kernelsOf(engineAsked(options.engine));
  return new Mover(
    new JobBackend(named('threads', count, engine), {
      engine,
      depth: checkPowerOfTwo('ring', ring, MAX_SLOTS),
      threads: count,
      common: false,
      inline: false,
      gather: GATHER,
      when: 'microtask',
      notifier: checkChoice('notifier', options.notifier, ['waker', 'poller']) ?? 'waker',
      thresholds: nothingToChoose,
      hardware: undefined,
    }),
  );
}

/** The mover of this agent with the default options; its engines are opened at the first job. */
export const mover: Mover = new Mover(jobBackend({}));
