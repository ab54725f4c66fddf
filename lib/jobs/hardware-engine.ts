import { addon, type HardwareCounters } from '../addon';
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

/** Work queues as an engine: devices answer jobs into their own records. */
export class HardwareEngine extends NativeEngine {
  /** By slot: 1 while a queue has the job, or nobody has looked at its answer yet. */
  readonly #claims: Uint8Array;

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

  /** Looks after jobs in pieces and batches; returns the slots of those that get no answer. */
  tend(): Iterable<number> {
    return addon().tend(this.id) ? addon().takeLost(this.id) : none;
  }

  /** From now on these queues serve. */
  setQueues(queues: readonly number[]): void {
    addon().setQueues(this.id, Uint32Array.from(queues));
  }

  /** Takes back what no queue has taken. */
  override withdraw(): number[] {
    return super.withdraw();
  }

  counters(): HardwareCounters {
    return addon().counters(this.id);
  }
}

const none: readonly number[] = [];
