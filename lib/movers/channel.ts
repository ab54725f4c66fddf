import { types } from 'node:util';
import { Descriptor, Opcode, Word } from '../abi/descriptor';
import { checkInteger } from '../check';
import { setImmediate } from '../clock';
import { conceal } from '../conceal';
import { closedError, describe, rangeError, typeError } from '../errors';
import { loopIsDue } from '../future/spell';
import { abs, isInteger } from '../intrinsics';
import type { Range } from '../memory/range';
import type { Region } from '../memory/region';
import { levelRangeIn, rangeIn } from '../memory/region-part';
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
 * A ticket is given again after 2^29 / `depth` operations at the earliest: it does not tell these apart.
 *
 * Methods throw for bad arguments. What a method has written is visible once its ticket has come back.
 */
export class Channel implements Disposable {
  static {
    conceal(this, 'mover.channel()');
  }

  /** Operations under way at once, those whose results can be read included. */
  readonly depth: number;
  readonly #queue: JobQueue;
  readonly #flags: number;
  readonly #copyFlags: number;
  /** Those that are done on the spot have even tickets, jobs of the mover odd ones. */
  readonly #ring: ChannelRing | undefined = undefined;
  readonly #jobs: ChannelJobs;
  #waiting: (() => void)[] = [];
  /** How many operations can be begun now. */
  #room: number;
  /** An operation found no slot: futures of the mover, or other channels, have them all. */
  #crowded = false;
  #closed = false;

  /** @internal */
  constructor(queue: JobQueue, depth: number, { flags, order }: Settings) {
    this.depth = this.#room = depth;
    this.#queue = queue;
    this.#flags = flags;
    this.#copyFlags = flags & copy.options;
    if (queue.inline) this.#ring = new ChannelRing(depth, queue, order);
    this.#jobs = new ChannelJobs(
      queue,
      depth,
      order,
      () => this.#waiting.length > 0,
      () => {
        this.#wake();
      },
    );
  }

  /** How many operations can be begun now. */
  get free(): number {
    return this.#room;
  }

  // What nearly all copies are, small ones on the spot, is written out here: as `#copy` does it, by way
  // of the functions for all operations, one takes a third longer, since V8 inlines so much at most.
  /**
   * Copies bytes from one region to another, or within one; the ranges share no byte.
   *
   * @returns a ticket, or -1 when there is no room: call `completed()`
   * @throws TypeError, RangeError `ERR_OUT_OF_RANGE`, `ERR_MOVER_OVERLAP`; MoverError `ERR_MOVER_CLOSED`
   */
  copy(dst: Region, dstOffset: number, src: Region, srcOffset: number, length: number): number {
    const to = levelRangeIn(dst, dstOffset, length);
    const from = levelRangeIn(src, srcOffset, length);
    const ring = this.#ring;
    if (to !== undefined && from !== undefined && ring?.takesSmall(length) && this.#room > 0) {
      const source = (from.low + srcOffset) | 0;
      const target = (to.low + dstOffset) | 0;
      // Lower halves that are so far apart belong to addresses that are.
      if (abs((target - source) | 0) >= length) {
        const at = ring.add(Opcode.MemoryMove, this.#copyFlags, length, to, from);
        const { words } = ring;
        words[at + Word.Source] = source;
        words[at + Word.Source + 1] = from.high;
        words[at + Word.Destination] = target;
        words[at + Word.Destination + 1] = to.high;
        words[at + Word.CrcSeed] = 0;
        ring.commit();
        this.#room--;
        return ring.latest << 1;
      }
    }
    return this.#copy(dst, dstOffset, src, srcOffset, length);
  }

  /**
   * Repeats a byte (number), or eight bytes (bigint, little-endian) or 1, 2, 4 or 8 bytes, over a part
   * of a region. Returns and throws as `copy`.
   */
  fill(dst: Region, offset: number, length: number, pattern: Pattern): number {
    const to = rangeIn(dst, offset, length, 'dst');
    const { low, high } = patternHalves(pattern);
    return this.#begin(fill, length, to, null, low, high, to.address + offset, 0);
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
    const source = from.address + offset;
    return this.#begin(crc32c, length, null, from, source, source / HALF, 0, seed);
  }

  /** Does nothing, through all the machinery. Returns as `copy`. */
  nop(): number {
    return this.#begin(nop, 0, null, null, 0, 0, 0, 0);
  }

  /** Hands over what was begun; returns how many operations that were. */
  submit(): number {
    const gathered = this.#queue.gathered;
    this.#queue.submit();
    return gathered - this.#queue.gathered + (this.#ring?.run() ?? 0);
  }

  /**
   * Hands over what was begun, and takes the tickets of operations that have come to their end, in the
   * order in which that was seen. The results of those that it gave before can no longer be read.
   *
   * @param into - takes as many as it has room for
   * @returns how many there are
   * @throws TypeError for what is none
   */
  completed(into: Uint32Array): number {
    if (!types.isUint32Array(into)) {
      throw typeError('ERR_INVALID_ARG_TYPE', `into must be a Uint32Array; got ${describe(into)}`);
    }
    const jobs = this.#jobs;
    const ring = this.#ring;
    ring?.recycle();
    ring?.run();
    jobs.recycle();
    this.#room = this.depth - jobs.used - (ring?.used ?? 0);
    if (jobs.used === 0 && !this.#crowded) return ring?.take(into) ?? 0;
    if (jobs.underWay > 0 || this.#crowded) this.#queue.look(this.depth);
    this.#crowded = false;
    // Behind the turn, whose wakers may do anything: take tickets, or room for them.
    const count = ring?.take(into) ?? 0;
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
    this.#ring?.run();
    const complete = (this.#ring?.complete ?? 0) + this.#jobs.complete;
    if (complete > 0) {
      if (loopIsDue()) await new Promise<void>((resolve) => setImmediate(resolve));
      return;
    }
    if (this.#jobs.underWay > 0) await this.#next();
    else if (this.#crowded) await this.#queue.ready();
  }

  /** Takes no more operations; those that are under way go to their end. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#ring?.end();
  }

  /** Any copy, and what is wrong with one. */
  #copy(dst: Region, dstOffset: number, src: Region, srcOffset: number, length: number): number {
    const to = rangeIn(dst, dstOffset, length, 'dst');
    const from = rangeIn(src, srcOffset, length, 'src');
    const source = from.address + srcOffset;
    const target = to.address + dstOffset;
    if (abs(target - source) < length) throw sharesBytes(length);
    return this.#begin(copy, length, to, from, source, source / HALF, target, 0);
  }

  /** Begins an operation; returns its ticket, or -1 where there is no room. The last four: see `writeOperands`. */
  #begin(
    operation: Operation,
    length: number,
    to: Range | null,
    from: Range | null,
    low: number,
    high: number,
    target: number,
    seed: number,
  ): number {
    const ring = this.#ring;
    const flags = this.#flags & operation.options;
    if (this.#room === 0 || ring === undefined || !ring.takes(operation, flags, length)) {
      return this.#delegate(operation, flags, length, to, from, low, high, target, seed);
    }
    const at = ring.add(operation.opcode, flags, length, to, from);
    writeOperands(ring.words, at, low, high, target, seed);
    ring.commit();
    this.#room--;
    return ring.latest << 1;
  }

  /** As `#begin`, for what is not done on the spot. @throws MoverError `ERR_MOVER_CLOSED` */
  #delegate(
    operation: Operation,
    flags: number,
    length: number,
    to: Range | null,
    from: Range | null,
    low: number,
    high: number,
    target: number,
    seed: number,
  ): number {
    const queue = this.#queue;
    const jobs = this.#jobs;
    if (this.#closed || queue.channelsClosed) {
      throw closedError('the channel', 'make one from a mover that is open');
    }
    if (this.#room === 0) return NO_ROOM;
    // Before it takes a place: hooks of the program that are called may do anything, and take it.
    queue.schedule();
    if (this.#room === 0) return NO_ROOM;
    const entry = jobs.begin(operation, flags, length, to, from, seed);
    if (entry === undefined) {
      this.#crowded = true;
      return NO_ROOM;
    }
    // An operation on no bytes is a nop.
    const at = entry.slot * Descriptor.Words;
    if (length > 0) writeOperands(queue.table.words, at, low, high, target, seed);
    jobs.gather(entry);
    this.#room--;
    return (jobs.numberOf(entry) << 1) | 1;
  }

  /** Who has the operation. @throws RangeError */
  #lane(ticket: number): ChannelRing | ChannelJobs {
    const ring = this.#ring;
    if (isInteger(ticket) && ticket >= 0 && ticket <= MOST) {
      const number = ticket >>> 1;
      if ((ticket & 1) !== 0) {
        if (this.#jobs.has(number)) return this.#jobs;
      } else if (ring?.has(number) === true) {
        if (ring.awaits(number)) ring.run();
        return ring;
      }
    }
    const text = `${describe(ticket)} is no ticket whose operation is under way, or was among the last that completed() gave`;
    throw rangeError('ERR_OUT_OF_RANGE', text);
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      // A hook of promises may have taken what there was.
      if (this.#jobs.underWay > 0) this.#waiting.push(resolve);
      else resolve();
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const sharesBytes = (length: number): RangeError =>
  rangeError('ERR_MOVER_OVERLAP', `copy: the ranges of ${String(length)} bytes share bytes`);

/** Instead of a ticket. */
const NO_ROOM = -1;

/** By what an address is divided to give its upper half. */
const HALF = 2 ** 32;

/**
 * Writes all operands that an operation of a channel can have; typed arrays take them modulo 2^32.
 *
 * @param low, high - of the source's address, or of the pattern
 */
function writeOperands(
  words: Int32Array,
  at: number,
  low: number,
  high: number,
  target: number,
  seed: number,
): void {
  words[at + Word.Source] = low;
  words[at + Word.Source + 1] = high;
  words[at + Word.Destination] = target;
  words[at + Word.Destination + 1] = target / HALF;
  words[at + Word.CrcSeed] = seed;
}
