import { setImmediate } from 'node:timers';
import { NativeEngine, type Engine } from '../jobs/engine';
import { JobTable } from '../jobs/job-table';
import { Runtime } from '../runtime/runtime';
import type { Source } from '../runtime/sources';
import { beginJob, deliverJob, refuseJob, settleJob, verifyJob, type AnyJob } from './job-future';

/** Largest job that is executed on the spot: up to there a pool's round trip costs more. Bytes. */
const INLINE_BYTES = 16 * 1024;

/** Bytes executed on the spot per gathering, so that many small jobs do not stall the loop either. */
const INLINE_BUDGET = 256 * 1024;

/** Gatherings in a row that microtasks may hand over: the loop shall have its turns. */
const MICROTASKS = 256;

export interface JobQueueOptions {
  /** Slots of the job table, a power of two. */
  readonly depth: number;
  /** Threads of the pool; 0: everything is executed on the spot. */
  readonly threads: number;
  /** Use the pool that the whole process shares. */
  readonly common: boolean;
  /** Execute small jobs on the spot. */
  readonly inline: boolean;
  /** Jobs that are gathered before they are handed over; 1: each at once. */
  readonly gather: number;
  /** When a gathering that is not full is handed over: in the microtask, or in the loop's turn. */
  readonly when: 'microtask' | 'tick';
  /** What its futures choose, where they are offered both. */
  readonly notifier: 'waker' | 'poller';
}

interface Listener {
  readonly room: boolean;
  readonly notify: () => void;
}

const resolved = Promise.resolve();

/** The jobs of one mover: its table, its engines, and the gathering of jobs into submissions. */
export class JobQueue implements Source {
  readonly table: JobTable<AnyJob>;
  readonly notifier: JobQueueOptions['notifier'];
  readonly #gather: number;
  readonly #when: JobQueueOptions['when'];
  readonly #runtime = Runtime.default;
  readonly #inline: Engine | undefined;
  readonly #pool: Engine | undefined;
  #poolUsed = false;
  /** Jobs begun since the last submission, and how many bytes of them run inline. */
  #gathered = 0;
  #inlineBytes = 0;
  #scheduled = false;
  /** Gatherings since one was left to the loop. */
  #microtasks = 0;
  #closed = false;
  /** Jobs that found no slot, first come first served. */
  readonly #waiting = new Set<AnyJob>();
  #listeners: Listener[] = [];
  readonly #announced: AnyJob[] = [];
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.#runtime.flush(this);
  };

  constructor(options: JobQueueOptions) {
    const { depth, threads, common, inline } = options;
    const { wakeUp } = this.#runtime;
    this.notifier = options.notifier;
    this.#gather = options.gather;
    this.#when = options.when;
    this.table = new JobTable(depth);
    if (inline || threads === 0) {
      this.#inline = new NativeEngine(this.table.id, { threads: 0, common, wakeUp });
    }
    if (threads > 0) this.#pool = new NativeEngine(this.table.id, { threads, common, wakeUp });
  }

  get pending(): number {
    return this.table.active + this.#waiting.size;
  }

  get idle(): boolean {
    return this.pending === 0 && !this.#scheduled;
  }

  /** Whether a job is complete as soon as it has begun. */
  get immediate(): boolean {
    return this.#pool === undefined && this.#gather === 1;
  }

  /** Whether a job of this size goes on without being polled. */
  runsAsync(bytes: number): boolean {
    return this.#pool !== undefined && (this.#inline === undefined || bytes > INLINE_BYTES);
  }

  /** Begins the job unless others wait for a slot before it, or there is none. */
  begin(job: AnyJob): boolean {
    if (this.#closed && !this.#waiting.has(job)) refuseJob(job);
    return this.#waiting.size === 0 && beginJob(job);
  }

  /** Begins the job as soon as there is room. */
  wait(job: AnyJob): void {
    this.#waiting.add(job);
    if (!this.#scheduled) this.#schedule();
  }

  /**
   * Gathers an encoded job for the engine that suits its size.
   *
   * @param last - a drain: it goes where everything that is still under way went
   */
  push(slot: number, bytes: number, last: boolean): void {
    this.#engineFor(bytes, last).push(slot);
    if (++this.#gathered >= this.#gather) this.submit();
    if (!this.#scheduled) this.#schedule();
  }

  /** Withdraws a job from the line of those that wait, if it stands there. */
  leave(job: AnyJob): void {
    this.#waiting.delete(job);
  }

  /** Whether the job in this slot has begun and no engine has it yet. */
  holds(slot: number): boolean {
    return holds(this.#inline, slot) || holds(this.#pool, slot);
  }

  /** Hands over what is gathered. */
  submit(): void {
    if (this.#gathered === 0) return;
    this.#gathered = this.#inlineBytes = 0;
    this.#submitTo(this.#pool);
    this.#submitTo(this.#inline);
  }

  turn(budget: number): number {
    this.submit();
    // Polls may have made room; what begins here and is complete at once counts in this turn.
    if (this.#waiting.size > 0) this.#startWaiting();
    const settled = this.table.sweep(budget, settleJob);
    if (settled > 0 && this.#waiting.size > 0) this.#startWaiting();
    if (this.#listeners.length > 0) this.#notify();
    if (this.announced) this.deliver();
    return settled;
  }

  /** Whether there is something to deliver. */
  get announced(): boolean {
    return this.#announced.length > 0;
  }

  /** The job is complete, and somebody waits for it. */
  announce(job: AnyJob): void {
    this.#announced.push(job);
  }

  /**
   * Tells those who wait for jobs that are complete. That runs code of the program, which may do
   * anything, so it comes at the end of whatever completed them.
   */
  deliver(): void {
    for (const job of this.#announced.splice(0)) deliverJob(job);
  }

  /** Resolves when there is room for a job without waiting in line. */
  ready(): Promise<void> {
    return this.#until(true);
  }

  /** Resolves when nothing is pending. */
  drained(): Promise<void> {
    return this.#until(false);
  }

  /** Accepts no more. */
  refuse(): void {
    this.#closed = true;
  }

  close(): void {
    this.#pool?.close();
    this.#inline?.close();
    this.table.close();
  }

  #submitTo(engine: Engine | undefined): void {
    if (engine === undefined || engine.gathered === 0) return;
    const { gathered } = engine;
    for (let index = 0; index < gathered; index++) {
      verifyJob(this.table.job(engine.at(index)), engine.concurrent);
    }
    engine.submit();
    this.#gathered += engine.gathered;
  }

  #engineFor(bytes: number, last: boolean): Engine {
    const inline = this.#inline;
    const pool = this.#pool;
    if (inline === undefined) return pool!;
    if (pool === undefined) return inline;
    const small = last
      ? !this.#poolUsed
      : bytes <= INLINE_BYTES && this.#inlineBytes + bytes <= INLINE_BUDGET;
    if (small) {
      this.#inlineBytes += bytes;
      return inline;
    }
    this.#poolUsed = true;
    return pool;
  }

  #schedule(): void {
    this.#scheduled = true;
    this.#runtime.open(this);
    if (this.#when === 'tick' || ++this.#microtasks > MICROTASKS) {
      this.#microtasks = 0;
      setImmediate(this.#flush);
    } else {
      void resolved.then(this.#flush);
    }
  }

  /** Those that begin behind a sweep are settled in a later turn: with another at once, the loop would starve. */
  #startWaiting(): void {
    const scheduled = this.#scheduled;
    this.#scheduled = true;
    for (const job of this.#waiting) {
      if (!beginJob(job)) break;
      this.#waiting.delete(job);
    }
    this.#scheduled = scheduled;
    this.submit();
  }

  #holds({ room }: Listener): boolean {
    return room ? this.#waiting.size === 0 && !this.table.full : this.pending === 0;
  }

  async #until(room: boolean): Promise<void> {
    return new Promise((notify) => {
      this.#listeners.push({ room, notify });
      if (!this.#scheduled) this.#schedule();
    });
  }

  #notify(): void {
    const held = this.#listeners.filter((listener) => this.#holds(listener));
    this.#listeners = this.#listeners.filter((listener) => !held.includes(listener));
    for (const { notify } of held) notify();
  }
}

function holds(engine: Engine | undefined, slot: number): boolean {
  if (engine === undefined) return false;
  for (let index = 0; index < engine.gathered; index++) {
    if (engine.at(index) === slot) return true;
  }
  return false;
}
