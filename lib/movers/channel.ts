import { Descriptor, Opcode, Word } from '../abi/descriptor';
import { Status } from '../abi/completion-record';
import { checkInteger } from '../check';
import { closedError, describe, MoverError, rangeError } from '../errors';
import type { Range } from '../memory/range';
import type { Region } from '../memory/region';
import { rangeIn } from '../memory/region-part';
import { copy } from '../operations/copy';
import { crc32c } from '../operations/crc32c';
import { fill } from '../operations/fill';
import { nop } from '../operations/nop';
import type { Operation } from '../operations/operation';
import { patternHalves, type Pattern } from '../operations/pattern';
import { Entry, EntryState } from './channel-entry';
import type { JobQueue } from './job-queue';
import type { Settings } from './options';

/** How a ticket of a channel is made up: generations keep it a small integer. */
const enum ChannelTicket {
  IndexBits = 16,
  IndexMask = 0xffff,
  GenerationMask = 0x3fff,
}

/** Operations under way at once in a channel at most. */
export const MAX_CHANNEL_DEPTH = 65536;

/**
 * Operations without an object for each: they are begun by methods that give tickets, handed over
 * by one `submit()`, and their tickets come back from `completed()`. Memory is named by regions,
 * which `mover.register()` makes.
 *
 * Methods throw for bad arguments. What a method has written is visible once its ticket has come back.
 */
export class Channel implements Disposable {
  /** Operations under way at once, those whose results can be read included. */
  readonly depth: number;
  readonly #queue: JobQueue;
  readonly #flags: number;
  readonly #order: number;
  readonly #entries: Entry[] = [];
  /** Those that are free, the latest last. */
  readonly #free: Int32Array;
  #freeCount: number;
  /** Those that have settled, in a ring from `#head` on, and those that were handed out the last time. */
  readonly #settled: Int32Array;
  #head = 0;
  #settledCount = 0;
  readonly #handedOut: Int32Array;
  #handedOutCount = 0;
  #waiting: (() => void)[] = [];
  #closed = false;

  /** @internal */
  constructor(queue: JobQueue, depth: number, { flags, order }: Settings) {
    this.depth = depth;
    this.#queue = queue;
    this.#flags = flags;
    this.#order = order;
    this.#free = Int32Array.from({ length: depth }, (_, index) => depth - 1 - index);
    this.#freeCount = depth;
    this.#settled = new Int32Array(depth);
    this.#handedOut = new Int32Array(depth);
    const settled = (entry: Entry): void => {
      this.#settled[(this.#head + this.#settledCount++) % depth] = entry.index;
      if (this.#waiting.length > 0) this.#wake();
    };
    for (let index = 0; index < depth; index++) {
      this.#entries.push(new Entry(index, queue, order, settled));
    }
  }

  /** How many operations can be begun now. */
  get free(): number {
    return this.#freeCount;
  }

  /**
   * Copies bytes from one region to another, or within one; the ranges share no byte.
   *
   * @returns a ticket, or -1 when there is no room: call `completed()`
   * @throws TypeError, RangeError `ERR_OUT_OF_RANGE`, `ERR_MOVER_OVERLAP`; MoverError `ERR_MOVER_CLOSED`
   */
  copy(dst: Region, dstOffset: number, src: Region, srcOffset: number, length: number): number {
    const to = rangeIn(dst, dstOffset, length, 'dst');
    const from = rangeIn(src, srcOffset, length, 'src');
    const target = to.address + dstOffset;
    const source = from.address + srcOffset;
    if (Math.abs(target - source) < length) {
      throw rangeError(
        'ERR_MOVER_OVERLAP',
        `copy: the ranges of ${String(length)} bytes share bytes`,
      );
    }
    const entry = this.#begin();
    if (entry === undefined) return -1;
    const words = this.#prepare(entry, copy, length);
    if (length > 0) {
      const at = entry.slot * Descriptor.Words;
      setAddress(words, at + Word.Source, source);
      setAddress(words, at + Word.Destination, target);
    }
    return this.#gather(entry, to, from);
  }

  /**
   * Repeats a byte (number), or eight bytes (bigint, little-endian) or 1, 2, 4 or 8 bytes, over a part
   * of a region. Returns and throws as `copy`.
   */
  fill(dst: Region, offset: number, length: number, pattern: Pattern): number {
    const to = rangeIn(dst, offset, length, 'dst');
    const { low, high } = patternHalves(pattern);
    const entry = this.#begin();
    if (entry === undefined) return -1;
    const words = this.#prepare(entry, fill, length);
    if (length > 0) {
      const at = entry.slot * Descriptor.Words;
      words[at + Word.Source] = low;
      words[at + Word.Source + 1] = high;
      setAddress(words, at + Word.Destination, to.address + offset);
    }
    return this.#gather(entry, to, null);
  }

  /**
   * CRC-32C of a part of a region: `result()` gives it.
   *
   * @param seed - the CRC of what came before
   * @returns as `copy`
   */
  crc32c(src: Region, offset: number, length: number, seed = 0): number {
    const from = rangeIn(src, offset, length, 'src');
    checkInteger('seed', seed, 0xffff_ffff);
    const entry = this.#begin();
    if (entry === undefined) return -1;
    const words = this.#prepare(entry, crc32c, length);
    if (length > 0) {
      const at = entry.slot * Descriptor.Words;
      setAddress(words, at + Word.Source, from.address + offset);
      words[at + Word.CrcSeed] = seed;
    }
    entry.seed = seed;
    return this.#gather(entry, null, from);
  }

  /** Does nothing, through all the machinery. Returns as `copy`. */
  nop(): number {
    const entry = this.#begin();
    if (entry === undefined) return -1;
    this.#prepare(entry, nop, 0);
    return this.#gather(entry, null, null);
  }

  /** Hands over what was begun; returns how many operations that were. */
  submit(): number {
    const { gathered } = this.#queue;
    this.#queue.submit();
    return gathered - this.#queue.gathered;
  }

  /**
   * Hands over what was begun, and takes the tickets of operations that have come to their end, in the
   * order in which that was seen. The results of those that it gave before can no longer be read.
   *
   * @param into - takes as many as it has room for
   * @returns how many there are
   */
  completed(into: Uint32Array): number {
    this.#recycle();
    this.#queue.turn(this.depth);
    const count = Math.min(into.length, this.#settledCount);
    for (let at = 0; at < count; at++) {
      const index = this.#settled[this.#head];
      this.#head = (this.#head + 1) % this.depth;
      this.#handedOut[at] = index;
      into[at] = this.#ticketOf(this.#entries[index]);
    }
    this.#settledCount -= count;
    this.#handedOutCount = count;
    return count;
  }

  /**
   * The completion status of an operation: 0 while it is under way, 1 when it succeeded; what `result`
   * throws says more of any other. 255: nothing answered.
   *
   * @throws RangeError for a ticket whose result can no longer be read
   */
  status(ticket: number): number {
    const entry = this.#look(ticket);
    if (entry.state !== EntryState.Settled) return 0;
    if (entry.error === undefined || entry.status > Status.FalsePredicate) return entry.status;
    return NO_ANSWER;
  }

  /**
   * What an operation has come to: the CRC, or 0 where there is nothing to say.
   *
   * @throws MoverError as the operation failed, `ERR_FUTURE_PENDING` while it is under way; TypeError
   * `ERR_MOVER_BUFFER_DETACHED`; RangeError as `status`
   */
  result(ticket: number): number {
    const entry = this.#look(ticket);
    if (entry.state !== EntryState.Settled) {
      throw new MoverError('ERR_FUTURE_PENDING', 'the operation is under way: see status()');
    }
    if (entry.error !== undefined) throw entry.error;
    if (entry.operation.opcode !== Opcode.Crc) return 0;
    return entry.length === 0 ? entry.seed : entry.result;
  }

  /** Resolves when there is something for `completed()` to take, or nothing is under way. */
  async wait(): Promise<void> {
    const underWay = this.depth - this.#freeCount - this.#handedOutCount;
    if (this.#settledCount > 0 || underWay === 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Takes no more operations; those that are under way go to their end. */
  [Symbol.dispose](): void {
    this.#closed = true;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  #begin(): Entry | undefined {
    if (this.#closed || this.#queue.closed) {
      throw closedError('the channel', 'make one from a mover that is open');
    }
    if (this.#freeCount === 0) return undefined;
    const entry = this.#entries[this.#free[this.#freeCount - 1]];
    if (!entry.acquire()) return undefined;
    this.#freeCount--;
    return entry;
  }

  /** An operation on no bytes, which no descriptor can say, is a nop. */
  #prepare(entry: Entry, operation: Operation, length: number): Int32Array {
    entry.operation = operation;
    entry.length = length;
    entry.flags = length === 0 ? 0 : this.#flags & operation.options;
    const opcode = length === 0 ? Opcode.Nop : operation.opcode;
    return this.#queue.table.prepare(entry.slot, opcode, entry.flags, length);
  }

  #gather(entry: Entry, destination: Range | null, source: Range | null): number {
    entry.destination = destination;
    entry.source = source;
    this.#queue.gather(entry.slot, entry.operation, entry.length, entry.flags, this.#order);
    return this.#ticketOf(entry);
  }

  #ticketOf({ generation, index }: Entry): number {
    return (generation << ChannelTicket.IndexBits) | index;
  }

  /** @throws RangeError */
  #look(ticket: number): Entry {
    const entry = this.#entries.at(ticket & ChannelTicket.IndexMask);
    if (
      entry === undefined ||
      this.#ticketOf(entry) !== ticket ||
      entry.state === EntryState.Free
    ) {
      const text = `${describe(ticket)} is no ticket whose operation is under way, or was among the last that completed() gave`;
      throw rangeError('ERR_OUT_OF_RANGE', text);
    }
    if (entry.state === EntryState.UnderWay) {
      this.#queue.submit();
      const { records } = this.#queue.table;
      if (records.status(entry.slot) !== Status.Pending) entry.settle();
      else this.#queue.inVain();
    }
    return entry;
  }

  #recycle(): void {
    for (let at = 0; at < this.#handedOutCount; at++) {
      const index = this.#handedOut[at];
      const entry = this.#entries[index];
      entry.state = EntryState.Free;
      entry.error = undefined;
      entry.generation = (entry.generation + 1) & ChannelTicket.GenerationMask;
      this.#free[this.#freeCount++] = index;
    }
    this.#handedOutCount = 0;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** In place of a status where no record says one. */
const NO_ANSWER = 255;

function setAddress(words: Int32Array, at: number, address: number): void {
  words[at] = address | 0;
  words[at + 1] = (address / 2 ** 32) | 0;
}
