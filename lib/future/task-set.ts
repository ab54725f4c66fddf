import { thrown } from './base-future';
import type { Future } from './future';
import { Notifier, type Wake } from './notifier';

/** A future that somebody waits for. */
interface Task {
  readonly future: Future<unknown>;
  readonly notifier: Notifier;
  readonly settled: ((error: Error | undefined) => void)[];
}

/** Asynchronous ones first, otherwise in their order, in an array of its own. */
export function asyncFirst<T extends { readonly future: Future<unknown> }>(
  tasks: readonly T[],
): T[] {
  const goesOn = tasks.map(({ future }) => isAsync(future));
  return [...tasks.filter((_, index) => goesOn[index]), ...tasks.filter((_, i) => !goesOn[i])];
}

/** Of a future that is not ours, asking may throw; polling it will tell. */
function isAsync(future: Future<unknown>): boolean {
  try {
    return future.has('async');
  } catch {
    return false;
  }
}

/**
 * Futures that are polled until they are complete; each only when it has something to do.
 *
 * One that took the waker waits until that is called, one with a location until it changes, and any
 * other is due in every turn. The first polls go to asynchronous futures, so that their work is
 * under way while the others do theirs.
 */
export class TaskSet {
  readonly #tasks = new Map<Future<unknown>, Task>();
  /** Not polled yet. */
  #fresh: Task[] = [];
  /** To be looked at in the next turn, in the order in which they came. */
  readonly #due = new Set<Task>();
  readonly #notify: Wake;
  /** Polls under way: more than one when they are nested. */
  #looking = 0;
  /** Polls so far. */
  polls = 0;

  /** @param notify - a waker was called: something is due again */
  constructor(notify: Wake) {
    this.#notify = notify;
  }

  /** Futures that are not complete. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** How many a turn would look at; the one that it is looking at counts. */
  get due(): number {
    return this.#fresh.length + this.#due.size + this.#looking;
  }

  /**
   * Adds a future; one that is here already gets but another listener.
   *
   * @param settled - called when the future is complete; with an error only where polling it threw
   */
  add(future: Future<unknown>, settled?: (error: Error | undefined) => void): void {
    let task = this.#tasks.get(future);
    if (task === undefined) {
      task = this.#taskOf(future);
      this.#tasks.set(future, task);
      this.#fresh.push(task);
    }
    if (settled !== undefined) task.settled.push(settled);
  }

  /** Looks at up to `budget` futures; returns how many of them completed. */
  turn(budget: number): number {
    this.#admit();
    let looks = Math.min(this.#due.size, budget);
    let completions = 0;
    for (const task of this.#due) {
      if (looks-- <= 0) break;
      if (this.#look(task, task.notifier)) completions++;
    }
    return completions;
  }

  /** Polls all of them, for a caller who does not listen to those that would say when to. */
  turnAll(): void {
    this.#admit();
    for (const task of [...this.#tasks.values()]) this.#look(task, null);
  }

  #admit(): void {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    this.#fresh = [];
    for (const task of asyncFirst(fresh)) this.#due.add(task);
  }

  /** Whether it completed. */
  #look(task: Task, notifier: Notifier | null): boolean {
    this.#due.delete(task);
    this.#looking++;
    let error: Error | undefined;
    try {
      if (!this.#advance(task, notifier)) return false;
    } catch (cause) {
      error = thrown(cause);
    } finally {
      this.#looking--;
    }
    // It may have been looked at in the meantime, by what was called.
    if (!this.#tasks.delete(task.future)) return false;
    this.#due.delete(task);
    for (const settled of task.settled) settled(error);
    return true;
  }

  #advance(task: Task, notifier: Notifier | null): boolean {
    const { future } = task;
    if (notifier?.used !== 'poller' || notifier.slot?.done === true) {
      this.polls++;
      future.poll(notifier);
      if (future.done) return true;
    }
    if (notifier?.used !== 'waker') this.#due.add(task);
    return false;
  }

  #taskOf(future: Future<unknown>): Task {
    const wake = (): void => {
      if (this.#tasks.get(future) !== task || this.#due.has(task)) return;
      this.#due.add(task);
      this.#notify();
    };
    const task = { future, notifier: new Notifier({ wake, poller: true }), settled: [] };
    return task;
  }
}
