import { addon } from '../addon';
import type { JobTable } from './job-table';

/** Who executes the jobs of a table. */
export interface Engine {
  /** Jobs go on without being polled. */
  readonly async: boolean;
  /** Adds a job to the gathering. */
  push(slot: number): void;
  /** Hands the gathering over; what the engine has no room for stays queued. Never blocks. */
  submit(): void;
  /** Drops what has not begun, waits for what has. */
  close(): void;
}

/**
 * An engine of the addon. The gathering stands in a ring in native memory that has room for every
 * slot of the table, so that one call hands over any number of jobs.
 */
export class NativeEngine implements Engine {
  readonly async: boolean;
  readonly #id: number;
  readonly #ring: Uint32Array;
  readonly #mask: number;
  /** Positions count on without bound; the ring index is the position modulo its size. */
  #head = 0;
  #tail = 0;

  /**
   * @param threads - 0: jobs run inside `submit()`; else the size of the pool
   * @param common - the pool that the whole process shares
   */
  constructor(table: JobTable, threads: number, common: boolean) {
    const { id, ring } = addon().openEngine(table.id, threads, common);
    this.async = threads > 0;
    this.#id = id;
    this.#ring = new Uint32Array(ring);
    this.#mask = this.#ring.length - 1;
  }

  push(slot: number): void {
    this.#ring[this.#tail++ & this.#mask] = slot;
  }

  submit(): void {
    const count = this.#tail - this.#head;
    if (count === 0) return;
    this.#head += addon().submit(this.#id, this.#head & this.#mask, count);
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
  }

  close(): void {
    addon().closeEngine(this.#id);
  }
}
