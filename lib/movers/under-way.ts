import { closedError } from '../errors';
import type { BaseFuture } from '../future/base-future';

/**
 * Works of a mover that take more than one job. Like a job, one that has begun goes to its end,
 * whether somebody polls it or not, and the mover does not close before.
 *
 * A work makes the futures of its jobs when it is made itself: a mover that is being closed gives none.
 */
export class UnderWay {
  readonly #works = new Set<BaseFuture<unknown>>();
  #closed = false;
  #notify: (() => void) | undefined;

  get empty(): boolean {
    return this.#works.size === 0;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  checkOpen(): void {
    if (this.#closed) throw closedError('the mover', 'open another');
  }

  /** Called in the first poll of a work. @throws MoverError `ERR_MOVER_CLOSED` */
  begin(work: BaseFuture<unknown>): void {
    this.checkOpen();
    this.#works.add(work);
    work.drive();
  }

  end(work: BaseFuture<unknown>): void {
    if (this.#works.delete(work) && this.empty) this.#notify?.();
  }

  /** No more begin. Undefined when none is under way, else resolves when all have ended. */
  close(): Promise<void> | undefined {
    this.#closed = true;
    if (this.empty) return undefined;
    return new Promise<void>((resolve) => (this.#notify = resolve));
  }
}
