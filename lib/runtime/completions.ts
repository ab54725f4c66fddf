import type { Future } from '../future/future';

/** A future that completed, and its place among those that were given. */
export interface Completion<T> {
  readonly index: number;
  readonly future: Future<T>;
}

/** @param listen - calls back when the future is complete, at once if it is already */
export async function* completionsOf<T>(
  futures: readonly Future<T>[],
  listen: (future: Future<T>, settled: () => void) => void,
): AsyncGenerator<Completion<T>, void, void> {
  const complete: Completion<T>[] = [];
  let notify = (): void => undefined;
  for (const [index, future] of futures.entries()) {
    listen(future, () => {
      complete.push({ index, future });
      notify();
    });
  }
  for (let given = 0; given < futures.length; given++) {
    if (given === complete.length) await new Promise<void>((resolve) => (notify = resolve));
    yield complete[given];
  }
}
