import { addon } from '../addon';

/** Who executes the jobs of a table. Jobs are gathered, and handed over together. */
export interface Engine {
  /** It works while the program runs, rather than during `submit()`. */
  readonly concurrent: boolean;
  /** Jobs in the gathering. */
  readonly gathered: number;
  /** The slot of a job in the gathering. */
  at(index: number): number;
  push(slot: number): void;
  /** Hands the gathering over; what the engine has no room for stays in it. Never blocks. */
  submit(): void;
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
  readonly concurrent: boolean;
  readonly #id: number;
  readonly #ring: Uint32Array;
  /** Of the gathering, in the ring; it begins anew whenever the ring is empty. */
  #head = 0;
  #tail = 0;

  constructor(table: number, { threads, common, wakeUp }: NativeEngineOptions) {
    const { id, ring } = addon().openEngine(table, threads, common, wakeUp);
    this.concurrent = threads > 0;
    this.#id = id;
    this.#ring = new Uint32Array(ring);
  }

  get gathered(): number {
    return this.#tail - this.#head;
  }

  at(index: number): number {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)];
  }

  push(slot: number): void {
    this.#ring[this.#tail++ & (this.#ring.length - 1)] = slot;
  }

  submit(): void {
    const count = this.#tail - this.#head;
    this.#head += addon().submit(this.#id, this.#head & (this.#ring.length - 1), count);
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
  }

  close(): void {
    addon().closeEngine(this.#id);
  }
}
