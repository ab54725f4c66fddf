import { inspect } from 'node:util';
import { checkNames, checkObject, checkSignal, noOptions } from '../check';
import { setImmediate } from '../clock';
import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { asError, thrown } from './as-error';
import { checkDriver, type Driver } from './driver';
import { FutureState, type Future, type FutureProperty, type PromiseOptions } from './future';
import type { Notifier } from './notifier';
import { abortedBy, onAbort } from './on-abort';
import { isResolver } from './resolver';
import { loopIsDue } from './spell';

export interface Deferred {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** The event loop sees to it. */
  driven: boolean;
}

export function defer(): Deferred {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // A full stack is an exception for the promise alone.
  if ((reject as unknown) === undefined) {
    promise.catch(() => undefined);
    throw new RangeError('Maximum call stack size exceeded');
  }
  return { promise, resolve, reject, driven: false };
}

/** Each says of an object whether it was made by a class of futures of ours, and is no proxy of one. */
export const brands: ((value: object) => boolean)[] = [];

/** Fails a future by none of its methods; false where it is complete already. */
export let failByForce: (future: BaseFuture<unknown>, error: Error) => boolean;

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
  static {
    conceal(this, 'future()');
    brands.push((value) => #phase in value);
    failByForce = (future, error) => {
      if ((future.#phase & Phase.Complete) !== 0) return false;
      future.#phase = Phase.Failed;
      future.#outcome = error;
      future.#deferred?.reject(error);
      return true;
    };
  }

  // Private, and so written to also where a program has frozen the future.
  #phase: Phase = Phase.Idle;
  /** The output or the error, by phase. */
  #outcome: unknown = undefined;
  #deferred: Deferred | undefined = undefined;

  /** @internal */
  get phase(): Phase {
    return this.#phase;
  }

  /** @internal Of what is not complete. */
  set phase(phase: Phase) {
    this.#phase = phase;
  }

  /** @internal */
  get outcome(): unknown {
    return this.#outcome;
  }

  /** @internal */
  get deferred(): Deferred | undefined {
    return this.#deferred;
  }

  set deferred(deferred: Deferred | undefined) {
    this.#deferred = deferred;
  }

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
    this.looked();
    return this.outcome as Error;
  }

  /** @internal Somebody has looked at a failure, or need not: its rejection is no unhandled one. */
  looked(): void {
    if (this.phase === Phase.Failed) this.deferred?.promise.catch(() => undefined);
  }

  abstract has(property: FutureProperty): boolean;
  abstract poll(notifier?: Notifier | null): FutureState;

  /** @internal Sees to it that the event loop finishes the future; a promise is wanted. */
  abstract drive(): void;

  /** @internal Stops the work if nothing of it is under way; false when it has to be waited for. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for those that override it
  stop(_reason: unknown): boolean {
    return false;
  }

  /** @internal */
  complete(value: T): void {
    this.#phase = Phase.Complete;
    this.#outcome = value;
    this.#deferred?.resolve(value);
  }

  /** @internal */
  fail(error: Error): void {
    this.#phase = Phase.Failed;
    this.#outcome = error;
    this.#deferred?.reject(error);
  }

  cancel(reason?: unknown): boolean {
    this.looked();
    if (this.done || !this.stop(reason)) return false;
    this.fail(asError(reason));
    return true;
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: Error) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    // By `await`, of what is complete: no promise is needed, and a turn of the microtasks is saved.
    if (this.done && isResolver(onValue) && (this.phase === Phase.Complete || isResolver(onError)))
      return settleSoon(this, onValue, onError) as Promise<never>;
    return this.promise().then(onValue, onError);
  }

  promise(options?: PromiseOptions): Promise<T> {
    let signal: AbortSignal | undefined;
    let runtime: Driver | undefined;
    try {
      checkObject('options', options);
      checkNames(options ?? noOptions, promiseOptions);
      signal = checkSignal(options?.signal);
      runtime = checkDriver(options?.runtime);
      if (signal?.aborted === true) this.cancel(signal.reason);
      if (!this.done) runtime?.drive(this);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is one
      return Promise.reject(error);
    }
    const deferred = deferredOf(this);
    if (runtime === undefined && !this.done && !deferred.driven) {
      this.drive();
      deferred.driven = true;
    }
    const promise = deferred.promise as Promise<T>;
    return signal === undefined ? promise : abortable(this, signal, () => promise);
  }

  /** @internal Nobody wants it any more. */
  abandon(reason?: unknown): void {
    this.cancel(reason);
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

const promiseOptions = ['signal', 'runtime'];

const nothing: Promise<undefined> = Promise.resolve(undefined);

/** As `settleNow`; in the loop's next turn where that is due. */
function settleSoon(
  future: BaseFuture<unknown>,
  resolve: (value: unknown) => unknown,
  reject: unknown,
): Promise<undefined> {
  if (!loopIsDue()) return settleNow(future, resolve, reject);
  future.looked();
  setImmediate(() => void settleNow(future, resolve, reject));
  return nothing;
}

/** Settles the promise whose resolving functions these are; they give nothing back. */
function settleNow(
  future: BaseFuture<unknown>,
  resolve: (value: unknown) => unknown,
  reject: unknown,
): Promise<undefined> {
  const { error } = future;
  if (error === undefined) resolve(future.outcome);
  else (reject as (error: Error) => unknown)(error);
  return nothing;
}

/** Its own, made where there is none; it may be complete already. */
export function deferredOf(future: BaseFuture<unknown>): Deferred {
  if (future.deferred !== undefined) return future.deferred;
  const deferred = defer();
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a hook of promises may have asked for it
  if (future.deferred !== undefined) return future.deferred;
  future.deferred = deferred;
  try {
    if (future.phase === Phase.Complete) deferred.resolve(future.outcome);
    else if (future.phase === Phase.Failed) deferred.reject(future.outcome);
  } catch (error) {
    // By a full stack: it is done again.
    future.deferred = undefined;
    throw error;
  }
  return deferred;
}

/** Waits by `wait`. Aborting while the work is under way lets it end, and rejects then. */
export async function abortable<T>(
  future: Future<T>,
  signal: AbortSignal,
  wait: () => Promise<T>,
): Promise<T> {
  const late: Error[] = [];
  const abort = (): void => {
    const reason = abortedBy(signal);
    if (reason !== undefined && !future.done && !future.cancel(reason)) late.push(reason);
  };
  const unwatch = onAbort(signal, abort);
  try {
    abort();
    const value = await wait();
    if (late.length > 0) throw late[0];
    return value;
  } finally {
    unwatch();
  }
}

class Settled<T> extends BaseFuture<T> {
  static {
    conceal(this, 'completed() and failed()');
  }

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
}

/** A future that is complete from the start. */
export const completed = <T>(value: T): Future<T> => Settled.of(value);

/** A future that has failed from the start. Nobody need look at it. */
export const failed = (error: Error): Future<never> => Settled.failing(thrown(error));

/** One that failed before it could begin; if it is eager, it is reported unless somebody looks at it. */
export function refused(error: unknown, eager: boolean): Future<never> {
  const future = failed(error as Error);
  if (eager) void future.promise();
  return future;
}
