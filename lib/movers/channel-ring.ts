import { Status } from '../abi/completion-record';
import { Descriptor, Flag, Opcode, Word } from '../abi/descriptor';
import { statusError } from '../errors';
import { InlineRing, NUMBERS } from '../jobs/inline-ring';
import { overlap, type Probe, type Range } from '../memory/range';
import { copy } from '../operations/copy';
import { crc32c } from '../operations/crc32c';
import { fill } from '../operations/fill';
import { nop } from '../operations/nop';
import { detached, type Operation } from '../operations/operation';

type Named = Pick<Operation, 'name' | 'opcode'>;

/** Bytes executed in one go, so that many small operations do not stall the loop. */
const BUDGET = 256 * 1024;

/** In place of a status where no record says one. */
export const NO_ANSWER = 255;

/** Those of channels, by opcode. */
const operations: ReadonlyMap<number, Named> = new Map(
  [copy, fill, crc32c, nop].map((operation) => [operation.opcode, operation]),
);

/**
 * The operations of a channel that are executed by the calling thread. Nothing is allocated for one,
 * and nothing kept but its descriptor and its record.
 */
export class ChannelRing {
  readonly #ring: InlineRing;
  /** Bytes of what was gathered. */
  #bytes = 0;
  /** Complete, and not handed out; and handed out, and their results can still be read. */
  #complete = 0;
  #readable = 0;
  /** The memory that the gathering works on, each at least once, and where the latest two are. */
  readonly #memory: Range[] = [];
  #latest: Probe | undefined;
  #before: Probe | undefined;
  /** By number. */
  readonly #errors = new Map<number, TypeError>();

  /** @throws MoverError `ERR_MOVER_OUT_OF_SLOTS` */
  constructor(depth: number) {
    this.#ring = new InlineRing(2 ** Math.ceil(Math.log2(depth)));
  }

  get words(): Int32Array {
    return this.#ring.words;
  }

  /** Operations begun whose results have not been read and let go. */
  get used(): number {
    return this.#ring.used;
  }

  get gathered(): number {
    return this.#ring.gathered;
  }

  /** Operations for `take`. */
  get complete(): number {
    return this.#complete;
  }

  /** The number of the operation that was begun last. */
  get latest(): number {
    return this.#ring.latest;
  }

  /** Whether the gathering is not so large already that it would keep the thread for too long. */
  takes(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= BUDGET;
  }

  /** Begins an operation; returns where the words of its descriptor begin, of which the operands are to be written. */
  begin(
    { opcode }: Named,
    flags: number,
    bytes: number,
    destination: Range | null,
    source: Range | null,
  ): number {
    this.#bytes += bytes;
    if (destination !== null) this.#use(destination);
    if (source !== null) this.#use(source);
    return this.#ring.begin(opcode, flags, bytes);
  }

  /** Executes what was gathered; returns how many operations that were. */
  run(): number {
    const { gathered } = this.#ring;
    if (gathered === 0) return 0;
    for (const range of this.#memory) {
      if (range.intact) continue;
      this.#refuse();
      break;
    }
    this.#memory.length = 0;
    this.#latest = this.#before = undefined;
    this.#bytes = 0;
    this.#ring.run();
    this.#complete += gathered;
    return gathered;
  }

  /** Hands out the numbers of what is complete, twice each; returns how many. */
  take(into: Uint32Array): number {
    const count = Math.min(into.length, this.#complete);
    const first = this.#ring.first + this.#readable;
    for (let at = 0; at < count; at++) into[at] = ((first + at) & NUMBERS) << 1;
    this.#complete -= count;
    this.#readable += count;
    return count;
  }

  /** Lets go of what was handed out. */
  recycle(): void {
    if (this.#errors.size > 0) {
      for (let next = 0; next < this.#readable; next++) {
        this.#errors.delete((this.#ring.first + next) & NUMBERS);
      }
    }
    this.#ring.free(this.#readable);
    this.#readable = 0;
  }

  has(number: number): boolean {
    return ((number - this.#ring.first) & NUMBERS) < this.#ring.used;
  }

  /** Whether an operation that it has is to be executed yet. */
  awaits(number: number): boolean {
    return ((number - this.#ring.first) & NUMBERS) >= this.#readable + this.#complete;
  }

  /** Of an operation that was executed. */
  status(number: number): number {
    if (this.#errors.has(number)) return NO_ANSWER;
    return this.#ring.records.status(this.#ring.slotOf(number));
  }

  /** Of an operation that was executed. @throws what it failed with */
  result(number: number): number {
    const error = this.#errors.get(number);
    if (error !== undefined) throw error;
    const slot = this.#ring.slotOf(number);
    const { records } = this.#ring;
    const status = records.status(slot);
    const { opcode, name } = this.#operation(number);
    if (status !== Status.Success) throw statusError(name, status, records.bytesCompleted(slot));
    return opcode === Opcode.Crc ? records.crc(slot) : 0;
  }

  #use(range: Range): void {
    const { probe } = range;
    if (probe === this.#latest || probe === this.#before) return;
    // So that no other memory can be at its address, should it go before it is used.
    range.hold();
    this.#memory.push(range);
    this.#before = this.#latest;
    this.#latest = probe;
  }

  /** Operations on memory that has gone become nops, and fail. */
  #refuse(): void {
    const gone = this.#memory.filter((range) => !range.intact).map(({ probe }) => probe.extent);
    const { latest, gathered, words } = this.#ring;
    for (let back = 0; back < gathered; back++) {
      const number = (latest - back) & NUMBERS;
      const at = this.#ring.slotOf(number) * Descriptor.Words;
      const operation = this.#operation(number);
      const length = words[at + Word.TransferSize] >>> 0;
      const ranges = [
        ...(operation.opcode === Opcode.Fill ? [] : [Word.Source]),
        ...(operation.opcode === Opcode.Crc ? [] : [Word.Destination]),
      ].map((word) => ({ address: addressAt(words, at + word), length }));
      if (!ranges.some((range) => gone.some((extent) => overlap(range, extent)))) continue;
      this.#errors.set(number, detached({ operation }));
      words.fill(0, at + Word.Source, at + Descriptor.Words);
      words[at + Word.FlagsOpcode] = Flag.Record;
    }
  }

  #operation(number: number): Named {
    const at = this.#ring.slotOf(number) * Descriptor.Words;
    return operations.get(this.words[at + Word.FlagsOpcode] >>> Descriptor.OpcodeShift)!;
  }
}

const addressAt = (words: Int32Array, at: number): number =>
  (words[at + 1] >>> 0) * 2 ** 32 + (words[at] >>> 0);
