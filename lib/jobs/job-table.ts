import { addon } from '../addon';
import { CompletionRecord, Records, Status } from '../abi/completion-record';
import { Descriptor, Flag, Word } from '../abi/descriptor';
import { Descriptors } from '../abi/descriptors';
import { MoverError } from '../errors';
import { bare, Int32Array } from '../intrinsics';
import { JobTally } from './job-tally';

/** Slots that a ticket can name. */
export const MAX_SLOTS = 65536;

/** How a ticket is made up. */
export const enum Ticket {
  SlotBits = 16,
  SlotMask = 0xffff,
  /** Generations wrap within 15 bits, so that a ticket stays a small integer. */
  GenerationMask = 0x7fff,
}

/**
 * Jobs under way are linked in the order in which they began, by offsets of links; released slots
 * by their numbers, in `Next` alone.
 */
const enum Link {
  Next = 0,
  Previous = 1,
  Generation = 2,
  /** Words a slot. */
  Words = 4,
}

/**
 * Descriptors and completion records in native memory, one of each per slot.
 *
 * A slot is named by a ticket: its number and the generation that it is in, so that a ticket kept
 * too long is noticed. Slots are recycled in any order, the latest released first since its memory
 * is warm. A table grows by one slot when all are taken, up to its capacity: the memory is reserved
 * at once, and the system commits a page when it is first used.
 *
 * A job stays in its slot, and all that it pins stays alive, until the slot is released.
 */
export class JobTable<Job> {
  readonly id: number;
  readonly capacity: number;
  readonly records: Records;
  /** Also of the rings whose jobs count as its own. */
  readonly tally: JobTally;
  readonly #depth: number;
  /** See `Descriptors`. */
  readonly words: Int32Array;
  readonly #descriptors: Descriptors;
  readonly #recordAddress: number;
  /** Without a prototype: a program could give that of arrays setters, and have another job looked at. */
  readonly #jobs = bare<(Job | undefined)[]>([]);
  /** Four words a slot: see `Link`. The place behind the last slot is both ends of the order. */
  readonly #links: Int32Array;
  /** Slots that were ever used. */
  #used = 0;
  /** First of the released slots, -1 when there is none. */
  #free = -1;
  #active = 0;
  /** Slots whose memory may still be written, although their jobs have failed. */
  #quarantine: number[] = [];

  /**
   * @param depth - jobs under way at most
   * @param capacity - slots, a power of two from 1 to 65536
   * @throws MoverError `ERR_MOVER_OUT_OF_SLOTS` where the system has no memory for it
   */
  constructor(depth: number, capacity = depth) {
    const made = addon().createTable(capacity);
    if (made === undefined) {
      const text = `no memory for ${String(capacity)} operations under way; open with less depth`;
      throw new MoverError('ERR_MOVER_OUT_OF_SLOTS', text);
    }
    const { id, memory, address, tally } = made;
    const records = capacity * Descriptor.Bytes;
    this.id = id;
    this.capacity = capacity;
    this.#depth = depth;
    this.#descriptors = new Descriptors(memory, capacity);
    this.words = this.#descriptors.words;
    this.records = new Records(memory, records, capacity);
    this.tally = new JobTally(tally);
    this.#recordAddress = address + records;
    this.#links = new Int32Array((capacity + 1) * Link.Words);
    const ends = capacity * Link.Words;
    this.#links[ends + Link.Next] = this.#links[ends + Link.Previous] = ends;
  }

  /**
   * The slot of a job that has one, and that no engine was told of yet; -1: of none. It stays where the
   * beginning of a job was cut off, by a full stack or by the time limit of a script.
   */
  beginning = -1;

  /** Jobs under way. */
  get active(): number {
    return this.#active;
  }

  /** No job is under way, nor may the memory of one be written yet. */
  get quiet(): boolean {
    return this.#active === 0 && this.#quarantine.length === 0;
  }

  get full(): boolean {
    const used = this.#free < 0 && this.#used === this.capacity;
    return used || this.#active >= this.#depth;
  }

  /** Whether as many jobs can be under way as ever, even when all of those that are have lost their slots. */
  get ample(): boolean {
    const lost = this.#quarantine.length;
    return lost === 0 || this.capacity - lost >= 2 * this.#depth;
  }

  /** Jobs that failed without an answer, and whose memory may still be written. */
  get quarantined(): number {
    return this.#quarantine.length;
  }

  /** The slot of the job that began first of those under way; -1 when there is none. */
  get oldest(): number {
    return this.#active === 0
      ? -1
      : this.#links[this.capacity * Link.Words + Link.Next] / Link.Words;
  }

  /** A slot for `job`, as a ticket; -1 when the table is full. */
  acquire(job: Job): number {
    if (this.#active >= this.#depth) return -1;
    const links = this.#links;
    let slot = this.#free;
    if (slot >= 0) this.#free = links[slot * Link.Words + Link.Next];
    else if (this.#used < this.capacity) slot = this.#grow();
    else return -1;
    const at = slot * Link.Words;
    const ends = this.capacity * Link.Words;
    const last = links[ends + Link.Previous];
    links[at + Link.Previous] = last;
    links[at + Link.Next] = ends;
    links[last + Link.Next] = at;
    links[ends + Link.Previous] = at;
    this.#jobs[slot] = job;
    this.#active++;
    this.beginning = slot;
    return (links[at + Link.Generation] << Ticket.SlotBits) | slot;
  }

  /** Gives the slot back and lets go of its job. A ticket of an earlier generation is refused. */
  release(ticket: number): void {
    const slot = this.slotOf(ticket);
    this.#recycle(slot, true);
  }

  /**
   * The job has failed without an answer: slot and memory stay as they are, since the engine may still
   * write both, until an answer comes after all. What comes of table and mover does not matter. Where
   * it is there already, whoever put it there was cut off behind that, by a time limit.
   */
  quarantine(ticket: number): void {
    const slot = this.slotOf(ticket);
    if (this.#quarantine.includes(slot)) return;
    this.#unlink(slot);
    this.#quarantine.push(slot);
    unanswered.add(this.#jobs[slot]);
  }

  /** Gives back what is in quarantine and was answered; returns the slots. */
  reclaim(): number[] {
    const answered = this.#quarantine.filter(
      (slot) => this.records.status(slot) !== Status.Pending,
    );
    if (answered.length === 0) return answered;
    this.#quarantine = this.#quarantine.filter((slot) => !answered.includes(slot));
    for (const slot of answered) {
      unanswered.delete(this.#jobs[slot]);
      this.#recycle(slot, false);
    }
    return answered;
  }

  /** @throws Error when the slot has gone to another job since: a defect of the library. */
  slotOf(ticket: number): number {
    const slot = ticket & Ticket.SlotMask;
    if (ticket >>> Ticket.SlotBits === this.#links[slot * Link.Words + Link.Generation])
      return slot;
    throw stale(ticket);
  }

  /** The ticket that names a slot as it is now. */
  ticket(slot: number): number {
    return (this.#links[slot * Link.Words + Link.Generation] << Ticket.SlotBits) | slot;
  }

  /** A descriptor zeroed but for opcode, flags, size and record, its status cleared. */
  prepare(slot: number, opcode: number, flags: number, bytes: number): Int32Array {
    const words = this.words;
    const at = slot * Descriptor.Words;
    this.#descriptors.clear(at);
    words[at + Word.FlagsOpcode] = (opcode << Descriptor.OpcodeShift) | flags | Flag.Record;
    words[at + Word.TransferSize] = bytes;
    words[at + Word.InterruptHandle] = 0;
    this.records.clear(slot);
    return words;
  }

  /** The job in a slot that is under way. */
  job(slot: number): Job {
    return this.#jobs[slot] as Job;
  }

  /** Settles up to `budget` jobs whose records are there, oldest first; returns how many. */
  sweep(budget: number, settle: (job: Job, slot: number) => void): number {
    return this.#sweep(this.capacity, budget, settle);
  }

  /** Settles the jobs that began before the one in `slot` and whose records are there. */
  sweepBefore(slot: number, settle: (job: Job, slot: number) => void): void {
    this.#sweep(slot, Infinity, settle);
  }

  close(): void {
    addon().closeTable(this.id);
  }

  #sweep(end: number, budget: number, settle: (job: Job, slot: number) => void): number {
    const links = this.#links;
    const before = this.#active;
    let at = links[this.capacity * Link.Words + Link.Next];
    while (at !== end * Link.Words && before - this.#active < budget) {
      const next = links[at + Link.Next];
      const slot = at / Link.Words;
      if (this.records.status(slot) !== Status.Pending) settle(this.job(slot), slot);
      at = next;
    }
    return before - this.#active;
  }

  /** Takes a slot out of the order of jobs under way. */
  #unlink(slot: number): void {
    const links = this.#links;
    const at = slot * Link.Words;
    const next = links[at + Link.Next];
    const previous = links[at + Link.Previous];
    links[previous + Link.Next] = next;
    links[next + Link.Previous] = previous;
    links[at + Link.Generation] = (links[at + Link.Generation] + 1) & Ticket.GenerationMask;
    this.#active--;
  }

  /** No call follows its first change: what is cut off there, by a full stack, has changed nothing. */
  #recycle(slot: number, linked: boolean): void {
    if (linked) this.#unlink(slot);
    this.#links[slot * Link.Words + Link.Next] = this.#free;
    this.#free = slot;
    this.#jobs[slot] = undefined;
  }

  #grow(): number {
    const slot = this.#used;
    const address = this.#recordAddress + slot * CompletionRecord.Bytes;
    this.#descriptors.report(slot * Descriptor.Words, address);
    this.#used++;
    return slot;
  }
}

/** Jobs in quarantine: they keep their memory, whoever lets go of their tables. */
const unanswered = new Set<unknown>();

const stale = (ticket: number): Error => new Error(`job ticket ${String(ticket)} is stale`);
