import { addon } from '../addon';
import { Uint32Array } from '../intrinsics';
import { Ticket } from './job-table';

/** Who executes the jobs of a table. Jobs are gathered, and handed over together. */
export interface Engine {
  /** It works while the program runs, rather than during `submit()`. */
  readonly concurrent: boolean;
  /** Jobs in the gathering. */
  readonly gathered: number;
  /** The slot of a job in the gathering. */
  at(index: number): number;
  /** @param order - 16 bits, for an engine that can be told how */
  push(slot: number, order?: number): void;
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
  /** Prefer the kernels of Intel DML, which the addon was built with. */
  readonly intelDml: boolean;
}

/**
 * An engine of the addon. The gathering stands in a ring in native memory that has room for every
 * slot of the table, so that one call hands over any number of jobs.
 */
export class NativeEngine implements Engine {
  readonly concurrent: boolean;
  /** Number by which the addon knows it. */
  protected readonly id: number;
  /** The slot of each job in bits 15:0, its order in 31:16. */
  readonly #ring: Uint32Array;
  /** Of the gathering, in the ring; it begins anew whenever the ring is empty. */
  #head = 0;
  #tail = 0;

  /** @param opened - what the addon gave for it */
  constructor(concurrent: boolean, opened: { id: number; ring: ArrayBuffer }) {
    this.concurrent = concurrent;
    this.id = opened.id;
    this.#ring = new Uint32Array(opened.ring);
  }

  get gathered(): number {
    return this.#tail - this.#head;
  }

  at(index: number): number {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)] & Ticket.SlotMask;
  }

  push(slot: number, order = 0): void {
    this.#ring[this.#tail++ & (this.#ring.length - 1)] = (order << Ticket.SlotBits) | slot;
  }

  submit(): void {
    const count = this.#tail - this.#head;
    this.#head += addon().submit(this.id, this.#head & (this.#ring.length - 1), count);
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
  }

  close(): void {
    addon().closeEngine(this.id);
  }

  /**
   * Gives up those jobs of the gathering whose order says so.
   *
   * @param take - called with the slot of each; one is taken as soon as it returns
   * @returns whether there were any
   */
  protected withdraw(goes: (order: number) => boolean, take: (slot: number) => void): boolean {
    const ring = this.#ring;
    const mask = ring.length - 1;
    let any = false;
    // Once around, so that at each turn, where it may be cut off, each job is there once.
    for (let left = this.gathered; left > 0; left--) {
      const job = ring[this.#head & mask];
      const leaves = goes(job >>> Ticket.SlotBits);
      if (leaves) take(job & Ticket.SlotMask);
      else ring[this.#tail++ & mask] = job;
      this.#head++;
      any ||= leaves;
    }
    return any;
  }
}

/** The software engine over a table: inline, or on a pool of threads. */
export class SoftwareEngine extends NativeEngine {
  /** What `executedByProvider` was when it was closed. */
  #final: number | undefined;

  constructor(table: number, options: NativeEngineOptions) {
    const { threads, common, wakeUp, intelDml } = options;
    super(threads > 0, addon().openEngine(table, threads, common, wakeUp, intelDml));
  }

  /** Descriptors, and parts of large ones, that kernels of another library executed. */
  get executedByProvider(): number {
    return this.#final ?? addon().executedByProvider(this.id);
  }

  override close(): void {
    this.#final ??= this.executedByProvider;
    super.close();
  }
}
