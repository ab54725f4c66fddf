import { MoverError } from '../errors';
import { FutureState, type Future, type FutureProperty, type PromiseOptions } from './future';

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function defer<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** Any reason as an error: what is not an object of its own kind becomes the cause of one. */
function asError(reason: unknown): Error {
  if (typeof reason === 'object' && reason !== null && 'message' in reason) return reason as Error;
  return new DOMException(
    reason === undefined ? 'This operation was aborted' : String(reason),
    'AbortError',
  );
}

/**
 * State, result and promise of a future. A subclass does the work: it starts in `poll()`, and ends
 * with `complete` or `fail`.
 *
 * The promise is made when it is first asked for, so that a future that is only polled costs none.
 */
export abstract class BaseFuture<T> implements Future<T> {
  #state: FutureState = FutureState.Idle;
  #value: T | undefined = undefined;
  #error: Error | undefined = undefined;
  #deferred: Deferred<T> | undefined = undefined;

  get state(): FutureState {
    return this.#state;
  }

  get done(): boolean {
    return this.#state === FutureState.Complete;
  }

  get output(): T {
    if (this.#state !== FutureState.Complete) {
      throw new MoverError('ERR_FUTURE_PENDING', 'the future has no output yet: poll or await it');
    }
    if (this.#error !== undefined) throw this.#error;
    return this.#value as T;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  abstract has(property: FutureProperty): boolean;
  abstract poll(): FutureState;

  /** Sees to it that the event loop finishes the future; called once a promise is wanted. */
  protected abstract drive(): void;

  /** Stops the work if it has not begun to run; false when it has. */
  protected abstract stop(): boolean;

  protected running(): void {
    this.#state = FutureState.Running;
  }

  protected complete(value: T): void {
    this.#state = FutureState.Complete;
    this.#value = value;
    this.#deferred?.resolve(value);
  }

  protected fail(error: Error): void {
    this.#state = FutureState.Complete;
    this.#error = error;
    this.#deferred?.reject(error);
  }

  cancel(reason?: unknown): boolean {
    if (this.#state === FutureState.Complete || !this.stop()) return false;
    this.failBecause(reason);
    return true;
  }

  protected failBecause(reason: unknown): void {
    this.fail(asError(reason));
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise().then(onValue, onError);
  }

  promise(options?: PromiseOptions): Promise<T> {
    this.#deferred ??= this.#defer();
    const signal = options?.signal;
    return signal === undefined ? this.#deferred.promise : this.#abortable(signal);
  }

  [Symbol.dispose](): void {
    this.cancel();
  }

  #defer(): Deferred<T> {
    const deferred = defer<T>();
    if (this.#state !== FutureState.Complete) {
      this.#deferred = deferred;
      this.drive();
    } else if (this.#error === undefined) {
      deferred.resolve(this.#value as T);
    } else {
      deferred.reject(this.#error);
    }
    return deferred;
  }

  async #abortable(signal: AbortSignal): Promise<T> {
    let aborted = false;
    const abort = (): void => {
      aborted = !this.done;
      this.cancel(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      const value = await this.promise();
      if (aborted) throw signal.reason;
      return value;
    } finally {
      signal.removeEventListener('abort', abort);
    }
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

  protected drive(): void {
    // Nothing is left to be driven.
  }

  protected stop(): boolean {
    return false;
  }
}

/** A future that is complete from the start. */
export const completed = <T>(value: T): Future<T> => Settled.of(value);

/** A future that has failed from the start. Nobody need look at it. */
export const failed = (error: Error): Future<never> => Settled.failing(error);
