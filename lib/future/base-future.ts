import { inspect } from 'node:util';
import { checkObject, checkSignal } from '../check';
import { MoverError } from '../errors';
import { onAbort } from './on-abort';
import { FutureState, type Future, type FutureProperty, type PromiseOptions } from './future';

export interface Deferred {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function defer(): Deferred {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** Any reason as an error: one that is none becomes the cause of an `AbortError`. */
export function asError(reason: unknown): Error {
  if (typeof reason === 'object' && reason !== null && 'message' in reason) return reason as Error;
  const error = new DOMException('This operation was aborted', 'AbortError');
  return Object.assign(error, { cause: reason });
}

/** States of a future, and whether it failed once it is complete. */
export const enum Phase {
  Idle = 0,
  Complete = 1,
  Running = 2,
  Failed = 3,
}

/**
 * State, result and promise of a future. A subclass does the work: it starts in `poll()`, and ends
 * with `complete` or `fail`.
 *
 * The promise is made when it is first asked for, so that a future that is only polled costs none.
 */
export abstract class BaseFuture<T> implements Future<T> {
  /** @internal */
  phase: Phase = Phase.Idle;
  /** @internal The output or the error, by phase. */
  outcome: unknown = undefined;
  /** @internal */
  deferred: Deferred | undefined = undefined;

  get state(): FutureState {
    return this.phase === Phase.Failed ? FutureState.Complete : this.phase;
  }

  get done(): boolean {
    return (this.phase & Phase.Complete) !== 0;
  }

  get output(): T {
    if (this.phase === Phase.Complete) return this.outcome as T;
    if (this.error !== undefined) throw this.error;
    throw new MoverError('ERR_FUTURE_PENDING', 'the future has no output yet: poll or await it');
  }

  get error(): Error | undefined {
    if (this.phase !== Phase.Failed) return undefined;
    // Who reads the error has looked at the failure: its rejection is no unhandled one.
    this.deferred?.promise.catch(() => undefined);
    return this.outcome as Error;
  }

  abstract has(property: FutureProperty): boolean;
  abstract poll(): FutureState;

  /** @internal Sees to it that the event loop finishes the future; a promise is wanted. */
  abstract drive(): void;

  /** @internal Stops the work if it has not begun to run; false when it has. */
  abstract stop(): boolean;

  /** @internal */
  complete(value: T): void {
    this.phase = Phase.Complete;
    this.outcome = value;
    if (this.deferred !== undefined) this.deferred.resolve(value);
  }

  /** @internal */
  fail(error: Error): void {
    this.phase = Phase.Failed;
    this.outcome = error;
    if (this.deferred !== undefined) this.deferred.reject(error);
  }

  cancel(reason?: unknown): boolean {
    if (this.done || !this.stop()) return false;
    this.fail(asError(reason));
    return true;
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise().then(onValue, onError);
  }

  promise(options?: PromiseOptions): Promise<T> {
    let signal: AbortSignal | undefined;
    try {
      checkObject('options', options);
      signal = checkSignal(options?.signal);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is one
      return Promise.reject(error);
    }
    this.deferred ??= deferredOf(this);
    return signal === undefined ? (this.deferred.promise as Promise<T>) : abortable(this, signal);
  }

  [inspect.custom](): object {
    const { state, error } = this;
    const result = this.phase === Phase.Complete ? { output: this.outcome } : {};
    return { state, ...result, ...(error === undefined ? {} : { error }) };
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

function deferredOf(future: BaseFuture<unknown>): Deferred {
  const deferred = defer();
  if (future.phase === Phase.Complete) {
    deferred.resolve(future.outcome);
  } else if (future.phase === Phase.Failed) {
    deferred.reject(future.outcome);
  } else {
    future.deferred = deferred;
    future.drive();
  }
  return deferred;
}

/** Aborting while the work is under way lets it end, and rejects then. */
async function abortable<T>(future: BaseFuture<T>, signal: AbortSignal): Promise<T> {
  const late: unknown[] = [];
  const abort = (): void => {
    if (!future.done && !future.cancel(signal.reason)) late.push(signal.reason);
  };
  const unwatch = onAbort(signal, abort);
  if (signal.aborted) abort();
  try {
    const value = await future.promise();
    if (late.length > 0) throw late[0];
    return value;
  } finally {
    unwatch();
  }
}

class Settled<T> extends BaseFuture<T> {
  static of<T>(value: T): Settled<T> {
    const future = new Settled<T>();
    future.complete(value);
    return future;
  }

  static failing(error: Error): Settled<never> {
    const future = new Settled<never>();
    future.fail(error);
    return future;
  }

  has(): boolean {
    return false;
  }

  poll(): FutureState {
    return this.state;
  }

  override drive(): void {
    // Nothing is left to be driven.
  }

  override stop(): boolean {
    return false;
  }
}

/** A future that is complete from the start. */
export const completed = <T>(value: T): Future<T> => Settled.of(value);

/** A future that has failed from the start. Nobody need look at it. */
export const failed = (error: Error): Future<never> => Settled.failing(asError(error));
