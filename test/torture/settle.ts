import { setImmediate as turn } from 'node:timers/promises';
import { Notifier, Runtime, type Future } from '../../lib';
import type { Random } from '../support/random';

/** A future that has not ended by then is lost. Milliseconds in which the event loop has turns. */
export const limit = { ms: 20_000 };

/** More than that between two looks, in milliseconds, is a thread or a machine that stands still. */
const TICK = 100;

/** The longest time between two looks, in milliseconds, since whoever asks set it to 0. */
export const stall = { ms: 0 };

/** The limit, of which time in which nothing could end is no part. */
export class Patience {
  #left = limit.ms;
  #last = performance.now();

  get over(): boolean {
    const now = performance.now();
    const passed = now - this.#last;
    stall.ms = Math.max(stall.ms, passed);
    this.#left -= Math.min(passed, 2 * TICK);
    this.#last = now;
    return this.#left <= 0;
  }
}

/** How a future ended. */
export type End = { readonly value: unknown } | { readonly error: Error & { code?: unknown } };

/** What comes of a promise; undefined when that takes too long. */
export async function endOf(promise: PromiseLike<unknown>): Promise<End | undefined> {
  const patience = new Patience();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setInterval(() => patience.over && resolve(undefined), Math.min(TICK, limit.ms));
  });
  const end = promise.then(
    (value): End => ({ value }),
    (error: Error): End => ({ error }),
  );
  const first = await Promise.race([end, late]);
  clearInterval(timer);
  return first;
}

/** How a future ended that is complete; undefined for one that is not. */
export function seen(future: Future<unknown>): End | undefined {
  if (!future.done) return undefined;
  const { error } = future;
  return error === undefined ? { value: future.output } : { error };
}

/** Polls until it is done, and does between two polls what `between` says. */
async function polled(
  future: Future<unknown>,
  notifier: Notifier | undefined,
  between: () => Promise<unknown>,
): Promise<End | undefined> {
  const patience = new Patience();
  while (future.poll(notifier) !== 1) {
    if (patience.over) return undefined;
    await between();
  }
  return seen(future);
}

function notified(future: Future<unknown>): Promise<End | undefined> {
  let wake: () => void = () => undefined;
  const notifier = new Notifier({ wake: () => wake(), poller: true });
  return polled(future, notifier, async () => {
    if (notifier.used === 'waker' && !future.done) {
      await endOf(new Promise<void>((resolve) => (wake = resolve)));
    } else {
      await turn();
    }
  });
}

/** Blocks the thread: no message, no timer comes through meanwhile. */
function blocking(future: Future<unknown>): End | undefined {
  const patience = new Patience();
  for (;;) {
    try {
      Runtime.default.waitSync(future, Math.min(TICK, limit.ms));
      return seen(future);
    } catch (error) {
      if (future.done) return seen(future);
      if ((error as Error).name !== 'TimeoutError') throw error;
      if (patience.over) return undefined;
    }
  }
}

const ways: readonly ((future: Future<unknown>) => Promise<End | undefined>)[] = [
  (future) => endOf(future),
  (future) => endOf(future.promise()),
  (future) => endOf(Runtime.default.wait(future)),
  (future) => polled(future, undefined, turn),
  notified,
  async (future) => {
    await turn();
    return blocking(future);
  },
];

/** Waits for a future in a random way. */
export const settle = (future: Future<unknown>, random: Random): Promise<End | undefined> =>
  ways[random.below(ways.length)]!(future);
