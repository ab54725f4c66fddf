import { Opcode } from '../abi/descriptor';
import { lostError } from '../errors';
import { bare } from '../intrinsics';
import { Ticket } from '../jobs/job-table';
import { Order } from '../jobs/order';
import type { Range } from '../memory/range';
import { nop } from '../operations/nop';
import { detached, hold, intact, type Operands, type Operation } from '../operations/operation';
import { recordError } from '../operations/record-error';
import { goesOn, hasResult } from './job-end';
import type { JobQueue } from './job-queue';

/** What has become of an entry's operation. */
export const enum EntryState {
  Free = 0,
  UnderWay = 1,
  /** Its result can be read. */
  Settled = 2,
}

/**
 * A job of a channel: the operands of one operation after another, so that none allocates anything.
 * It has a slot of the job table while its operation is under way.
 */
export class Entry implements Operands {
  readonly index: number;
  operation: Operation = nop;
  length = 0;
  flags = 0;
  destination: Range | null = null;
  source: Range | null = null;
  readonly second = null;
  readonly extra = undefined;
  readonly value = undefined;

  state = EntryState.Free;
  generation = 0;
  /** Of the job table. */
  slot = -1;
  /** Of the completion record, 0 where there was none, and what the operation came to. */
  status = 0;
  result = 0;
  /** What a CRC over no bytes is. */
  seed = 0;
  error: Error | undefined = undefined;
  /** Memory that an engine that answers no more may still write. */
  readonly #lost = bare<(Range | null)[]>([]);
  readonly #queue: JobQueue;
  readonly #order: number;
  readonly #settled: (entry: Entry) => void;
  readonly #wake: () => void;

  /**
   * @param order - how it is carried out: see `Order`
   * @param settled - called when the operation has come to its end
   * @param wake - called after that, and what else has ended, where it was announced
   */
  constructor(
    index: number,
    queue: JobQueue,
    order: number,
    settled: (entry: Entry) => void,
    wake: () => void,
  ) {
    this.index = index;
    this.#queue = queue;
    this.#order = order;
    this.#settled = settled;
    this.#wake = wake;
  }

  /** Takes a slot; false when there is none. */
  acquire(): boolean {
    const ticket = this.#queue.acquire(this);
    if (ticket < 0) return false;
    this.slot = ticket & Ticket.SlotMask;
    this.error = undefined;
    return true;
  }

  /** See `verifyJob`. */
  verify(keep: boolean): boolean {
    if (this.error !== undefined) return false;
    if (intact(this)) {
      if (keep) hold(this);
      return true;
    }
    this.error = detached(this);
    return false;
  }

  /** See `settleJob`. */
  settle(slot: number): void {
    const queue = this.#queue;
    const { records } = queue.table;
    // Else it was cut off at its beginning, or behind its end, by a full stack.
    if (this.slot === slot && this.state === EntryState.UnderWay) {
      if (goesOn(queue, slot, this.operation)) return;
      records.acquire(slot);
      this.status = records.status(slot);
      this.result = records.crc(slot);
      if (this.error !== undefined || !hasResult(this.status, this.operation)) {
        this.error ??= recordError(records, slot, this);
      } else if (!intact(this)) {
        this.error = detached(this);
      }
      this.#settled(this);
    }
    queue.table.release(queue.table.ticket(slot));
  }

  /** See `loseJob`. */
  lose(slot: number): void {
    const { table } = this.#queue;
    // Else it was cut off behind its end.
    if (this.slot === slot && this.state === EntryState.UnderWay) {
      this.#lost[this.#lost.length] = this.destination;
      this.#lost[this.#lost.length] = this.source;
      this.status = 0;
      this.error = lostError(this.operation.name);
      this.#settled(this);
    }
    table.quarantine(table.ticket(slot));
  }

  /** See `deliverJob`. */
  deliver(): void {
    this.#wake();
  }

  /** See `rerouteJob`. */
  reroute(): void {
    if ((this.#order & Order.PathMask) === Order.Hardware) {
      this.error = lostError(this.operation.name);
      this.#disarm();
    }
    this.#queue.pushSoftware(this.slot, this.length);
  }

  #disarm(): void {
    this.#queue.table.prepare(this.slot, Opcode.Nop, 0, 0);
  }

  /** Another operation may have it. */
  clear(): void {
    this.state = EntryState.Free;
    this.error = undefined;
    this.generation = (this.generation + 1) & NUMBERS;
  }
}

/** What numbers of entries are made of: with one bit more, tickets are below 2^31. */
export const NUMBERS = 0x3fff_ffff;
