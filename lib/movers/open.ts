import { availableParallelism } from 'node:os';
import { noDevice } from '../devices/no-device';
import { MAX_SLOTS } from '../jobs/job-table';
import { checkChoice, checkInteger, checkNames, checkObject, checkPowerOfTwo } from '../check';
import { JobBackend } from './job-backend';
import { Mover } from './mover';

/** Operations under way at once, unless said otherwise. */
const DEPTH = 4096;

/** Jobs handed over in one native call at most. */
const GATHER = 1024;

const MAX_THREADS = 1024;

export interface OpenOptions {
  /** `auto` (default): whoever is fastest; `hardware` fails where there is none; `software`. */
  path?: 'auto' | 'hardware' | 'software';
  /** How jobs are gathered: not at all, until the microtask, or until the loop's next turn. */
  batching?: { gather?: 'off' | 'microtask' | 'tick'; max?: number };
  /** Operations under way at once, a power of two up to 65536; more wait in line. Default 4096. */
  depth?: number;
  /** Threads of a pool of its own, up to 1024; default: the pool that the process shares, one per CPU. */
  threads?: number;
}

export interface ThreadsOptions {
  /** Default: one per CPU that the process may use. */
  threads?: number;
  /** Operations under way at once, a power of two up to 65536. */
  ring?: number;
  /** What its futures choose where a caller of `poll` offers both. Default `waker`. */
  notifier?: 'waker' | 'poller';
}

const openNames = ['path', 'batching', 'depth', 'threads'];
const batchingNames = ['gather', 'max'];
const threadsNames = ['threads', 'ring', 'notifier'];

const named = (engine: string, threads: number): string =>
  `${engine} (${String(threads)} ${threads === 1 ? 'thread' : 'threads'})`;

function softwareBackend(options: OpenOptions): JobBackend {
  const { batching = {}, depth = DEPTH, threads = availableParallelism() } = options;
  checkObject('batching', batching);
  checkNames(batching, batchingNames);
  const gather = checkChoice('batching.gather', batching.gather, ['off', 'microtask', 'tick']);
  const max = checkInteger('batching.max', batching.max ?? GATHER, MAX_SLOTS, 1);
  const count = checkInteger('threads', threads, MAX_THREADS, 1);
  return new JobBackend(named('software', count), {
    depth: checkPowerOfTwo('depth', depth, MAX_SLOTS),
    threads: count,
    common: options.threads === undefined,
    inline: true,
    gather: gather === 'off' ? 1 : max,
    when: gather === 'tick' ? 'tick' : 'microtask',
    notifier: 'waker',
  });
}

/**
 * Opens a mover. Small jobs run on the spot, in one native call for all that were asked for in a
 * microtask; large ones on threads of our own, off the event loop.
 *
 * @throws MoverError `ERR_MOVER_NO_DEVICE` for path `hardware` without hardware, with what was
 * looked for; TypeError, RangeError for options that make no sense
 */
export async function open(options: OpenOptions = {}): Promise<Mover> {
  await Promise.resolve();
  checkObject('options', options);
  checkNames(options, openNames);
  const path = checkChoice('path', options.path, ['auto', 'hardware', 'software']);
  if (path === 'hardware') throw noDevice();
  const backend = softwareBackend(options);
  backend.open();
  return new Mover(backend);
}

/**
 * Executes each operation in its first poll, on the calling thread. What it gives is complete at once,
 * so that a loop which awaits nothing else leaves the event loop no turn.
 */
export function syncMover(): Mover {
  return new Mover(
    new JobBackend('synchronous', {
      depth: DEPTH,
      threads: 0,
      common: false,
      inline: true,
      gather: 1,
      when: 'microtask',
      notifier: 'waker',
    }),
  );
}

/**
 * Executes every operation, however small, on threads of its own.
 *
 * @throws TypeError, RangeError for options that make no sense
 */
export function threadsMover(options: ThreadsOptions = {}): Mover {
  checkObject('options', options);
  checkNames(options, threadsNames);
  const { threads = availableParallelism(), ring = DEPTH } = options;
  const count = checkInteger('threads', threads, MAX_THREADS, 1);
  return new Mover(
    new JobBackend(named('threads', count), {
      depth: checkPowerOfTwo('ring', ring, MAX_SLOTS),
      threads: count,
      common: false,
      inline: false,
      gather: GATHER,
      when: 'microtask',
      notifier: checkChoice('notifier', options.notifier, ['waker', 'poller']) ?? 'waker',
    }),
  );
}

/** The mover of this agent with the default options; its engines are opened at the first job. */
export const mover: Mover = new Mover(softwareBackend({}));
