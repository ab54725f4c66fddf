import type { Driver } from './driver';
import type { Notifier } from './notifier';

/** Numeric values equal the ones of the C library miniasync; they are not ordered by progress. */
export const FutureState = { Idle: 0, Complete: 1, Running: 2 } as const;
export type FutureState = 0 | 1 | 2;

/** `async`: the work goes on without being polled. */
export type FutureProperty = 'async';

export interface PromiseOptions {
  /** Aborting stops work that has not started; work that has is waited for, then the wait rejects. */
  signal?: AbortSignal;
  /** Who drives the future, beside those who do already; default: `Runtime.default`. */
  runtime?: Driver;
}

/**
 * A computation that makes progress when polled, and a thenable.
 *
 * Lazy: nothing happens before the first poll, `then`, `promise` or `await`. Polling a completed
 * future does nothing. One that nobody finishes holds nothing but its own memory.
 */
export interface Future<T> extends PromiseLike<T>, Disposable {
  readonly state: FutureState;
  /** Complete, with an output or an error. */
  readonly done: boolean;
  /**
   * The value of a completed future.
   *
   * @throws MoverError `ERR_FUTURE_PENDING` before completion; after a failure, the future's error.
   */
  readonly output: T;
  /** Why it failed; undefined while it is pending or when it succeeded. */
  readonly error: Error | undefined;
  /** Drives it, as `await` does; what comes back is a promise. */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: Error) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  /** Whether the future has the property now: a chain answers for the step that it is at. */
  has(property: FutureProperty): boolean;
  /**
   * Makes progress, never blocks, never throws for a failed operation, does nothing once complete.
   *
   * @param notifier - how the future may say when to poll again; without one, poll until `done`
   */
  poll(notifier?: Notifier | null): FutureState;
  /** A promise of the output, driven by the event loop. */
  promise(options?: PromiseOptions): Promise<T>;
  /**
   * Stops work that has not started: true, and the future has failed with `reason` (default: an
   * `AbortError`). False when it is too late: what is under way runs on and has to be waited for.
   * A future made of several steps starts no further one then, and fails with `reason`.
   */
  cancel(reason?: unknown): boolean;
}
