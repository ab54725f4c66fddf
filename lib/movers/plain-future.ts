import { Status, type Records } from '../abi/completion-record';
import { conceal } from '../conceal';
import { BaseFuture, brands, completed, Phase, type Deferred } from '../future/base-future';
import { FutureState, type FutureProperty } from '../future/future';
import { offered, type Notifier } from '../future/notifier';
import { poll, polls } from '../future/poll';
import type { Probe, Range } from '../memory/range';
import { isThere, plainOperands, type Operation } from '../operations/operation';
import { finishJob, gatheredJob, JobFuture, verifyJob } from './job-future';
import type { JobQueue } from './job-queue';

/** What is executed on the spot. */
export type SpotJob = JobFuture<unknown> | PlainFuture<unknown>;

/** Last look before it is executed on the spot; one whose memory has gone fails. */
export let readySpot: (job: SpotJob) => boolean;
/** It was executed, and takes its result from the record. Never throws. */
export let finishSpot: (job: SpotJob, records: Records, slot: number) => void;
// The same, quickly, where all of a gathering are plain.
/** The first of `jobs` from `from` to `to` whose memory needs another look; `to`: all have theirs. */
export let readyPlain: (jobs: readonly SpotJob[], from: number, to: number) => number;
/** The first `count`, which have succeeded, are complete; returns `count`. Where it is cut off it can be done again. */
export let completePlain: (jobs: readonly SpotJob[], count: number) => number;

/** Tells `note` of each of `jobs` from `from` to `to`. */
export let notePlain: (
  jobs: readonly SpotJob[],
  from: number,
  to: number,
  note: (operation: Operation, bytes: number) => void,
) => void;

// What it does, apart from the class: V8 marks each object of one that has private methods, and the fewer
// lines of the cache an object takes, the faster it is made.
let begin: (job: PlainFuture<unknown>) => FutureState;
let pollOn: (job: PlainFuture<unknown>, notifier?: Notifier | null) => FutureState;
let complete: (job: PlainFuture<unknown>) => void;
/** What is asked of the future is asked of another from now on. */
let become: <T>(job: PlainFuture<T>) => BaseFuture<T>;
/** The same for one that is not complete. */
let becomeJob: <T>(job: PlainFuture<T>) => JobFuture<T>;

const enum Stage {
  Idle,
  Complete,
  /** It is gathered on the spot. */
  Running,
  /** It has become another. */
  Other,
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface PlainFuture<T> extends BaseFuture<T> {}

/**
 * A nop, copy or move without options that is polled by hand and done on the spot, as most small ones
 * are: with nothing that this does not need. As soon as anything else is wanted, it becomes a job like
 * others, and hands on to that what it is asked.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- set below the class
export class PlainFuture<T> {
  static {
    conceal(this, 'operations of a mover');
    brands.push((value) => #queue in value);
    polls.push((future, notifier) => {
      if (!(#queue in future)) return false;
      const job = future as PlainFuture<unknown>;
      if (notifier !== null) poll(become(job), notifier);
      else if (job.#stage === Stage.Idle) begin(job);
      else if (job.#stage !== Stage.Complete) pollOn(job);
      return true;
    });
    begin = (job) => {
      const queue = job.#queue;
      // First: it may call hooks of the program, which may do anything, and begin this as well.
      queue.schedule();
      const spot = queue.onTheSpot;
      if (job.#stage !== Stage.Idle || spot === undefined) return pollOn(job);
      if (!spot.addPlain(job, job.#operation, job.#destination, job.#source)) return pollOn(job);
      job.#stage = Stage.Running;
      return spot.full ? pollOn(job) : FutureState.Running;
    };
    pollOn = (job, notifier) => {
      if (notifier !== undefined && notifier !== null) return become(job).poll(offered(notifier));
      if (job.#stage === Stage.Running) {
        const queue = job.#queue;
        // With all that is gathered.
        queue.submit();
        if (queue.announced) queue.deliver();
        return job.state;
      }
      return become(job).poll();
    };
    complete = (job) => {
      if (job.#stage !== Stage.Running) return;
      job.#stage = Stage.Complete;
      job.#destination = job.#source = null;
    };
    become = <T>(job: PlainFuture<T>) => {
      if (job.#stage === Stage.Other) return job.#value as BaseFuture<T>;
      if (job.#stage !== Stage.Complete) return becomeJob(job);
      job.#value = completed(job.#value as T);
      job.#stage = Stage.Other;
      return job.#value as BaseFuture<T>;
    };
    becomeJob = <T>(job: PlainFuture<T>) => {
      const queue = job.#queue;
      const operands = plainOperands(job.#operation, job.#destination, job.#source, job.#value);
      let other: JobFuture<T>;
      if (job.#stage === Stage.Idle) other = new JobFuture(queue, 0, operands);
      else other = queue.onTheSpot!.replace(job, gatheredJob(queue, operands));
      // Nothing is called between there and here, so that one of both is the job.
      job.#stage = Stage.Other;
      job.#value = other;
      job.#destination = job.#source = null;
      return other;
    };
    readySpot = (job) => {
      if (!(#queue in job)) return verifyJob(job, false);
      if (isThere(job.#destination) && isThere(job.#source)) return true;
      return verifyJob(becomeJob(job), false);
    };
    finishSpot = (job, records, slot) => {
      if (!(#queue in job)) finishJob(job, records, slot);
      else if (records.status(slot) === Status.Success) complete(job);
      else finishJob(becomeJob(job), records, slot);
    };
    readyPlain = (jobs, from, to) => {
      // Most are of the same few buffers.
      let lastTo: Probe | undefined;
      let lastFrom: Probe | undefined;
      for (let index = from; index < to; index++) {
        const job = jobs[index] as PlainFuture<unknown>;
        const destination = job.#destination;
        const source = job.#source;
        if (destination !== null && destination.probe !== lastTo) {
          lastTo = destination.probe;
          if (lastTo.length === 0) return index;
        }
        if (source !== null && source.probe !== lastFrom) {
          lastFrom = source.probe;
          if (lastFrom.length === 0) return index;
        }
      }
      return to;
    };
    notePlain = (jobs, from, to, note) => {
      for (let index = from; index < to; index++) {
        const job = jobs[index] as PlainFuture<unknown>;
        note(job.#operation, job.#destination?.length ?? 0);
      }
    };
    completePlain = (jobs, count) => {
      for (let index = 0; index < count; index++) {
        complete(jobs[index] as PlainFuture<unknown>);
      }
      return count;
    };
  }

  #stage = Stage.Idle;
  /** What it comes to; or what it has become. */
  #value: unknown;
  readonly #queue: JobQueue;
  readonly #operation: Operation<T, undefined>;
  /** They keep the memory alive until the operation is done, and are let go then. */
  #destination: Range | null;
  #source: Range | null;

  /** @param value - what it comes to */
  constructor(
    queue: JobQueue,
    operation: Operation<T, undefined>,
    destination: Range | null,
    source: Range | null,
    value: T,
  ) {
    this.#value = value;
    this.#queue = queue;
    this.#operation = operation;
    this.#destination = destination;
    this.#source = source;
  }

  /** @internal */
  get phase(): Phase {
    const stage = this.#stage;
    if (stage === Stage.Other) return (this.#value as BaseFuture<T>).phase;
    if (stage === Stage.Complete) return Phase.Complete;
    return stage === Stage.Idle ? Phase.Idle : Phase.Running;
  }

  /** @internal */
  get outcome(): unknown {
    const value = this.#value;
    return this.#stage === Stage.Other ? (value as BaseFuture<T>).outcome : value;
  }

  /** @internal */
  get deferred(): Deferred | undefined {
    return this.#stage === Stage.Other ? (this.#value as BaseFuture<T>).deferred : undefined;
  }

  set deferred(deferred: Deferred | undefined) {
    become(this).deferred = deferred;
  }

  /** @internal */
  looked(): void {
    if (this.#stage === Stage.Other) (this.#value as BaseFuture<T>).looked();
  }

  has(property: FutureProperty): boolean {
    return become(this).has(property);
  }

  poll(notifier?: Notifier | null): FutureState {
    if (notifier === undefined || notifier === null) {
      if (this.#stage === Stage.Complete) return FutureState.Complete;
      if (this.#stage === Stage.Idle) return begin(this);
    }
    return pollOn(this, notifier);
  }

  cancel(reason?: unknown): boolean {
    return become(this).cancel(reason);
  }

  /** @internal */
  drive(): void {
    become(this).drive();
  }
}

Object.setPrototypeOf(PlainFuture.prototype, BaseFuture.prototype);
