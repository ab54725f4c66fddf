import type { BaseFuture } from '../future/base-future';

/**
 * Works of a mover that take more than one job. Like a job, one that has begun goes to its end,
 * whether somebody polls it or not, and the mover does not close before.
 *
 * A work makes the futures of its jobs when it is made itself: a mover that is being closed gives none.
 */
export class UnderWay {
  readonly #works = new Set<BaseFuture<unknown>>();
  #notify: (() => void) | undefined;

  get empty(): boolean {
    return this.#works.size === 0;
  }

  /** Called in the first poll of a work. */
  begin(work: BaseFuture<unknown>): void {
    this.#works.add(work);
    work.drive();
  }

  end(work: BaseFuture<unknown>): void {
    if (this.#works.delete(work) && this.empty) this.#notify?.();
  }

  /** Resolves when all have ended. */
  async ended(): Promise<void> {
    if (!this.empty) await new Promise<void>((resolve) => (this.#notify = resolve));
  }
}
