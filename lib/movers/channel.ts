import { Descriptor, Opcode, Word } from '../abi/descriptor';
import { checkInteger } from '../check';
import { closedError, describe, rangeError } from '../errors';
import type { Range } from '../memory/range';
import type { Region } from '../memory/region';
import { rangeIn } from '../memory/region-part';
import { copy } from '../operations/copy';
import { crc32c } from '../operations/crc32c';
import { fill } from '../operations/fill';
import { nop } from '../operations/nop';
import type { Operation } from '../operations/operation';
import { patternHalves, type Pattern } from '../operations/pattern';
import { ChannelJobs } from './channel-jobs';
import { ChannelRing } from './channel-ring';
import type { JobQueue } from './job-queue';
import type { Settings } from './options';

/** Operations under way at once in a channel at most. */
export const MAX_CHANNEL_DEPTH = 65536;

/** The largest ticket. */
const MOST = 0x7fff_ffff;

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
  /** Those that are done on the spot have even tickets, jobs of the mover odd ones. */
  readonly #ring: ChannelRing | undefined;
  readonly #jobs: ChannelJobs;
  #waiting: (() => void)[] = [];
  #closed = false;
  /** Of the operation that is being begun: the words that have its descriptor, and its ticket. */
  #words: Int32Array = new Int32Array(0);
  #ticket = -1;

  /** @internal */
  constructor(queue: JobQueue, depth: number, { flags, order }: Settings) {
    this.depth = depth;
    this.#queue = queue;
    this.#flags = flags;
    this.#order = order;
    this.#ring = queue.inline ? new ChannelRing(depth) : undefined;
    this.#jobs = new ChannelJobs(queue, order, () => {
      if (this.#waiting.length > 0) this.#wake();
    });
  }

  /** How many operations can be begun now. */
  get free(): number {
    return this.depth - (this.#ring?.used ?? 0) - this.#jobs.used;
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
    const at = this.#begin(copy, length, to, from);
    if (at < 0) return this.#ticket;
    this.#write(at, low(source), high(source), low(target), high(target), 0);
    return this.#ticket;
  }

  /**
   * Repeats a byte (number), or eight bytes (bigint, little-endian) or 1, 2, 4 or 8 bytes, over a part
   * of a region. Returns and throws as `copy`.
   */
  fill(dst: Region, offset: number, length: number, pattern: Pattern): number {
    const to = rangeIn(dst, offset, length, 'dst');
    const target = to.address + offset;
    const halves = patternHalves(pattern);
    const at = this.#begin(fill, length, to, null);
    if (at < 0) return this.#ticket;
    this.#write(at, halves.low, halves.high, low(target), high(target), 0);
    return this.#ticket;
  }

  /**
   * CRC-32C of a part of a region: `result()` gives it.
   *
   * @param seed - the CRC of what came before
   * @returns as `copy`
   */
  crc32c(src: Region, offset: number, length: number, seed = 0): number {
    const from = rangeIn(src, offset, length, 'src');
    const source = from.address + offset;
    checkInteger('seed', seed, 0xffff_ffff);
    const at = this.#begin(crc32c as Operation<unknown, never>, length, null, from, seed);
    if (at < 0) return this.#ticket;
    this.#write(at, low(source), high(source), 0, 0, seed);
    return this.#ticket;
  }

  /** Does nothing, through all the machinery. Returns as `copy`. */
  nop(): number {
    const at = this.#begin(nop as Operation<unknown, never>, 0, null, null);
    if (at < 0) return this.#ticket;
    this.#write(at, 0, 0, 0, 0, 0);
    return this.#ticket;
  }

  /** Hands over what was begun; returns how many operations that were. */
  submit(): number {
    const gathered = this.#queue.gathered;
    this.#queue.submit();
    return gathered - this.#queue.gathered + this.#run();
  }

  /**
   * Hands over what was begun, and takes the tickets of operations that have come to their end, in the
   * order in which that was seen. The results of those that it gave before can no longer be read.
   *
   * @param into - takes as many as it has room for
   * @returns how many there are
   */
  completed(into: Uint32Array): number {
    const jobs = this.#jobs;
    this.#ring?.recycle();
    jobs.recycle();
    this.#run();
    const count = this.#ring?.take(into) ?? 0;
    if (jobs.used === 0) return count;
    if (jobs.underWay > 0) this.#queue.turn(this.depth);
    return count + jobs.take(into, count);
  }

  /**
   * The completion status of an operation: 0 while it is under way, 1 when it succeeded; what `result`
   * throws says more of any other. 255: nothing answered.
   *
   * @throws RangeError for a ticket whose result can no longer be read
   */
  status(ticket: number): number {
    return this.#lane(ticket).status(ticket >>> 1);
  }

  /**
   * What an operation has come to: the CRC, or 0 where there is nothing to say.
   *
   * @throws MoverError as the operation failed, `ERR_FUTURE_PENDING` while it is under way; TypeError
   * `ERR_MOVER_BUFFER_DETACHED`; RangeError as `status`
   */
  result(ticket: number): number {
    return this.#lane(ticket).result(ticket >>> 1);
  }

  /** Hands over what was begun; resolves when there is something for `completed()` to take, or nothing is under way. */
  async wait(): Promise<void> {
    this.#run();
    const complete = (this.#ring?.complete ?? 0) + this.#jobs.complete;
    if (complete > 0 || this.#jobs.underWay === 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Takes no more operations; those that are under way go to their end. */
  [Symbol.dispose](): void {
    this.#closed = true;
  }

  /**
   * Begins an operation, all but its operands; returns where they are to be written, -1 for no room.
   *
   * @throws MoverError `ERR_MOVER_CLOSED`
   */
  #begin(
    operation: Operation,
    length: number,
    destination: Range | null,
    source: Range | null,
    seed = 0,
  ): number {
    const queue = this.#queue;
    if (this.#closed || queue.closed) {
      throw closedError('the channel', 'make one from a mover that is open');
    }
    const ring = this.#ring;
    this.#ticket = -1;
    if (this.free === 0) return NOTHING;
    const flags = this.#flags & operation.options;
    const empty = length === 0 && operation.opcode !== Opcode.Nop;
    if (ring === undefined || empty || !ring.takes(length) || queue.runsAsync(operation, length, flags, this.#order)) {
      return this.#beginJob(operation, flags, length, destination, source, seed);
    }
    if (ring.gathered === 0) queue.owed.add(ring);
    const at = ring.begin(operation, flags, length, destination, source);
    this.#words = ring.words;
    this.#ticket = ring.latest << 1;
    return at;
  }

  #beginJob(
    operation: Operation,
    flags: number,
    length: number,
    destination: Range | null,
    source: Range | null,
    seed: number,
  ): number {
    const jobs = this.#jobs;
    const entry = jobs.begin(operation, flags, length, destination, source, seed);
    if (entry === undefined) return NOTHING;
    this.#words = this.#queue.table.words;
    this.#ticket = (jobs.numberOf(entry) << 1) | 1;
    return length === 0 ? NOTHING : entry.slot * Descriptor.Words;
  }

  /** The operands, where their operation has them all: what one has not, is zero. */
  #write(
    at: number,
    sourceLow: number,
    sourceHigh: number,
    targetLow: number,
    targetHigh: number,
    seed: number,
  ): void {
    const words = this.#words;
    words[at + Word.Source] = sourceLow;
    words[at + Word.Source + 1] = sourceHigh;
    words[at + Word.Destination] = targetLow;
    words[at + Word.Destination + 1] = targetHigh;
    words[at + Word.CrcSeed] = seed;
  }

  /** Executes what is done on the spot; returns how many operations that were. */
  #run(): number {
    const ring = this.#ring;
    if (ring === undefined || ring.gathered === 0) return 0;
    this.#queue.owed.delete(ring);
    return ring.run();
  }

  /** Who has the operation. @throws RangeError */
  #lane(ticket: number): ChannelRing | ChannelJobs {
    const ring = this.#ring;
    const number = ticket >>> 1;
    if (Number.isInteger(ticket) && ticket >= 0 && ticket <= MOST) {
      if ((ticket & 1) !== 0) {
        if (this.#jobs.has(number)) return this.#jobs;
      } else if (ring?.has(number) === true) {
        if (ring.awaits(number)) this.#run();
        return ring;
      }
    }
    const text = `${describe(ticket)} is no ticket whose operation is under way, or was among the last that completed() gave`;
    throw rangeError('ERR_OUT_OF_RANGE', text);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Instead of where operands are to be written. */
const NOTHING = -1;

const low = (address: number): number => address | 0;
const high = (address: number): number => (address / 2 ** 32) | 0;
