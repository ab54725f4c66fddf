import { Descriptor, Word } from '../abi/descriptor';
import { max, min } from '../intrinsics';
import { InlineRing } from '../jobs/inline-ring';
import type { Range } from '../memory/range';
import { encodeAddress } from '../operations/encode';
import { intact, type Operands, type Operation } from '../operations/operation';
import { finishJob, readyJob, type JobFuture } from './job-future';
import type { Sampler } from './sampler';
import { SPOT_BUDGET } from './spot-budget';

const NO_SLOT = -1;

/** Slots, where fewer jobs are gathered. */
const LEAST_ROOM = 64;

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
  readonly #room: number;
  /**
   * Those of the gathering. The array is as young as they are, so that V8 need not remember that
   * something old refers to them.
   */
  #jobs: JobFuture<unknown>[] = [];
  /** Of those that were executed. */
  #finished = 0;
  /** Words that plain jobs have no use for may be other than zero. */
  #stained = false;
  /** What is left of the budget. */
  #left = SPOT_BUDGET;

  constructor(owner: SpotOwner) {
    const room = max(owner.enough, LEAST_ROOM);
    super(room, owner.table.id);
    this.#room = room;
    this.#owner = owner;
    this.renew();
  }

  /** Whether it is time to execute what was gathered. */
  get full(): boolean {
    return this.used >= this.#owner.enough;
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
    if (this.used === this.#room) this.run();
    this.#stained = true;
    const at = this.prepare(operation.opcode, flags, bytes);
    this.clear(at);
    return at;
  }

  /** The job that was described begins. */
  add(job: JobFuture<unknown>, bytes: number): void {
    this.#jobs[this.used] = job;
    this.commit();
    this.#left -= bytes;
    if (this.#left < this.most) this.most = this.#left;
  }

  /** Describes a plain job of at most `most` bytes, as `describe`, which begins; whether it is time to execute. */
  addPlain(
    job: JobFuture<unknown>,
    opcode: number,
    bytes: number,
    destination: Range | null,
    source: Range | null,
  ): boolean {
    let { used } = this;
    if (used === this.#room) {
      this.run();
      used = 0;
    }
    const at = this.prepare(opcode, 0, bytes);
    if (this.#stained) this.clear(at);
    const { words } = this;
    encodeAddress(words, at, Word.Source, source);
    encodeAddress(words, at, Word.Destination, destination);
    this.#jobs[used] = job;
    this.commit();
    this.#left -= bytes;
    if (this.#left < this.most) this.most = this.#left;
    return used + 1 >= this.#owner.enough;
  }

  /** Whether each is executed by itself, as soon as it begins. */
  get single(): boolean {
    const { enough, sampler } = this.#owner;
    return enough === 1 && !sampler.armed && this.used === 0;
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

  /** Nobody wants the job any more: its descriptor becomes a nop. */
  withdraw(job: JobFuture<unknown>): void {
    const index = this.#jobs.indexOf(job);
    if (index >= 0) this.disarm(this.slotOf(this.first + index) * Descriptor.Words);
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
    for (let index = this.#finished; index < count; this.#finished = ++index) {
      finishJob(jobs[index], records, this.slotOf(first + index));
      // A method of the language that a program has replaced may have come here, and done the rest.
      if (this.#jobs !== jobs) return count;
    }
    // Or have begun others.
    if (this.used !== count) return this.run();
    if (this.#stained) this.#clean(first, count);
    this.free(count);
    // Nothing is called between here and there, so that both are done or neither.
    this.#jobs = [];
    this.#finished = 0;
    this.renew();
    return count;
  }

  /** A gathering begins: what goes elsewhere, or is measured, may have changed. */
  renew(): void {
    const { sampler } = this.#owner;
    this.#left = SPOT_BUDGET;
    this.most = sampler.armed ? -1 : min(this.#owner.spotLimit() - 1, SPOT_BUDGET);
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
    sampler.measure([['inline', count]], 0, () => {
      this.#executeReady();
      return 0;
    });
  }

  /** Nothing that a program can replace is called between the last look at the memory and its use. */
  #executeReady(): void {
    const { first, used } = this;
    for (let index = this.executed; index < used; index++) {
      if (readyJob(this.#jobs[index])) continue;
      this.disarm(this.slotOf(first + index) * Descriptor.Words);
    }
    super.run();
  }
}
