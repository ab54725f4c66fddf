import { isRevoked } from '../check';
import { MoverError, typeError } from '../errors';
import { Mover } from '../movers/mover';
import { mover as defaultMover } from '../movers/open';
import { Runtime } from '../runtime/runtime';
import { JobBatch } from './batch';
import { begin, type Way } from './begin';
import { JobOperation, JobPath } from './constants';
import { JobFields } from './fields';
import { JobRefusal } from './refusal';
import type { Begun } from './row';
import { JobStatus, statusOf } from './status';

/** What was submitted, and what came of it. */
interface Submission {
  readonly begun: Begun;
  status: JobStatus;
}

/**
 * An operation as DML's C API has it: fields to fill in, then `submit()` and `check()` or `wait()`,
 * which answer with a status, never with an exception. It can be submitted again when it is complete,
 * with the same fields or others.
 *
 * Its memory is safe whatever becomes of the job: the mover holds it until the engine is done.
 */
export class Job extends JobFields implements Disposable {
  readonly #mover: Mover;
  #path: JobPath = JobPath.Auto;
  #submission: Submission | undefined;
  /** Where nothing was submitted: the answer. */
  #refused: JobStatus = JobStatus.Corrupted;
  #finalized = false;
  #error: Error | undefined;
  #batch: JobBatch | undefined;

  /** @throws TypeError for what is no mover */
  constructor(mover: Mover = defaultMover) {
    super();
    if (isRevoked(mover) || !((mover as unknown) instanceof Mover)) {
      throw typeError('ERR_INVALID_ARG_TYPE', 'mover must be one that open() gave');
    }
    this.#mover = mover;
  }

  /** What is behind the last status that is an error, where an error says more. */
  get error(): Error | undefined {
    return this.#error;
  }

  /**
   * All fields as in a new job, also after `finalize()`. Nothing is looked for: that there is no
   * hardware is the answer to `submit()`.
   */
  init(path: JobPath = JobPath.Auto): JobStatus {
    if (!Object.values(JobPath).includes(path)) return JobStatus.PathError;
    Object.assign(this, new JobFields());
    this.#path = path;
    this.#batch = undefined;
    this.#forget();
    this.#finalized = false;
    return JobStatus.Ok;
  }

  /**
   * Checks the fields and begins the operation. `Ok`: it is under way; `BeingProcessed`: it was
   * already; all others: nothing was begun.
   */
  submit(): JobStatus {
    if (this.#finalized) return JobStatus.Corrupted;
    // What came of the last is not written: the fields are those of the next by now.
    if (this.#busy()) return JobStatus.BeingProcessed;
    this.#forget();
    this.result = 0;
    this.offset = 0;
    try {
      const begun = this.#begin();
      if (begun.future.error !== undefined) throw begun.future.error;
      this.#submission = { begun, status: JobStatus.BeingProcessed };
      begun.future.poll();
      return JobStatus.Ok;
    } catch (error) {
      this.#refused = this.#failed(error as Error);
      return this.#refused;
    }
  }

  /** Whether it is complete, and with what. Never blocks. */
  check(): JobStatus {
    const submission = this.#submission;
    if (submission === undefined) return this.#refused;
    submission.begun.future.poll();
    return this.#take(submission);
  }

  /** The status in the end; the event loop goes on meanwhile. */
  async wait(): Promise<JobStatus> {
    const submission = this.#submission;
    if (submission === undefined) return this.#refused;
    // The future has the failure, too.
    await submission.begun.future.promise().catch(() => undefined);
    return this.#take(submission);
  }

  /**
   * The status in the end, while the thread is blocked; `BeingProcessed` after `timeoutMs`.
   *
   * @throws RangeError for a limit that makes no sense
   */
  waitSync(timeoutMs?: number): JobStatus {
    const submission = this.#submission;
    if (submission === undefined) return this.#refused;
    const { future } = submission.begun;
    try {
      Runtime.default.waitSync(future, timeoutMs);
    } catch (error) {
      const late = (error as Error).name === 'TimeoutError';
      if (!future.done && !late) throw error;
    }
    return this.#take(submission);
  }

  /** `submit()` and `wait()`. */
  async execute(): Promise<JobStatus> {
    const status = this.submit();
    return status === JobStatus.Ok ? this.wait() : status;
  }

  /** `submit()` and `waitSync()`. */
  executeSync(timeoutMs?: number): JobStatus {
    const status = this.submit();
    return status === JobStatus.Ok ? this.waitSync(timeoutMs) : status;
  }

  /** Gives a job of `JobOperation.Batch` so many members, all of which do nothing. */
  batchResize(count: number): JobStatus {
    return this.#change(() => {
      this.#batch = new JobBatch(count);
    });
  }

  /**
   * Says what a member does, by the fields of a job; those not given are as in a new one. What is
   * refused leaves the member as it was. `JobFlag.Fence`: it begins when all before it are complete,
   * and not at all when one of these was not `Ok`.
   */
  batchSet(index: number, fields: Partial<JobFields>): JobStatus {
    return this.#change(() => this.#members().set(index, fields, this.#way()));
  }

  /** What came of a member, once `check()` or `wait()` said that the batch is complete. */
  batchStatus(index: number): JobStatus {
    try {
      return this.#members().member(index).status;
    } catch (error) {
      return statusOf(error, 0);
    }
  }

  /** The fields of a member, with its results; undefined where there is none of that index. */
  batchMember(index: number): Readonly<JobFields> | undefined {
    return this.#batch?.find(index)?.fields;
  }

  /** The end of the job. What is under way goes on, and nobody hears of it. */
  finalize(): JobStatus {
    this.#forget();
    this.#finalized = true;
    return JobStatus.Ok;
  }

  [Symbol.dispose](): void {
    this.finalize();
  }

  /** @throws JobRefusal, TypeError for fields that the operation does not take */
  #begin(): Begun {
    const { futures } = this.#mover;
    if (this.operation !== JobOperation.Batch) return begin(this, futures, this.#way());
    return this.#members().begin(this, futures, this.#way());
  }

  /** @throws JobRefusal */
  #members(): JobBatch {
    if (this.#batch !== undefined) return this.#batch;
    throw new JobRefusal(JobStatus.NullPointer, 'there are no members: batchResize() comes first');
  }

  #change(what: () => void): JobStatus {
    if (this.#finalized) return JobStatus.Corrupted;
    if (this.#busy()) return JobStatus.BeingProcessed;
    try {
      what();
      return JobStatus.Ok;
    } catch (error) {
      return this.#failed(error as Error);
    }
  }

  #busy(): boolean {
    const future = this.#submission?.begun.future;
    future?.poll();
    return future?.done === false;
  }

  #way(): Way {
    return { path: this.#path, able: this.#mover.capabilities, flags: 0 };
  }

  /** Writes the output fields, once. */
  #take(submission: Submission): JobStatus {
    const { future, take } = submission.begun;
    if (!future.done || submission.status !== JobStatus.BeingProcessed) return submission.status;
    // Of a job that was finalized meanwhile, nothing is written.
    if (this.#submission !== submission) return JobStatus.Corrupted;
    try {
      submission.status = take(this);
    } catch (error) {
      submission.status = this.#failed(error as Error);
    }
    return submission.status;
  }

  #failed(error: Error): JobStatus {
    this.#error = error;
    if (error instanceof MoverError) this.offset = error.bytesCompleted ?? 0;
    return statusOf(error, this.flags);
  }

  #forget(): void {
    this.#submission = undefined;
    this.#refused = JobStatus.Corrupted;
    this.#error = undefined;
  }
}
