import { checkFunction } from '../check';
import { conceal } from '../conceal';
import { cutOffError, typeError } from '../errors';
import { asError, thrown } from './as-error';
import { completed, failed, Phase } from './base-future';
import { stopPart } from './composite-future';
import { adopt } from './foreign-future';
import type { Future, FutureProperty } from './future';
import { isFuture, isThenable } from './is-future';
import type { Notifier } from './notifier';
import { PolledFuture } from './polled-future';
import { fromPromise } from './promise-future';

/**
 * Futures one after the other. Every method appends a step and gives the longer chain; the shorter
 * one stays a future of its own, complete when the steps up to it are done. A step runs once,
 * whichever of them is waited for.
 */
export interface Chain<T> extends Future<T> {
  /** Goes on with what `step` gives for the value so far: a future, a promise, or the next value. */
  next<R>(step: (previous: T) => R): Chain<Awaited<R>>;
  /** Looks at the value; what `fn` returns is not waited for. */
  tap(fn: (value: T) => void): Chain<T>;
  /** Goes on after a failure with what `step` gives for the error; a cancellation is none. */
  recover<R>(step: (error: Error) => R): Chain<T | Awaited<R>>;
  /** Runs in the end, after success, failure or cancellation, once the chain has begun. */
  lastly(fn: () => void): Chain<T>;
}

/** What a step does with what came before; without a function for it, that is passed on. */
interface Handlers {
  readonly onValue: ((value: unknown) => unknown) | undefined;
  readonly onError: ((error: Error) => unknown) | undefined;
  readonly onCancel: (() => void) | undefined;
}

/** How far a chain has come: shared by the futures of all its steps, which are linked. */
class Run {
  static {
    conceal(this, 'chain()');
  }

  /** The last step, behind which others are appended. */
  last: ChainFuture<unknown> | undefined;
  /** The first step that is not done, and what it waits for. */
  #step: ChainFuture<unknown> | undefined;
  #current: Future<unknown> | undefined;
  /** The step before it. */
  #previous: ChainFuture<unknown> | undefined;
  #begun = false;
  #busy = false;
  /** Those that cover the step, each further than the one before it: the first one counts. */
  readonly #cancellations: { readonly reason: Error; readonly end: number }[] = [];

  /** @param first - what the first step waits for, where it is there already */
  constructor(first?: Future<unknown>) {
    this.#current = first;
  }

  append(step: ChainFuture<unknown>): void {
    // A step that is done holds none of those that come behind it.
    if (this.#step !== undefined) this.last!.following = step;
    this.last = step;
    this.#step ??= step;
  }

  /** The property of the step that the chain is at; the first one is made to be asked. */
  has(property: FutureProperty): boolean {
    if (this.#previous === undefined && !this.#busy) this.#open(this.#step!);
    return this.#current?.has(property) ?? false;
  }

  /** Goes on until the step at `end` is done, or one before it has to be waited for. */
  advance(end: number, notifier: Notifier | null): void {
    if (this.#busy) return;
    this.#begun = true;
    this.#goOn(end, notifier);
  }

  /** False when something is under way: the steps up to `end` fail when that is done. */
  cancel(end: number, reason: Error): boolean {
    if (!this.#cancellations.some((one) => one.end >= end))
      this.#cancellations.push({ reason, end });
    if (this.#busy) return false;
    const current = this.#current;
    if (current !== undefined && !stopPart(current, reason)) return false;
    this.#goOn(end, null);
    return true;
  }

  get #reason(): Error | undefined {
    return this.#cancellations.at(0)?.reason;
  }

  #goOn(end: number, notifier: Notifier | null): void {
    // It was left, and cut off before it was complete.
    if (this.#previous?.done === false) this.#previous.fail(cutOffError());
    for (let step = this.#step; step !== undefined && step.index <= end; step = this.#step) {
      const current = this.#open(step);
      notifier?.clear();
      this.#busy = true;
      try {
        current.poll(notifier);
      } finally {
        this.#busy = false;
      }
      if (!current.done) return;
      const { error: failure } = current;
      const error = this.#reason ?? failure;
      // First, since whoever waits for the step may poll the chain.
      this.#leave(step);
      if (error === undefined) step.complete(current.output);
      else step.fail(error);
    }
  }

  #leave(step: ChainFuture<unknown>): void {
    this.#step = step.following;
    this.#current = step.following = undefined;
    this.#previous = step;
    const next = this.#step?.index ?? Infinity;
    const covering = this.#cancellations.findIndex(({ end }) => end >= next);
    this.#cancellations.splice(0, covering < 0 ? Infinity : covering);
  }

  /** What the step waits for. */
  #open(step: ChainFuture<unknown>): Future<unknown> {
    if (this.#current !== undefined) return this.#current;
    const current = (this.#current = this.#begin(step));
    // It may have cancelled the chain that it is in.
    if (this.#reason !== undefined) current.cancel(this.#reason);
    return current;
  }

  #begin(step: ChainFuture<unknown>): Future<unknown> {
    this.#busy = true;
    try {
      const result = this.#resultOf(step.handlers);
      if (isFuture(result)) return this.#accept(result);
      return isThenable(result) ? following(result) : completed(result);
    } catch (error) {
      return failed(thrown(error));
    } finally {
      this.#busy = false;
    }
  }

  /** @throws TypeError when it is a part of this chain that can never complete */
  #accept(future: Future<unknown>): Future<unknown> {
    const own = future instanceof ChainFuture && future.run === this;
    if (!own || future.index < this.#step!.index) return adopt(future);
    throw typeError('ERR_INVALID_RETURN_VALUE', 'a step of a chain waits for the chain itself');
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

class ChainFuture<T> extends PolledFuture<T> implements Chain<T> {
  static {
    conceal(this, 'chain()');
  }

  /** @internal Until the step is done. */
  handlers: Handlers;
  /** @internal */
  readonly run: Run;
  /** @internal Place in the run. */
  readonly index: number;
  /** @internal The step behind it in the same run. */
  following: ChainFuture<unknown> | undefined = undefined;

  constructor(run: Run, handlers: Handlers) {
    super();
    this.handlers = handlers;
    this.run = run;
    this.index = run.last === undefined ? 0 : run.last.index + 1;
    run.append(this as ChainFuture<unknown>);
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.run.has(property);
  }

  next<R>(step: (previous: T) => R): Chain<Awaited<R>> {
    return this.#append('step', step, {
      ...done,
      onValue: step as (previous: unknown) => unknown,
    });
  }

  tap(fn: (value: T) => void): Chain<T> {
    const onValue = (value: unknown): unknown => {
      fn(value as T);
      return value;
    };
    return this.#append('fn', fn, { ...done, onValue });
  }

  recover<R>(step: (error: Error) => R): Chain<T | Awaited<R>> {
    return this.#append('step', step, { ...done, onError: step });
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
    this.looked();
    return !this.done && this.run.cancel(this.index, asError(reason));
  }

  /** @internal There may be something to clean up. */
  override abandon(reason?: unknown): void {
    this.cancelOrDrive(reason);
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    this.run.advance(this.index, notifier);
    return Phase.Running;
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
    const last = this.run.last === this;
    return new ChainFuture<U>(last ? this.run : runBehind(this), handlers);
  }
}

const done: Handlers = { onValue: undefined, onError: undefined, onCancel: undefined };

function runBehind(first: Future<unknown>): Run {
  const run = new Run(first);
  new ChainFuture(run, done);
  return run;
}

/**
 * Begins a chain with a future, or with a function that makes it when the chain is first polled.
 *
 * @throws TypeError when it is neither
 */
export function chain<T>(first: Future<T> | (() => Future<T>)): Chain<T> {
  if (isFuture(first)) return new ChainFuture<T>(new Run(adopt(first)), done);
  checkFunction('first, when it is no future,', first);
  return new ChainFuture<T>(new Run(), { ...done, onValue: first });
}
