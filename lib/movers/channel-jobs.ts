import { Opcode } from '../abi/descriptor';
import { Status } from '../abi/completion-record';
import { MoverError } from '../errors';
import { clz32, lengthOf, min } from '../intrinsics';
import type { Range } from '../memory/range';
import type { Operation } from '../operations/operation';
import { Entry, EntryState, NUMBERS } from './channel-entry';
import { NO_ANSWER } from './channel-ring';
import type { JobQueue } from './job-queue';

/** The operations of a channel that are jobs of its mover: of threads, or of work queues. */
export class ChannelJobs {
  readonly #queue: JobQueue;
  readonly #order: number;
  readonly #settled: (entry: Entry) => void;
  readonly #wake: () => void;
  /** Of a number, for the index of the entry; the others are for its generation. */
  readonly #indexBits: number;
  readonly #entries: Entry[] = [];
  /** Those that are free, the latest last. */
  readonly #free: Entry[] = [];
  /** Those that have settled, in that order; the first of them were handed out. */
  #ended: Entry[] = [];
  #handed = 0;
  /** Those that are let go of, from the last one down: how many are left. */
  #leaving: readonly Entry[] = [];
  #left = 0;

  /**
   * @param depth - entries at most
   * @param order - how they are carried out: see `Order`
   * @param awaited - whether somebody waits until one comes to its end
   * @param wake - tells them
   */
  constructor(
    queue: JobQueue,
    depth: number,
    order: number,
    awaited: () => boolean,
    wake: () => void,
  ) {
    this.#queue = queue;
    this.#order = order;
    this.#wake = wake;
    this.#indexBits = 32 - clz32(depth - 1);
    this.#settled = (entry) => {
      // No call is made before all of it is done.
      entry.slot = -1;
      entry.destination = entry.source = null;
      entry.state = EntryState.Settled;
      this.#ended[this.#ended.length] = entry;
      // They are told at the end of the turn: hooks of promises are code of the program.
      if (awaited()) queue.announce(entry);
    };
  }

  /** Operations begun whose results have not been read and let go. */
  get used(): number {
    return this.#entries.length - this.#free.length;
  }

  /** Operations for `take`. */
  get complete(): number {
    return this.#ended.length - this.#handed;
  }

  get underWay(): number {
    return this.used - this.#ended.length - this.#left;
  }

  /**
   * Begins an operation; returns its entry, whose descriptor lacks the operands, or undefined where the
   * mover has no slot. One on no bytes, which no descriptor can say, is a nop.
   */
  begin(
    operation: Operation,
    flags: number,
    length: number,
    destination: Range | null,
    source: Range | null,
    seed: number,
  ): Entry | undefined {
    const queue = this.#queue;
    const free = this.#free;
    if (free.length === 0) this.#make();
    const entry = free[free.length - 1];
    if (!entry.acquire()) return undefined;
    const { slot } = entry;
    const opcode = length === 0 ? Opcode.Nop : operation.opcode;
    entry.operation = operation;
    entry.length = length;
    entry.flags = length === 0 ? 0 : flags;
    entry.destination = destination;
    entry.source = source;
    entry.seed = seed;
    queue.table.prepare(slot, opcode, entry.flags, length);
    return entry;
  }

  /** The operation of the entry that was begun, whose operands were written, is under way. */
  gather(entry: Entry): void {
    const { slot, operation, length, flags } = entry;
    this.#queue.gather(slot, operation, length, flags, this.#order);
    // Last, so that nothing is lost where it is cut off before.
    entry.state = EntryState.UnderWay;
    this.#free.length--;
  }

  numberOf({ generation, index }: Entry): number {
    return ((generation << this.#indexBits) | index) & NUMBERS;
  }

  /** Hands out the numbers of what is complete, behind `at`; returns how many. */
  take(into: Uint32Array, at: number): number {
    const first = this.#handed;
    const count = min(lengthOf(into) - at, this.complete);
    for (let index = 0; index < count; index++) {
      into[at + index] = (this.numberOf(this.#ended[first + index]) << 1) | 1;
    }
    this.#handed += count;
    return count;
  }

  /** Lets go of what was handed out. What is cut off, by a full stack, is done the next time. */
  recycle(): void {
    this.#leave();
    if (this.#handed === 0) return;
    const rest = this.#ended.slice(this.#handed);
    this.#leaving = this.#ended;
    this.#left = this.#handed;
    this.#ended = rest;
    this.#handed = 0;
    this.#leave();
  }

  #leave(): void {
    while (this.#left > 0) {
      const entry = this.#leaving[this.#left - 1];
      entry.clear();
      this.#free[this.#free.length] = entry;
      this.#left--;
    }
    this.#leaving = none;
  }

  has(number: number): boolean {
    const entry = this.#at(number);
    if (entry === undefined || entry.state === EntryState.Free) return false;
    return this.numberOf(entry) === number;
  }

  /** Of an operation that it has. */
  status(number: number): number {
    const entry = this.#see(number);
    if (entry.state !== EntryState.Settled) return 0;
    if (entry.error === undefined || entry.status > Status.FalsePredicate) return entry.status;
    return NO_ANSWER;
  }

  /** Of an operation that it has. @throws MoverError `ERR_FUTURE_PENDING`, and what it failed with */
  result(number: number): number {
    const entry = this.#see(number);
    if (entry.state !== EntryState.Settled) {
      throw new MoverError('ERR_FUTURE_PENDING', 'the operation is under way: see status()');
    }
    if (entry.error !== undefined) throw entry.error;
    if (entry.operation.opcode !== Opcode.Crc) return 0;
    return entry.length === 0 ? entry.seed : entry.result;
  }

  #at(number: number): Entry | undefined {
    return this.#entries.at(number & ((1 << this.#indexBits) - 1));
  }

  /** What it says once the queue had a chance to go on with it. */
  #see(number: number): Entry {
    const entry = this.#at(number)!;
    if (entry.state !== EntryState.UnderWay) return entry;
    this.#queue.submit();
    const { records } = this.#queue.table;
    if (records.status(entry.slot) !== Status.Pending) entry.settle(entry.slot);
    else this.#queue.inVain();
    return entry;
  }

  #make(): void {
    const entry = new Entry(
      this.#entries.length,
      this.#queue,
      this.#order,
      this.#settled,
      this.#wake,
    );
    this.#entries[this.#entries.length] = this.#free[this.#free.length] = entry;
  }
}

const none: readonly Entry[] = [];
