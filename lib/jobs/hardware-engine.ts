import { addon, type HardwareCounters } from '../addon';
import { Uint8Array } from '../intrinsics';
import { NativeEngine } from './engine';

export interface HardwareEngineOptions {
  /** Numbers of open work queues. */
  readonly queues: readonly number[];
  readonly wakeUp: number;
  /** Of the pool that goes on where a device stopped. */
  readonly threads: number;
  /** After so long without an answer a queue counts as lost, in milliseconds. */
  readonly timeoutMs: number;
  /** Whose queues serve jobs that do not say. */
  readonly place: number;
  /** Whether the devices copy correctly where the ranges overlap. */
  readonly overlapping: boolean;
}

/** What `tend()` of the addon has found. */
const enum Found {
  Lost = 1,
  Waits = 2,
  Moved = 4,
  Passed = 8,
}

/** Work queues as an engine: devices answer jobs into their own records. */
export class HardwareEngine extends NativeEngine {
  /** By slot: 1 while a queue has the job, or nobody has looked at its answer yet. */
  readonly #claims: Uint8Array;
  /** Pieces of jobs wait for room, and nothing is under way. */
  #waits = false;
  /** Slots of jobs that get no answer, and have not been seen to. */
  readonly #lost: number[] = [];
  /** Something has ended at a queue, since whoever asks set it to false. */
  moved = false;
  /** A queue took nothing of what it was offered, since whoever asks set it to false. */
  passed = false;
  /** What it had done when it was closed. */
  #final: HardwareCounters | undefined;

  constructor(table: number, options: HardwareEngineOptions) {
    const { queues, wakeUp, threads, timeoutMs, place, overlapping } = options;
    const ids = Uint32Array.from(queues);
    const opened = addon().openHardware(table, ids, wakeUp, threads, timeoutMs, place, overlapping);
    super(true, opened);
    this.#claims = new Uint8Array(opened.claims);
  }

  /** Whether a queue has the job, or had it. */
  has(slot: number): boolean {
    return this.#claims[slot] !== 0;
  }

  /** The answer was seen; the slot may go to another job. */
  settled(slot: number): void {
    this.#claims[slot] = 0;
  }

  /**
   * The device stopped at a page that is not there, and the record says so.
   *
   * @returns whether the job goes on, pending again; else it fails with the record as it now is
   */
  resume(slot: number): boolean {
    return addon().resume(this.id, slot);
  }

  /**
   * Looks after jobs in pieces and batches; returns the slots of those that get no answer. Whoever has seen to
   * one takes it out.
   */
  tend(): number[] {
    const native = addon();
    const found = native.tend(this.id);
    this.#waits = (found & Found.Waits) !== 0;
    this.moved ||= (found & Found.Moved) !== 0;
    this.passed ||= (found & Found.Passed) !== 0;
    if ((found & Found.Lost) !== 0) this.#lost.push(...(native.takeLost(this.id) ?? []));
    return this.#lost;
  }

  /** Whether something has found no room in any queue. */
  get waits(): boolean {
    return this.#waits || this.gathered > 0;
  }

  /** From now on these queues serve. */
  setQueues(queues: readonly number[]): void {
    addon().setQueues(this.id, Uint32Array.from(queues));
  }

  /** Takes back what no queue has taken: see `NativeEngine`. */
  override withdraw(goes: (order: number) => boolean, take: (slot: number) => void): boolean {
    return super.withdraw(goes, take);
  }

  counters(): HardwareCounters {
    return this.#final ?? addon().counters(this.id);
  }

  override close(): void {
    this.#final ??= this.counters();
    super.close();
  }
}
