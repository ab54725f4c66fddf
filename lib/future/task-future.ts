import { checkChoice, checkFunction, isArray } from '../check';
import { conceal } from '../conceal';
import { describe, typeError } from '../errors';
import { thrown } from './as-error';
import { Phase } from './base-future';
import { FutureState, type Future, type FutureProperty } from './future';
import type { Notifier } from './notifier';
import { PolledFuture } from './polled-future';
import { Relay } from './relay';

/** What a task works with. */
export interface FutureContext<D, T> {
  readonly data: D;
  /** Completes the future: within the task, which returns what this returns, or later. */
  resolve(value: T): FutureState;
  /** Fails the future, in the same way. */
  reject(error: Error): FutureState;
}

/**
 * One step of the work, done in every poll: it must not block.
 *
 * It returns `Idle` (could not start, try again), `Running`, or what `resolve` or `reject` gave it.
 * With `notifier` it may choose how to say that it wants to be polled again; a task that does not
 * is polled again and again. A poll that offers nothing takes back nothing: the waker that the task has
 * stays good. Throwing fails the future.
 */
export type Task<D, T> = (context: FutureContext<D, T>, notifier: Notifier | null) => FutureState;

const known: readonly FutureProperty[] = ['async'];

class TaskFuture<D, T> extends PolledFuture<T> {
  static {
    conceal(this, 'future()');
  }

  readonly #properties: readonly FutureProperty[];
  #data: D | undefined;
  /** Let go of with the data at the end. */
  #task: Task<D, T> | undefined;
  #context: FutureContext<D, T> | undefined;
  #relay: Relay | undefined;
  /** How often the task called its waker. */
  #wakes = 0;

  constructor(data: D, task: Task<D, T>, properties: readonly FutureProperty[]) {
    super();
    this.#data = data;
    this.#task = task;
    this.#properties = properties;
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#properties.includes(property);
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    const context = (this.#context ??= this.#makeContext());
    const wakes = this.#wakes;
    const offer = notifier === null ? null : (this.#relay ??= this.#makeRelay()).serve(notifier);
    const state: unknown = this.#task!(context, offer);
    // It was called before it was armed: it is time to poll again.
    if (this.#wakes > wakes) notifier?.clear();
    if (this.done || state === FutureState.Running) return Phase.Running;
    if (state === FutureState.Idle) return Phase.Idle;
    throw typeError(
      'ERR_INVALID_RETURN_VALUE',
      state === FutureState.Complete
        ? 'the task said Complete and gave no output: return context.resolve(value)'
        : `the task must return a FutureState; got ${describe(state)}`,
    );
  }

  /** @internal Work that goes on without being polled cannot be stopped by not polling it. */
  override stop(): boolean {
    if (!this.#properties.includes('async')) return true;
    return this.phase === Phase.Idle && !this.polling;
  }

  override complete(value: T): void {
    super.complete(value);
    this.#release();
  }

  override fail(error: Error): void {
    super.fail(error);
    this.#release();
  }

  #makeRelay(): Relay {
    return new Relay(() => {
      this.#wakes++;
      this.wake();
    });
  }

  #makeContext(): FutureContext<D, T> {
    return {
      data: this.#data as D,
      resolve: (value) => {
        this.complete(value);
        return FutureState.Complete;
      },
      reject: (error) => {
        this.fail(thrown(error));
        return FutureState.Complete;
      },
    };
  }

  #release(): void {
    this.#data = this.#task = this.#context = undefined;
  }
}

/**
 * A future of one's own.
 *
 * @param data - handed to the task in every poll, and let go at the end
 * @param properties - `async`: the work goes on without being polled, and cannot be cancelled once
 * it has begun
 * @throws TypeError for a task that is no function, or an unknown property
 */
export function future<D, T>(
  data: D,
  task: Task<D, T>,
  properties: readonly FutureProperty[] = [],
): Future<T> {
  checkFunction('task', task);
  if (!isArray(properties)) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `properties must be an array; got ${describe(properties)}`,
    );
  }
  const own: readonly FutureProperty[] = Array.from(properties as readonly FutureProperty[]);
  for (const property of own) checkChoice('a property', property, known);
  return new TaskFuture(data, task, own);
}
