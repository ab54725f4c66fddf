import { addon } from '../addon';

/** Who executes the jobs of a table. */
export interface Engine {
  /** Adds a job to the gathering. */
  push(slot: number): void;
  /**
   * Hands the gathering over, after a last look at each job of it. What the engine has no room for
   * stays gathered; returns how many it took. Never blocks.
   */
  submit(verify: (slot: number) => void): number;
  /** Whether the job is still in the gathering. */
  holds(slot: number): boolean;
  /** Drops what has not begun, waits for what has. */
  close(): void;
}

export interface NativeEngineOptions {
  /** 0: jobs run inside `submit()`; else the size of the pool. */
  readonly threads: number;
  /** Use the pool that the whole process shares. */
  readonly common: boolean;
  /** The wake-up that completions in a pool call. */
  readonly wakeUp: number;
}

/**
 * An engine of the addon. The gathering stands in a ring in native memory that has room for every
 * slot of the table, so that one call hands over any number of jobs.
 */
export class NativeEngine implements Engine {
  readonly #id: number;
  readonly #ring: Uint32Array;
  readonly #mask: number;
  /** Positions count on without bound; the ring index is the position modulo its size. */
  #head = 0;
  #tail = 0;

  constructor(table: number, { threads, common, wakeUp }: NativeEngineOptions) {
    const { id, ring } = addon().openEngine(table, threads, common, wakeUp);
    this.#id = id;
    this.#ring = new Uint32Array(ring);
    this.#mask = this.#ring.length - 1;
  }

  push(slot: number): void {
    this.#ring[this.#tail++ & this.#mask] = slot;
  }

  submit(verify: (slot: number) => void): number {
    const count = this.#tail - this.#head;
    if (count === 0) return 0;
    for (let position = this.#head; position < this.#tail; position++) {
      verify(this.#ring[position & this.#mask]);
    }
    const taken = addon().submit(this.#id, this.#head & this.#mask, count);
    this.#head += taken;
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
    return taken;
  }

  holds(slot: number): boolean {
    for (let position = this.#head; position < this.#tail; position++) {
      if (this.#ring[position & this.#mask] === slot) return true;
    }
    return false;
  }

  close(): void {
    addon().closeEngine(this.#id);
  }
}
