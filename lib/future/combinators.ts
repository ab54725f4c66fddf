import { conceal } from '../conceal';
import { rangeError } from '../errors';
import { failed, Phase } from './base-future';
import { CompositeFuture, stopPart } from './composite-future';
import { abandon, lookAt } from './foreign-future';
import type { Future, FutureProperty } from './future';
import { checkFutures } from './is-future';
import type { Notifier } from './notifier';
import { TaskSet } from './task-set';

/** The outputs of futures, by position. */
export type Outputs<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? T : never;
};

/** Futures side by side. */
abstract class Side<T> extends CompositeFuture<T> {
  static {
    conceal(this, 'all() and race()');
  }

  protected readonly futures: readonly Future<unknown>[];
  readonly #tasks = new TaskSet(() => {
    this.wake();
  });

  constructor(futures: readonly Future<unknown>[]) {
    super();
    this.futures = futures;
  }

  /** Whether all that is not complete has it. */
  has(property: FutureProperty): boolean {
    const pending = this.futures.filter((future) => !future.done);
    return pending.length > 0 && pending.every((future) => future.has(property));
  }

  /** Completes or fails if it is time to. */
  protected abstract conclude(pending: number): void;

  /** A future completed: its place in the array. */
  protected abstract note(index: number): void;

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.phase === Phase.Idle) this.futures.forEach(this.#add, this);
    this.#conclude();
    if (this.done) return Phase.Running;
    const tasks = this.#tasks;
    if (notifier?.useWaker() === undefined) tasks.turnAll();
    else tasks.turn(Infinity);
    this.#conclude();
    if (tasks.due > 0) notifier?.clear();
    return Phase.Running;
  }

  protected override stopParts(reason: Error): boolean {
    return this.futures.map((future) => stopPart(future, reason)).every(Boolean);
  }

  #conclude(): void {
    const { pending } = this.#tasks;
    if (this.cancelled === undefined) this.conclude(pending);
    else if (pending === 0) throw this.cancelled;
  }

  #add(future: Future<unknown>, index: number): void {
    if (future.done) this.note(index);
    else
      this.#tasks.add(future, () => {
        this.note(index);
      });
  }
}

class All extends Side<unknown[]> {
  static {
    conceal(this, 'all()');
  }

  /** It matters how many there are, not which; but all that fail are looked at. */
  protected override note(index: number): void {
    lookAt(this.futures[index]);
  }

  protected override conclude(pending: number): void {
    if (pending > 0) return;
    this.complete(this.futures.map((future) => future.output));
  }
}

/** It says of each that it is done, and never fails. */
class Settled extends Side<undefined> {
  static {
    conceal(this, 'operations of a mover');
  }

  readonly #settle: (index: number) => void;

  constructor(futures: readonly Future<unknown>[], settle: (index: number) => void) {
    super(futures);
    this.#settle = settle;
  }

  protected override note(index: number): void {
    this.#settle(index);
  }

  protected override conclude(pending: number): void {
    if (pending === 0) this.complete(undefined);
  }
}

/**
 * Completes when all of them are complete, whether they failed or not: for the library alone.
 *
 * @param settle - called for each that is complete with its place in the array
 */
export const settled = (
  futures: readonly Future<unknown>[],
  settle: (index: number) => void,
): Future<undefined> => new Settled(futures, settle);

class Race extends Side<unknown> {
  static {
    conceal(this, 'race()');
  }

  #winner: Future<unknown> | undefined;

  protected override note(index: number): void {
    this.#winner ??= this.futures[index];
  }

  protected override conclude(): void {
    const winner = this.#winner;
    if (winner === undefined) return;
    for (const future of this.futures) if (future !== winner) abandon(future);
    this.complete(winner.output);
  }
}

/**
 * Completes when all of them are complete, with their outputs; where some failed, it fails with the
 * error of the first of these in the array. It does not fail earlier: until the last is complete,
 * memory may be in use. Cancelling it cancels them.
 *
 * @throws TypeError for what is no array of futures
 */
export function all<const F extends readonly Future<unknown>[]>(futures: F): Future<Outputs<F>> {
  return new All(checkFutures<unknown>('futures', futures)) as Future<unknown> as Future<
    Outputs<F>
  >;
}

/**
 * Completes, or fails, like the first that does. The others are cancelled; what is under way of them
 * runs to its end, and uses its memory until then.
 *
 * @throws TypeError for what is no array of futures
 */
export function race<const F extends readonly Future<unknown>[]>(
  futures: F,
): Future<Outputs<F>[number]> {
  const parts = checkFutures<unknown>('futures', futures);
  if (parts.length === 0) {
    return failed(rangeError('ERR_OUT_OF_RANGE', 'a race needs at least one future; got none'));
  }
  return new Race(parts) as Future<unknown> as Future<Outputs<F>[number]>;
}
