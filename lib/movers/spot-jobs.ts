import { Descriptor } from '../abi/descriptor';
import { InlineRing } from '../jobs/inline-ring';
import type { Operation } from '../operations/operation';
import { finishJob, verifyJob, type JobFuture } from './job-future';
import type { Sampler } from './sampler';

const NO_SLOT = -1;

/** Bytes executed in one go, so that many small jobs do not stall the loop. */
export const BUDGET = 256 * 1024;

/**
 * Jobs that the calling thread executes itself as soon as they are handed over. They are complete by
 * then, so none takes a slot of the job table, is linked there, or looked for.
 */
export class SpotJobs extends InlineRing {
  readonly #room: number;
  readonly #sampler: Sampler;
  /**
   * Those of the gathering. The array is as young as they are, so that V8 need not remember that
   * something old refers to them.
   */
  #jobs: JobFuture<unknown>[] = [];
  /** What is left of the budget. */
  #left = BUDGET;

  /**
   * @param room - more jobs than that are not gathered
   * @param sampler - of the mover
   */
  constructor(room: number, sampler: Sampler) {
    super(room);
    this.#room = room;
    this.#sampler = sampler;
  }

  /** Whether the calling thread is not kept for too long already. */
  takes(bytes: number): boolean {
    return bytes <= this.#left;
  }

  /** Begins the descriptor of a job; returns where its words begin, which are zero as in a job table. */
  add(job: JobFuture<unknown>, operation: Operation, flags: number, bytes: number): number {
    if (this.used === this.#room) this.run();
    this.#left -= bytes;
    if (this.#sampler.armed) this.#sampler.note(NO_SLOT, operation, bytes);
    const at = this.begin(operation.opcode, flags, bytes);
    this.clear(at);
    this.#jobs.push(job);
    return at;
  }

  /** Nobody wants the job any more: its descriptor becomes a nop. */
  withdraw(job: JobFuture<unknown>): void {
    const index = this.#jobs.indexOf(job);
    if (index >= 0) this.disarm(this.slotOf(this.first + index) * Descriptor.Words);
  }

  /** Executes and settles what was gathered; returns how many jobs that were. */
  override run(): number {
    const { first, records } = this;
    const jobs = this.#jobs;
    const count = jobs.length;
    if (count === 0) return 0;
    this.#left = BUDGET;
    this.#jobs = [];
    for (let index = 0; index < count; index++) {
      if (!verifyJob(jobs[index], false))
        this.disarm(this.slotOf(first + index) * Descriptor.Words);
    }
    this.#execute(count);
    for (let index = 0; index < count; index++) {
      finishJob(jobs[index], records, this.slotOf(first + index));
    }
    this.free(count);
    return count;
  }

  #execute(count: number): void {
    const sampler = this.#sampler;
    if (!sampler.armed) {
      sampler.pass();
      super.run();
      return;
    }
    sampler.measure([['inline', count]], 0, () => {
      super.run();
      return 0;
    });
  }
}
