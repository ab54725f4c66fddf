import { Descriptor, Flag, Word } from '../abi/descriptor';
import { bare, ceil, log2, max, min } from '../intrinsics';
import { InlineRing } from '../jobs/inline-ring';
import type { Range } from '../memory/range';
import { intact, type Operands, type Operation } from '../operations/operation';
import {
  completePlain,
  finishSpot,
  notePlain,
  readyPlain,
  readySpot,
  type PlainFuture,
  type SpotJob,
} from './plain-future';
import type { Sampler } from './sampler';
import { SPOT_BUDGET } from './spot-budget';

const NO_SLOT = -1;

/** Slots, where fewer jobs are gathered, and as many places. */
const LEAST_ROOM = 64;

/**
 * Places for the first jobs of a gathering, all there from the start: what is stored in one that is not is given to
 * a setter of Array.prototype, which a program could use to have another job looked at than is executed.
 */
// prettier-ignore
const places = (none: null): (SpotJob | 0 | null)[] => [
  none, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/** The queue whose jobs these are. */
export interface SpotOwner {
  readonly sampler: Sampler;
  readonly table: { readonly id: number };
  /** Jobs that are gathered before they are executed. */
  readonly enough: number;
  /** All jobs with fewer bytes that ask for nothing special are for the calling thread. */
  spotLimit(): number;
}

/**
 * Jobs that the calling thread executes itself as soon as they are handed over. They are complete by
 * then, so none takes a slot of the job table, is linked there, or looked for.
 */
export class SpotJobs extends InlineRing {
  /** Plain jobs of up to so many bytes need no look at who is to do them; -1: all do. */
  most = -1;
  readonly #owner: SpotOwner;
  /** Slots: a power of two. */
  readonly #room: number;
  readonly #enough: number;
  /**
   * Those of the gathering. The array is as young as they are, so that V8 need not remember that
   * something old refers to them.
   */
  #jobs = places(null) as SpotJob[];
  /** Of those that were executed, so many have succeeded before any that may not have. */
  #certain = 0;
  /** Of those that were executed. */
  #finished = 0;
  /** Not all are plain, and words that plain ones have no use for may be other than zero. */
  #stained = false;
  /** What is left of the budget. */
  #left = SPOT_BUDGET;

  constructor(owner: SpotOwner) {
    const room = 2 ** ceil(log2(max(owner.enough, LEAST_ROOM)));
    super(room, owner.table.id);
    this.#room = room;
    this.#enough = owner.enough;
    this.#owner = owner;
    this.renew();
  }

  /** Whether it is time to execute what was gathered. */
  get full(): boolean {
    return this.used >= this.#enough;
  }

  /** Whether the calling thread is not kept for too long already. */
  takes(bytes: number): boolean {
    return bytes <= this.#left;
  }

  /**
   * The descriptor of a job; returns where its words begin, which are zero as in a job table. Whoever
   * describes one has the queue scheduled before: that may run code of the program, and from here on
   * until the job has begun, or is executed, none is run.
   */
  describe(operation: Operation, flags: number, bytes: number): number {
    const { sampler } = this.#owner;
    if (sampler.armed) sampler.note(NO_SLOT, operation, bytes);
    if (this.used % LEAST_ROOM === 0) this.#makeRoom();
    this.#stained = true;
    const at = this.prepare(operation.opcode, flags, bytes);
    this.clear(at);
    return at;
  }

  /** The job that was described begins. */
  add(job: SpotJob, bytes: number): void {
    this.#jobs[this.used] = job;
    this.commit();
    this.#left -= bytes;
    if (this.#left < this.most) this.most = this.#left;
  }

  /**
   * As `describe` and `add`, for a plain job; false, and nothing is done, where it is for others. What
   * these call is written out: V8 inlines so much at most, and this is called twice where futures are
   * polled twice.
   */
  addPlain(
    job: PlainFuture<unknown>,
    operation: Operation,
    destination: Range | null,
    source: Range | null,
  ): boolean {
    const bytes = destination === null ? 0 : destination.length;
    if (bytes > this.most || (bytes === 0 && operation.empty !== undefined)) return false;
    let { used } = this;
    if (used % LEAST_ROOM === 0) used = this.#makeRoom();
    const at = this.next;
    const { words } = this;
    if (this.#stained) this.clear(at);
    words[at + Word.FlagsOpcode] = (operation.opcode << Descriptor.OpcodeShift) | Flag.Record;
    words[at + Word.TransferSize] = bytes;
    if (source === null || destination === null) {
      words[at + Word.Source] = words[at + Word.Source + 1] = 0;
      words[at + Word.Destination] = words[at + Word.Destination + 1] = 0;
    } else {
      words[at + Word.Source] = source.low;
      words[at + Word.Source + 1] = source.high;
      words[at + Word.Destination] = destination.low;
      words[at + Word.Destination + 1] = destination.high;
    }
    this.#jobs[used] = job;
    this.commit();
    this.#left -= bytes;
    if (this.#left < this.most) this.most = this.#left;
    return true;
  }

  /** A slot and a place for the next job; returns how many are in use. */
  #makeRoom(): number {
    const { used } = this;
    if (used === this.#room) {
      this.run();
    } else if (used === LEAST_ROOM) {
      // Without a prototype there is room for all others.
      const jobs = bare<SpotJob[]>([]);
      for (let index = 0; index < used; index++) jobs[index] = this.#jobs[index];
      this.#jobs = jobs;
    }
    return this.used;
  }

  /** Whether each is executed by itself, as soon as it begins. */
  get single(): boolean {
    const { sampler } = this.#owner;
    return this.#enough === 1 && !sampler.armed && this.used === 0;
  }

  /**
   * Executes a job by itself; returns its slot, which is free as soon as its record was read, or -1 where
   * its memory has gone.
   */
  perform(operands: Operands): number {
    const { operation, length, flags } = operands;
    this.#owner.sampler.pass();
    if (!intact(operands)) return NO_SLOT;
    this.#stained = true;
    const at = this.prepare(operation.opcode, flags, length);
    this.clear(at);
    operation.encode(this.words, at, operands);
    this.runPrepared();
    return at / Descriptor.Words;
  }

  /** Another job of the same descriptor takes the place of one; returns it. */
  replace<T extends SpotJob>(job: SpotJob, other: T): T {
    this.#stained = true;
    const jobs = this.#jobs;
    for (let index = 0; index < this.used; index++) {
      if (jobs[index] === job) jobs[index] = other;
    }
    return other;
  }

  /** Nobody wants the job any more: its descriptor becomes a nop. */
  withdraw(job: SpotJob): void {
    const jobs = this.#jobs;
    for (let index = 0; index < this.used; index++) {
      if (jobs[index] !== job) continue;
      this.disarm(this.slotOf(this.first + index) * Descriptor.Words);
      return;
    }
  }

  /**
   * Executes and settles what was gathered; returns how many jobs that were. Where it was cut off, by a
   * full stack or by the time limit of a script, the next call goes on.
   */
  override run(): number {
    const { first, records } = this;
    const jobs = this.#jobs;
    const count = this.used;
    if (count === 0) return 0;
    if (this.gathered > 0) this.#execute(this.gathered);
    if (this.#finished === 0 && !this.#stained) this.#finished = completePlain(jobs, this.#certain);
    for (let index = this.#finished; index < count; this.#finished = ++index) {
      const slot = this.slotOf(first + index);
      finishSpot(jobs[index], records, slot);
      // A method of the language that a program has replaced may have come here, and done the rest.
      if (this.#jobs !== jobs) return count;
    }
    // Or have begun others.
    if (this.used !== count) return this.run();
    if (this.#stained) this.#clean(first, count);
    const next = places(null) as SpotJob[];
    this.free(count);
    // Nothing is called between here and there, so that both are done or neither.
    this.#jobs = next;
    this.#finished = 0;
    this.renew();
    return count;
  }

  /** A gathering begins: what goes elsewhere, or is measured, may have changed. */
  renew(): void {
    this.#left = SPOT_BUDGET;
    this.most = min(this.#owner.spotLimit() - 1, SPOT_BUDGET);
  }

  /** Of a gathering, and the next descriptor: it may have been prepared, and begins no more. */
  #clean(first: number, count: number): void {
    for (let index = 0; index <= count; index++) {
      this.clear(this.slotOf(first + index) * Descriptor.Words);
    }
    this.#stained = false;
  }

  #execute(count: number): void {
    const { sampler } = this.#owner;
    if (!sampler.armed) {
      sampler.pass();
      this.#executeReady();
      return;
    }
    // Where plain ones are but some of the jobs, it knows of others alone, and does not measure.
    if (!this.#stained) {
      const { executed, used } = this;
      notePlain(this.#jobs, executed, used, (operation, bytes) => {
        sampler.note(NO_SLOT, operation, bytes);
      });
    }
    sampler.measure([['inline', count]], 0, () => {
      this.#executeReady();
      return 0;
    });
  }

  /** Nothing that a program can replace is called between the last look at the memory and its use. */
  #executeReady(): void {
    const { executed, first, used } = this;
    const jobs = this.#jobs;
    let index = this.#stained ? executed : readyPlain(jobs, executed, used);
    for (; index < used; index++) {
      if (readySpot(jobs[index])) continue;
      this.disarm(this.slotOf(first + index) * Descriptor.Words);
    }
    super.run();
    this.#certain = executed === 0 ? this.succeeded : 0;
  }
}
