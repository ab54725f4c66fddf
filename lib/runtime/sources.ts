import { clock } from '../clock';
import { min } from '../intrinsics';

/** A set of jobs that the runtime of the thread drives. */
export interface Source {
  /** Jobs that have not completed. */
  readonly pending: number;
  /** Nothing is pending, and no flush is to come. */
  readonly idle: boolean;
  /** Hands over what waits, settles up to `budget` completed jobs, returns how many. Never throws. */
  turn(budget: number): number;
}

/**
 * How long the loop is polled without a completed job before it sleeps, in milliseconds, and how long a job
 * may be expected to take. Waking costs half as much.
 */
const SPIN_MS = 0.2;

/** As SPIN_MS, for all that is pending: where much is, engines need the CPU more than who waits. */
const SPIN_MS_FOR_SEVERAL = 0.1;

/** After so many waits in sequence in which the loop slept at once, one is polled. */
const SLEEPS = 16;

/** The sources that are not idle. */
export class Sources {
  readonly #sources = new Set<Source>();
  #lastProgress = 0;
  /**
   * What a job took lately, in milliseconds: of several side by side, its part of the time. Of jobs that
   * were polled for: where the loop sleeps, jobs seem to take longer, and it would never stay awake again.
   */
  #pace = 0;
  #polled = false;
  #sleeps = 0;

  get size(): number {
    return this.#sources.size;
  }

  get pending(): number {
    let pending = 0;
    for (const source of this.#sources) pending += source.pending;
    return pending;
  }

  /**
   * Asked before each sleep: whether rather to look again, since a job began or completed a short while
   * ago, and the others will soon.
   */
  lively(): boolean {
    if (this.size === 0 || clock() - this.#lastProgress >= SPIN_MS) return false;
    const { pending } = this;
    const bearable = pending > 1 ? SPIN_MS_FOR_SEVERAL : SPIN_MS;
    const lively = pending * this.#pace < bearable || this.#sleeps >= SLEEPS;
    this.#polled ||= lively;
    return lively;
  }

  /** The loop sleeps. */
  slept(): void {
    this.#sleeps = this.#polled ? 0 : this.#sleeps + 1;
  }

  add(source: Source): void {
    this.#sources.add(source);
  }

  /** Jobs of it were handed over just now. */
  began(source: Source): void {
    this.#lastProgress = clock();
    if (source.idle) this.#sources.delete(source);
  }

  /** Gives turns to all, until `budget` jobs have completed; returns how many have. */
  turn(budget: number): number {
    let completed = 0;
    for (const source of [...this.#sources]) {
      if (completed >= budget) break;
      completed += source.turn(budget - completed);
      // To the end: those that the budget was not enough for come first in the next turn.
      const { idle } = source;
      this.#sources.delete(source);
      if (!idle) this.#sources.add(source);
    }
    if (completed > 0) this.#progress(completed);
    return completed;
  }

  #progress(completed: number): void {
    const now = clock();
    if (this.#polled) {
      // One that took far too long says little of the next.
      const each = min((now - this.#lastProgress) / completed, 2 * SPIN_MS);
      this.#pace += (each - this.#pace) / 8;
      this.#sleeps = 0;
    }
    this.#polled = false;
    this.#lastProgress = now;
  }
}
