import { future, FutureState, type Future, type FutureProperty } from '../../lib';

/** Completes with `value` in its poll number `polls`, and never says when to poll. */
export function after<T>(
  polls: number,
  value: T,
  properties: readonly FutureProperty[] = [],
): Future<T> {
  let polled = 0;
  return future(
    null,
    ({ resolve }) => (++polled < polls ? FutureState.Running : resolve(value)),
    properties,
  );
}

/** Fails in its poll number `polls`. */
export function failsAfter(polls: number, error: Error): Future<never> {
  let polled = 0;
  return future(null, ({ reject }) => (++polled < polls ? FutureState.Running : reject(error)));
}

/** A future that the test completes, and how often it was polled; it takes the waker. */
export class Signalled<T> {
  polls = 0;
  #wake: (() => void) | undefined;
  #value: { readonly value: T } | undefined;

  readonly future = future<null, T>(null, ({ resolve }, notifier) => {
    this.polls++;
    if (this.#value !== undefined) return resolve(this.#value.value);
    this.#wake = notifier?.useWaker();
    return FutureState.Running;
  });

  complete(value: T): void {
    this.#value = { value };
    this.#wake?.();
  }
}

/** A turn of the event loop, and what belongs to it. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
