import { epoch } from '../future/epoch';
import type { TaskSet } from '../future/task-set';
import type { Driven, EventLoop } from './event-loop';
import type { RuntimeSettings } from './options';
import type { Sources } from './sources';

const soon = Promise.resolve();

/** When a runtime has its turns: in the microtasks first, then in those of the event loop. */
export class Turns implements Driven {
  readonly stats = { turns: 0, completions: 0, wakes: 0, sleeps: 0, budgetHits: 0 };
  /** Called when no future is pending any more; until then it is driven also where that is by hand. */
  closing: (() => void) | undefined;
  readonly #settings: RuntimeSettings;
  readonly #tasks: TaskSet;
  readonly #sources: Sources;
  readonly #loop: EventLoop;
  #keepAlive = true;
  /** Whether a turn comes in the microtasks, and how many looks may go on there until the loop's. */
  #arranged = false;
  #credit: number;
  #spins = 0;

  constructor(settings: RuntimeSettings, tasks: TaskSet, sources: Sources, loop: EventLoop) {
    this.#settings = settings;
    this.#tasks = tasks;
    this.#sources = sources;
    this.#loop = loop;
    this.#credit = settings.budget;
  }

  /** Something is due: a turn in the microtasks, or in the loop where there were enough of those. */
  arrange(): void {
    const byHand = this.#settings.drive === 'manual' && this.closing === undefined;
    if (this.#arranged || byHand) return;
    if (this.#credit <= 0) {
      this.#loop.add(this);
      return;
    }
    void soon.then(() => {
      epoch.now++;
      this.#arranged = false;
      this.#credit -= Math.max(1, this.#tasks.due);
      try {
        this.take(this.#settings.budget, true);
      } finally {
        if (this.active()) this.#loop.add(this);
      }
    });
    this.#arranged = true;
  }

  /**
   * Takes a turn now; returns how many completed.
   *
   * @param byLoop - the event loop gives it, or its microtasks, and no program calls the library
   */
  take(budget: number, byLoop = false): number {
    this.stats.turns++;
    const swept = this.sweep(budget);
    if (this.#tasks.due > budget) this.stats.budgetHits++;
    const completed = this.#tasks.turn(budget, byLoop);
    this.stats.completions += completed;
    if (completed > 0) this.#spins = 0;
    if (this.#tasks.pending === 0) this.closing?.();
    return swept + completed;
  }

  /** Gives the jobs of movers a turn. */
  sweep(budget: number): number {
    const swept = this.#sources.turn(budget);
    if (swept >= budget) {
      this.stats.budgetHits++;
      // Whoever gave this turn: nobody wakes the loop for what was left.
      this.#loop.add(this);
    }
    this.stats.completions += swept;
    return swept;
  }

  keepAlive(value: boolean): void {
    this.#keepAlive = value;
    this.#loop.refresh();
  }

  active(): boolean {
    const { due, pending } = this.#tasks;
    return this.#sources.size + (this.#settings.drive === 'immediate' ? pending : due) > 0;
  }

  keepsAlive(): boolean {
    return this.#keepAlive && this.#sources.size + this.#tasks.due > 0;
  }

  patience(): number {
    const { drive, spinsBeforeSleep, sleepMs } = this.#settings;
    if (drive === 'immediate' || this.#sources.lively()) return 0;
    if (this.#tasks.due === 0) return Infinity;
    if (++this.#spins < spinsBeforeSleep) return 0;
    this.#spins = 0;
    return sleepMs;
  }

  turn(): number {
    this.#credit = this.#settings.budget;
    return this.take(this.#settings.budget, true);
  }

  slept(): void {
    this.stats.sleeps++;
    this.#sources.slept();
  }

  woken(): void {
    this.stats.wakes++;
  }
}
