import { describe, typeError } from '../errors';
import { asError, completed, failed, Phase, thrown } from './base-future';
import type { Future, FutureProperty } from './future';
import { isFuture } from './is-future';
import type { Notifier } from './notifier';
import { PolledFuture } from './polled-future';
import { fromPromise } from './promise-future';

/** Gives a future (or a promise), whose output is the next value, or that value itself. */
export type Step<T, U> = (previous: T) => PromiseLike<U> | U;

/**
 * Futures one after the other. Every method appends a step and gives the longer chain; the shorter
 * one stays a future of its own, complete when the steps up to it are done. A step runs once,
 * whichever of them is waited for.
 */
export interface Chain<T> extends Future<T> {
  /** Goes on with what `step` gives for the value so far. */
  next<U>(step: Step<T, U>): Chain<U>;
  /** Looks at the value; what `fn` returns is not waited for. */
  tap(fn: (value: T) => void): Chain<T>;
  /** Goes on after a failure with what `step` gives for the error; a cancellation is none. */
  recover<U>(step: Step<Error, U>): Chain<T | U>;
  /** Runs in the end, after success, failure or cancellation, once the chain has begun. */
  lastly(fn: () => void): Chain<T>;
}

/** What a step does with what came before; without a function for it, that is passed on. */
interface Handlers {
  readonly onValue?: (value: unknown) => unknown;
  readonly onError?: (error: Error) => unknown;
  readonly onCancel?: () => void;
}

/** The steps of a chain and how far it has come: shared by the futures of all its steps. */
class Run {
  /** Those that are done are let go. */
  readonly #steps: (ChainFuture<unknown> | undefined)[] = [];
  /** The first step that is not done, and what it waits for. */
  #at = 0;
  #current: Future<unknown> | undefined;
  #previous: ChainFuture<unknown> | undefined;
  #begun = false;
  #busy = false;
  #cancelled: { readonly reason: Error; readonly end: number } | undefined;

  get length(): number {
    return this.#steps.length;
  }

  append(step: ChainFuture<unknown>): void {
    this.#steps.push(step);
  }

  /** The property of the step that the chain is at; the first one is made to be asked. */
  has(property: FutureProperty): boolean {
    if (this.#at === 0 && !this.#busy) this.#current ??= this.#begin(this.#steps[0]!);
    return this.#current?.has(property) ?? false;
  }

  /** Goes on until the step at `end` is done, or one before it has to be waited for. */
  advance(end: number, notifier: Notifier | null): void {
    if (this.#busy) return;
    while (this.#at <= end) {
      const step = this.#steps[this.#at]!;
      if (!step.done && !this.#run(step, notifier)) return;
      this.#steps[this.#at++] = this.#current = undefined;
      this.#previous = step;
    }
  }

  /** False when something is under way: the steps up to `end` fail when that is done. */
  cancel(end: number, reason: Error): boolean {
    this.#cancelled = { reason, end };
    if (this.#busy || this.#current?.done === false) {
      if (this.#busy || !this.#current!.cancel(reason)) return false;
    }
    this.advance(end, null);
    return true;
  }

  get #reason(): Error | undefined {
    const cancelled = this.#cancelled;
    return cancelled !== undefined && this.#at <= cancelled.end ? cancelled.reason : undefined;
  }

  /** False when the step has to be waited for. */
  #run(step: ChainFuture<unknown>, notifier: Notifier | null): boolean {
    const fresh = this.#current === undefined;
    let current = (this.#current ??= this.#begin(step));
    // A step may have cancelled the chain that it is in.
    if (fresh && this.#reason !== undefined) current.cancel(this.#reason);
    this.#busy = true;
    try {
      current.poll(notifier);
    } catch (error) {
      // Those of ours never throw.
      current = failed(thrown(error));
    } finally {
      this.#busy = false;
    }
    if (!current.done) return false;
    const error = this.#reason ?? current.error;
    if (error === undefined) step.complete(current.output);
    else step.fail(error);
    return true;
  }

  #begin(step: ChainFuture<unknown>): Future<unknown> {
    this.#busy = true;
    try {
      const result = this.#resultOf(step.handlers);
      if (isThenable(result) && !isFuture(result)) return following(result);
      if (!isFuture(result)) return completed(result);
      if (!(this.#steps as readonly unknown[]).includes(result)) return result;
      throw typeError('ERR_INVALID_RETURN_VALUE', 'a step of a chain waits for the chain itself');
    } catch (error) {
      return failed(thrown(error));
    } finally {
      this.#busy = false;
      step.phase = Phase.Running;
    }
  }

  #resultOf({ onValue, onError, onCancel }: Handlers): unknown {
    if (this.#reason !== undefined) {
      if (this.#begun) onCancel?.();
      throw this.#reason;
    }
    this.#begun = true;
    const error = this.#previous?.error;
    if (error === undefined) {
      const value = this.#previous?.output;
      return onValue === undefined ? value : onValue(value);
    }
    if (onError === undefined) throw error;
    return onError(error);
  }
}

/** It is listened to at once: it may be rejected before the chain is polled. */
function following(promise: PromiseLike<unknown>): Future<unknown> {
  const future = fromPromise(() => promise);
  future.poll();
  return future;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const kind = typeof value;
  if (value === null || (kind !== 'object' && kind !== 'function')) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

class ChainFuture<T> extends PolledFuture<T> implements Chain<T> {
  /** @internal Until the step is done. */
  handlers: Handlers;
  readonly #run: Run;
  readonly #index: number;

  constructor(run: Run, handlers: Handlers) {
    super();
    this.handlers = handlers;
    this.#run = run;
    this.#index = run.length;
    run.append(this as ChainFuture<unknown>);
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#run.has(property);
  }

  next<U>(step: Step<T, U>): Chain<U> {
    return this.#append('step', step, { onValue: step as Step<unknown, unknown> });
  }

  tap(fn: (value: T) => void): Chain<T> {
    const onValue = (value: unknown): unknown => {
      fn(value as T);
      return value;
    };
    return this.#append('fn', fn, { onValue });
  }

  recover<U>(step: Step<Error, U>): Chain<T | U> {
    return this.#append('step', step, { onError: step });
  }

  lastly(fn: () => void): Chain<T> {
    const onValue = (value: unknown): unknown => {
      fn();
      return value;
    };
    const onError = (error: Error): never => {
      fn();
      throw error;
    };
    return this.#append('fn', fn, { onValue, onError, onCancel: fn });
  }

  override cancel(reason?: unknown): boolean {
    return !this.done && this.#run.cancel(this.#index, asError(reason));
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    this.#run.advance(this.#index, notifier);
    return Phase.Running;
  }

  /** @internal Never called: `cancel` does it all. */
  override stop(): boolean {
    return false;
  }

  override complete(value: T): void {
    this.handlers = done;
    super.complete(value);
  }

  override fail(error: Error): void {
    this.handlers = done;
    super.fail(error);
  }

  /** A second successor begins a chain of its own, behind this one. */
  #append<U>(name: string, fn: unknown, handlers: Handlers): Chain<U> {
    checkFunction(name, fn);
    const last = this.#run.length === this.#index + 1;
    return new ChainFuture<U>(last ? this.#run : runBehind(this), handlers);
  }
}

const done: Handlers = {};

function checkFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a function; got ${describe(value)}`);
}

function runBehind(first: Future<unknown>): Run {
  const run = new Run();
  new ChainFuture(run, { onValue: () => first });
  return run;
}

/**
 * Begins a chain with a future, or with a function that makes it when the chain is first polled.
 *
 * @throws TypeError when it is neither
 */
export function chain<T>(first: Future<T> | (() => Future<T>)): Chain<T> {
  if (!isFuture(first)) checkFunction('first, when it is no future,', first);
  const onValue = isFuture(first) ? () => first : first;
  return new ChainFuture<T>(new Run(), { onValue });
}
