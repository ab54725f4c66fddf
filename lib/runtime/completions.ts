import type { Future } from '../future/future';

/** A future that completed, and its place among those that were given. */
export interface Completion<T> {
  readonly index: number;
  readonly future: Future<T>;
}

/** Notes the order in which futures complete. */
export class CompletionOrder {
  /** To be called when their future is complete. */
  readonly listeners: readonly (readonly [future: Future<unknown>, settled: () => void])[];
  readonly #complete: number[] = [];
  #notify = (): void => undefined;

  constructor(futures: readonly Future<unknown>[]) {
    this.listeners = futures.map((future, index) => {
      let noted = false;
      const settled = (): void => {
        if (!noted) this.#complete.push(index);
        noted = true;
        this.#notify();
      };
      return [future, settled];
    });
  }

  /** The places of the futures in that order. */
  async *indices(): AsyncGenerator<number, void, void> {
    for (let given = 0; given < this.listeners.length; given++) {
      if (given === this.#complete.length) {
        await new Promise<void>((resolve) => (this.#notify = resolve));
      }
      yield this.#complete[given];
    }
  }
}
