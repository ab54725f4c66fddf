import { epoch } from './epoch';
import type { Future } from './future';
import { Notifier, type PollSlot, type Wake } from './notifier';
import { Roster } from './roster';

/** A future that somebody waits for. */
interface Task {
  readonly future: Future<unknown>;
  readonly notifier: Notifier;
  readonly settled: Set<() => void>;
  /** Whether it is due. */
  queued: boolean;
}

/** A slot that is not ours may throw; polling its future will tell. */
function isDone(slot: PollSlot): boolean {
  try {
    return slot.done;
  } catch {
    return true;
  }
}

/** A nest too deep to be asked is not; polling it will tell. */
function isAsync(future: Future<unknown>): boolean {
  try {
    return future.has('async');
  } catch {
    return false;
  }
}

/** Those whose future is asynchronous first, otherwise in their order, in an array of its own. */
export function asyncFirst<T>(items: readonly T[], futureOf: (item: T) => Future<unknown>): T[] {
  const goesOn = items.map((item) => isAsync(futureOf(item)));
  return [...items.filter((_, index) => goesOn[index]), ...items.filter((_, i) => !goesOn[i])];
}

/**
 * Futures that are polled until they are complete; each only when it has something to do.
 *
 * One that took the waker waits until that is called, one with a location until it changes, and any
 * other is due in every turn. The first polls go to asynchronous futures, so that their work is
 * under way while the others do theirs.
 */
export class TaskSet {
  readonly #tasks = new Roster<Future<unknown>, Task>();
  /** Not polled yet. */
  #fresh: Task[] = [];
  /** To be looked at, in the order in which they came, from `#head` on; some no longer are. */
  readonly #due: Task[] = [];
  #head = 0;
  /** How many of them are. */
  #queued = 0;
  readonly #notify: Wake;
  /** Polls under way: more than one when they are nested. */
  #looking = 0;
  /** What it is looking at, or what was cut off while it did. */
  #looked: Task | undefined;
  #epoch = 0;
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
    return this.#fresh.length + this.#queued + this.#looking;
  }

  /**
   * Adds a future; one that is here already gets but another listener.
   *
   * @param future - one that never throws
   * @param settled - called when the future is complete; once more where it was cut off
   */
  add(future: Future<unknown>, settled: () => void): void {
    let task = this.#tasks.get(future);
    if (task === undefined) {
      task = this.#taskOf(future);
      this.#tasks.add(future, task);
      this.#fresh.push(task);
    }
    task.settled.add(settled);
  }

  /** Takes a listener back; a future for which nobody listens any more is not polled any more. */
  remove(future: Future<unknown>, settled: () => void): void {
    const task = this.#tasks.get(future);
    if (task?.settled.delete(settled) !== true || task.settled.size > 0) return;
    this.#tasks.delete(future);
    this.#fresh = this.#fresh.filter((one) => one !== task);
    this.#dequeue(task);
  }

  /** Looks at up to `budget` futures; returns how many of them completed. */
  turn(budget: number): number {
    this.#recover();
    this.#admit();
    let completions = 0;
    for (let looks = Math.min(this.#queued, budget); looks > 0;) {
      const task = this.#due.at(this.#head++);
      if (task === undefined) break;
      if (!task.queued) continue;
      looks--;
      this.#looked = task;
      task.queued = false;
      this.#queued--;
      if (this.#look(task, task.notifier)) completions++;
      this.#looked = undefined;
    }
    this.#due.splice(0, this.#head);
    this.#head = 0;
    return completions;
  }

  /** Polls all of them, for a caller who does not listen to those that would say when to. */
  turnAll(): void {
    this.#tasks.prune(({ future }) => future);
    this.#admit();
    for (const task of this.#tasks.values()) {
      // Looking at others may have completed it.
      if (this.#tasks.get(task.future) === task) this.#look(task, null);
    }
  }

  #admit(): void {
    if (this.#fresh.length === 0) return;
    for (const task of asyncFirst(this.#fresh, ({ future }) => future)) this.#enqueue(task);
    this.#fresh = this.#fresh.filter(({ queued }) => !queued);
  }

  /** Where a look was cut off in an earlier epoch, it may have been about to wake others: all are looked at once more. */
  #recover(): void {
    if (this.#epoch === epoch.now) return;
    this.#epoch = epoch.now;
    this.#looking = 0;
    const looked = this.#looked;
    this.#looked = undefined;
    if (looked !== undefined) for (const task of this.#tasks.values()) this.#enqueue(task);
  }

  /** Whether it completed. */
  #look(task: Task, notifier: Notifier | null): boolean {
    this.#looking++;
    try {
      this.#poll(task, notifier);
    } finally {
      this.#looking--;
    }
    // It may have been looked at in the meantime, by what was called.
    if (!task.future.done || this.#tasks.get(task.future) !== task) return false;
    // What is cut off here is done again when it is looked at the next time.
    for (const settled of task.settled) settled();
    this.#dequeue(task);
    return this.#tasks.delete(task.future);
  }

  #poll(task: Task, notifier: Notifier | null): void {
    if (notifier?.used !== 'poller' || isDone(notifier.slot!)) {
      this.polls++;
      task.future.poll(notifier);
    }
    if (notifier !== null && notifier.used !== 'waker') this.#enqueue(task);
  }

  #enqueue(task: Task): void {
    if (task.queued) return;
    this.#due.push(task);
    task.queued = true;
    this.#queued++;
  }

  #dequeue(task: Task): void {
    if (!task.queued) return;
    task.queued = false;
    this.#queued--;
  }

  #taskOf(future: Future<unknown>): Task {
    const wake = (): void => {
      if (this.#tasks.get(future) !== task) return;
      this.#enqueue(task);
      this.#notify();
    };
    const notifier = new Notifier({ wake, poller: true });
    const task: Task = { future, notifier, settled: new Set(), queued: false };
    return task;
  }
}
