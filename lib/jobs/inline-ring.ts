import { addon } from '../addon';
import { CompletionRecord, Records } from '../abi/completion-record';
import { Descriptor, Flag, Word } from '../abi/descriptor';
import { Descriptors } from '../abi/descriptors';
import { MoverError } from '../errors';
import { ceil, log2 } from '../intrinsics';
import { Ticket } from './job-table';

/** Numbers of descriptors wrap within 30 bits, so that what is made of them is a small integer. */
export const enum Numbers {
  Mask = 0x3fff_ffff,
}

/**
 * Descriptors that the calling thread executes itself, in the order in which they were begun. The slot
 * of a descriptor follows from its number, it is complete when `run()` returns, and its slot is free
 * again after those before it: so there is nothing to be looked for, linked or kept by operation.
 */
export class InlineRing {
  /** All descriptors. What `prepare` does not write is what was written there before. */
  readonly words: Int32Array;
  readonly records: Records;
  readonly #descriptors: Descriptors;
  readonly #execute: (first: number, count: number) => number;
  /** Slots less one: a small integer, unlike what `2 ** n` is to V8. */
  readonly #mask: number;
  /** Of the next to begin, the next to be executed, and the first whose slot is in use. */
  #begun = 0;
  #run = 0;
  #freed = 0;

  /**
   * @param room - descriptors at once, at least
   * @param table - where they are counted
   * @throws MoverError `ERR_MOVER_OUT_OF_SLOTS` where the system has no memory for them
   */
  constructor(room: number, table: number) {
    const slots = 2 ** ceil(log2(room));
    const made = addon().createInlineRing(slots, table);
    if (made === undefined) {
      const text = `no memory for ${String(slots)} operations under way; ask for less depth`;
      throw new MoverError('ERR_MOVER_OUT_OF_SLOTS', text);
    }
    const { memory, address, run } = made;
    const records = slots * Descriptor.Bytes;
    this.#descriptors = new Descriptors(memory, slots);
    this.words = this.#descriptors.words;
    this.records = new Records(memory, records, slots);
    this.#execute = run;
    this.#mask = (slots - 1) | 0;
    for (let slot = 0; slot < slots; slot++) {
      const record = address + records + slot * CompletionRecord.Bytes;
      this.#descriptors.report(slot * Descriptor.Words, record);
    }
  }

  /** Slots in use. */
  get used(): number {
    return (this.#begun - this.#freed) & Numbers.Mask;
  }

  /** Descriptors that were executed, and whose slots are in use. */
  get executed(): number {
    return (this.#run - this.#freed) & Numbers.Mask;
  }

  /** Of those that were executed last so many, at least, have succeeded before any that may have failed. */
  protected succeeded = 0;

  /** Descriptors that were begun, and not executed yet. */
  get gathered(): number {
    return (this.#begun - this.#run) & Numbers.Mask;
  }

  /** The number of the descriptor that was begun last. */
  get latest(): number {
    return (this.#begun - 1) & Numbers.Mask;
  }

  /** The first whose slot is in use. */
  get first(): number {
    return this.#freed;
  }

  /** Where the words of the next descriptor begin, while there are slots. */
  get next(): number {
    return this.slotOf(this.#begun) * Descriptor.Words;
  }

  /**
   * Opcode, flags and size of the next descriptor, while there are slots; returns where its words begin.
   * It has begun once the others are written, too, by `commit()`: what is cut off before has changed
   * nothing, as by a full stack.
   */
  prepare(opcode: number, flags: number, bytes: number): number {
    const at = this.next;
    this.words[at + Word.FlagsOpcode] = (opcode << Descriptor.OpcodeShift) | flags | Flag.Record;
    this.words[at + Word.TransferSize] = bytes;
    return at;
  }

  /** The descriptor that was prepared has begun. */
  commit(): void {
    this.#begun = (this.#begun + 1) & Numbers.Mask;
  }

  /** A descriptor that was begun shall do nothing. */
  disarm(at: number): void {
    this.clear(at);
    this.words[at + Word.FlagsOpcode] = Flag.Record;
    this.words[at + Word.TransferSize] = 0;
  }

  /** Zeroes all of a descriptor but what `prepare` has written. */
  clear(at: number): void {
    this.#descriptors.clear(at);
  }

  /** By the constant V8 knows that the index of a word is a small integer, and need not ask. */
  slotOf(number: number): number {
    return number & Ticket.SlotMask & this.#mask;
  }

  /** Executes what was gathered; returns how many descriptors that were. */
  run(): number {
    const { gathered } = this;
    this.succeeded = this.#execute(this.slotOf(this.#run), gathered);
    this.#run = this.#begun;
    return gathered;
  }

  /** Executes the descriptor that was prepared, which does not begin; nothing is gathered. */
  runPrepared(): void {
    this.#execute(this.slotOf(this.#begun), 1);
  }

  /** The slots of the first `count` may be used again. */
  free(count: number): void {
    this.#freed = (this.#freed + count) & Numbers.Mask;
  }
}
