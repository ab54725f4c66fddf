import { Status } from '../abi/completion-record';
import { Descriptor, Opcode, Word } from '../abi/descriptor';
import { statusError } from '../errors';
import { InlineRing, Numbers } from '../jobs/inline-ring';
import { bare, lengthOf, min } from '../intrinsics';
import { overlap, type Range } from '../memory/range';
import { copy } from '../operations/copy';
import { crc32c } from '../operations/crc32c';
import { fill } from '../operations/fill';
import { nop } from '../operations/nop';
import { detached, type Operation } from '../operations/operation';
import type { JobQueue } from './job-queue';
import { SPOT_BUDGET } from './spot-budget';

/** In place of a status where no record says one. */
export const NO_ANSWER = 255;

/** Those of channels. */
const operations: readonly Operation[] = [copy, fill, crc32c, nop];

/**
 * The operations of a channel that are executed by the calling thread. Nothing is allocated for one,
 * and nothing kept but its descriptor and its record.
 */
export class ChannelRing extends InlineRing {
  readonly #queue: JobQueue;
  readonly #order: number;
  /** Smaller ones are done on the spot, whatever they are; below 0: none is. */
  #least = 0;
  /** What is left of the budget. */
  #left = 0;
  /** Complete, and not handed out; and handed out, and their results can still be read. */
  #complete = 0;
  #readable = 0;
  /**
   * The memory that the gathering works on, each at least once, and how many these are. Without a
   * prototype: a program could give that of arrays setters, which would be handed ranges.
   */
  readonly #memory = bare<(Range | null)[]>([]);
  #parts = 0;
  /** The memory of the latest operation. */
  #to: Range | null | undefined;
  #from: Range | null | undefined;
  /** By number. */
  readonly #errors = new Map<number, TypeError>();

  /**
   * @param order - see `Order`
   * @throws MoverError `ERR_MOVER_OUT_OF_SLOTS`
   */
  constructor(depth: number, queue: JobQueue, order: number) {
    super(depth, queue.table.id);
    this.#queue = queue;
    this.#order = order;
    queue.owe(this);
    this.#begin();
  }

  /** Operations for `take`. */
  get complete(): number {
    return this.#complete;
  }

  /** Whether the calling thread shall do it, and is not kept for too long already. Zero bytes: a nop. */
  takes(operation: Operation, flags: number, bytes: number): boolean {
    if (bytes > this.#left || (bytes === 0 && operation.opcode !== Opcode.Nop)) return false;
    if (bytes < this.#least) return true;
    return this.#least >= 0 && this.#queue.isSpot(operation, bytes, flags, this.#order);
  }

  /** The same for one of any kind that is smaller than all that others do. */
  takesSmall(bytes: number): boolean {
    return bytes > 0 && bytes < this.#least && bytes <= this.#left;
  }

  /** Where the words of the next operation begin: it begins by `commit()`, once its operands are written. */
  add(opcode: number, flags: number, bytes: number, to: Range | null, from: Range | null): number {
    this.#left -= bytes;
    if (to !== this.#to || from !== this.#from) this.#use(to, from);
    return this.prepare(opcode, flags, bytes);
  }

  /** Executes what was gathered; returns how many operations that were. */
  override run(): number {
    if (this.gathered === 0) return 0;
    for (let part = 0; part < this.#parts; part++) {
      if (this.#memory[part]!.intact) continue;
      this.#refuse();
      break;
    }
    const count = super.run();
    this.#complete += count;
    this.#begin();
    return count;
  }

  /** Executes what was gathered, and takes no more. */
  end(): void {
    this.run();
    this.#least = -1;
  }

  /** Hands out the numbers of what is complete, doubled; returns how many. */
  take(into: Uint32Array): number {
    const count = min(lengthOf(into), this.#complete);
    const first = this.first + this.#readable;
    for (let at = 0; at < count; at++) into[at] = ((first + at) & Numbers.Mask) << 1;
    this.#complete -= count;
    this.#readable += count;
    return count;
  }

  /** Lets go of what was handed out. */
  recycle(): void {
    const count = this.#readable;
    if (this.#errors.size > 0) {
      for (let next = 0; next < this.#readable; next++) {
        this.#errors.delete((this.first + next) & Numbers.Mask);
      }
    }
    this.free(count);
    this.#readable = 0;
  }

  has(number: number): boolean {
    return ((number - this.first) & Numbers.Mask) < this.used;
  }

  /** Whether an operation that it has is to be executed yet. */
  awaits(number: number): boolean {
    return ((number - this.first) & Numbers.Mask) >= this.#readable + this.#complete;
  }

  /** Of an operation that was executed. */
  status(number: number): number {
    if (this.#errors.has(number)) return NO_ANSWER;
    return this.records.status(this.slotOf(number));
  }

  /** Of an operation that was executed. @throws what it failed with */
  result(number: number): number {
    const error = this.#errors.get(number);
    if (error !== undefined) throw error;
    const slot = this.slotOf(number);
    const { records } = this;
    const status = records.status(slot);
    const { opcode, name } = this.#operation(number);
    if (status !== Status.Success) throw statusError(name, status, records.bytesCompleted(slot));
    return opcode === Opcode.Crc ? records.crc(slot) : 0;
  }

  /** A gathering begins. What goes elsewhere may have changed. */
  #begin(): void {
    this.#left = SPOT_BUDGET;
    while (this.#parts > 0) this.#memory[--this.#parts] = null;
    this.#to = this.#from = undefined;
    if (this.#least >= 0) this.#least = this.#queue.leastElsewhere(this.#order);
  }

  #use(to: Range | null, from: Range | null): void {
    this.#hold(to);
    this.#hold(from);
    this.#to = to;
    this.#from = from;
  }

  #hold(range: Range | null): void {
    if (range === null) return;
    // So that no other memory can be at its address, should it go before it is used.
    range.hold();
    this.#memory[this.#parts++] = range;
  }

  /** Operations on memory that has gone become nops, and fail. */
  #refuse(): void {
    const { latest, gathered, words } = this;
    for (let back = 0; back < gathered; back++) {
      const number = (latest - back) & Numbers.Mask;
      const at = this.slotOf(number) * Descriptor.Words;
      const operation = this.#operation(number);
      const length = words[at + Word.TransferSize] >>> 0;
      const to = operation.opcode === Opcode.Crc ? 0 : addressAt(words, at + Word.Destination);
      const from = operation.opcode === Opcode.Fill ? 0 : addressAt(words, at + Word.Source);
      if (!this.#hasGone(to, length) && !this.#hasGone(from, length)) continue;
      this.#errors.set(number, detached({ operation }));
      this.disarm(at);
    }
  }

  /** Whether a byte of these was in memory of the gathering that has gone. @param address - 0: none */
  #hasGone(address: number, length: number): boolean {
    if (address === 0) return false;
    for (let part = 0; part < this.#parts; part++) {
      const range = this.#memory[part]!;
      if (!range.intact && overlap({ address, length }, range.probe.extent)) return true;
    }
    return false;
  }

  #operation(number: number): Operation {
    const at = this.slotOf(number) * Descriptor.Words;
    const code = this.words[at + Word.FlagsOpcode] >>> Descriptor.OpcodeShift;
    return operations.find(({ opcode }) => opcode === code)!;
  }
}

const addressAt = (words: Int32Array, at: number): number =>
  (words[at + 1] >>> 0) * 2 ** 32 + (words[at] >>> 0);
