import type { Future } from '../future/future';

/** A future that completed, and its place among those that were given. */
export interface Completion<T> {
  readonly index: number;
  readonly future: Future<T>;
}

/**
 * The indices of the futures in the order in which they complete.
 *
 * @param listen - calls back when the future is complete, at once if it is already
 */
export async function* inOrder(
  futures: readonly Future<unknown>[],
  listen: (future: Future<unknown>, settled: () => void) => void,
): AsyncGenerator<number, void, void> {
  const complete: number[] = [];
  let notify = (): void => undefined;
  for (const [index, future] of futures.entries()) {
    listen(future, () => {
      complete.push(index);
      notify();
    });
  }
  for (let given = 0; given < futures.length; given++) {
    if (given === complete.length) await new Promise<void>((resolve) => (notify = resolve));
    yield complete[given];
  }
}
