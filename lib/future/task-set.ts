import { thrown } from './as-error';
import type { Context } from './context';
import { epoch } from './epoch';
import type { Future } from './future';
import { Notifier, type PollSlot, type Wake } from './notifier';
import { poll } from './poll';
import { callTheirs } from './report';
import { Roster } from './roster';

/** A future that threw when it was polled. */
export interface Broken {
  readonly future: Future<unknown>;
  readonly error: Error;
}

/** Called when a future is complete, or is broken. */
export type Settled = (broken?: Broken) => void;

/** A future that somebody waits for. */
interface Task {
  readonly future: Future<unknown>;
  readonly notifier: Notifier;
  readonly settled: Set<Settled>;
  /** What it is polled in, by the turns of the event loop. */
  readonly context: Context;
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
export function isAsync(future: Future<unknown>): boolean {
  try {
    return future.has('async');
  } catch {
    return false;
  }
}

/** Polls it, unless it gave a location that says there is nothing to do; whether it did. */
function pollDue(future: Future<unknown>, notifier: Notifier | null): boolean {
  if (notifier?.used === 'poller' && !isDone(notifier.slot!)) return false;
  poll(future, notifier);
  return true;
}

/** Those that are asynchronous first, otherwise in their order, in an array of its own. */
export function asyncFirst<T>(items: readonly T[], isAsync: (item: T) => boolean): T[] {
  const goesOn = items.map(isAsync);
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
  #fresh = new Set<Task>();
  /** To be looked at, in the order in which they came, from `#head` on; some no longer are. */
  readonly #due: Task[] = [];
  #head = 0;
  /** How many of them are. */
  #queued = 0;
  readonly #notify: Wake;
  /** Looks under way, of this epoch, and those that were cut off: more than one when they are nested. */
  #looking = 0;
  #epoch = 0;
  /** Polls so far. */
  polls = 0;

  readonly #contextFor: (future: Future<unknown>) => Context;

  /**
   * @param notify - a waker was called: something is due again
   * @param contextFor - gives what a future is polled in; default: whatever the caller of a turn is in
   */
  constructor(notify: Wake, contextFor: (future: Future<unknown>) => Context = () => undefined) {
    this.#notify = notify;
    this.#contextFor = contextFor;
  }

  /** Futures that are not complete. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** How many a turn would look at; the one that it is looking at counts. */
  get due(): number {
    return this.#fresh.size + this.#queued + this.#looking;
  }

  /**
   * Adds a future; one that is here already gets but another listener.
   *
   * @param future - one that never throws
   * @param settled - called when the future is complete; once more where it was cut off
   */
  add(future: Future<unknown>, settled: Settled): void {
    const task = this.#tasks.get(future) ?? this.#enter(future);
    task.settled.add(settled);
  }

  /** Takes a listener back; a future for which nobody listens any more is not polled any more. */
  remove(future: Future<unknown>, settled: Settled): void {
    const task = this.#tasks.get(future);
    if (task?.settled.delete(settled) !== true || task.settled.size > 0) return;
    this.#tasks.delete(future);
    this.#fresh.delete(task);
    this.#dequeue(task);
  }

  /**
   * Looks at up to `budget` futures; returns how many of them completed.
   *
   * @param byLoop - the event loop gives the turn, and each is polled in its context. Not otherwise:
   * a script that is stopped by its time limit must not be in a context that was entered behind it, or
   * Node aborts the process. One that throws is broken then, since the stack is not full by others' doing,
   * and is no longer waited for; otherwise that is thrown.
   */
  turn(budget: number, byLoop = false): number {
    this.#recover();
    this.#admit(byLoop);
    let completions = 0;
    for (let looks = Math.min(this.#queued, budget); looks > 0;) {
      const task = this.#due[this.#head++] as Task | undefined;
      if (task === undefined) break;
      if (!task.queued) continue;
      looks--;
      this.#looking++;
      task.queued = false;
      this.#queued--;
      try {
        if (this.#look(task, task.notifier, byLoop)) completions++;
      } catch (error) {
        if (!byLoop) throw error;
        this.#giveUp(task, error);
      }
      this.#looking--;
    }
    this.#due.splice(0, this.#head);
    this.#head = 0;
    return completions;
  }

  /** Polls all of them, for a caller who does not listen to those that would say when to. */
  turnAll(): void {
    this.#recover();
    this.#tasks.prune(({ future }) => future);
    this.#admit(false);
    this.#looking++;
    for (const task of this.#tasks.values()) {
      // Looking at others may have completed it.
      if (this.#tasks.get(task.future) === task) this.#look(task, null, false);
    }
    this.#looking--;
  }

  #enter(future: Future<unknown>): Task {
    const task = this.#taskOf(future);
    // A hook that is called as its context is made may have added it, too.
    const known = this.#tasks.get(future);
    if (known !== undefined) return known;
    this.#tasks.add(future, task);
    this.#fresh.add(task);
    return task;
  }

  #admit(byLoop: boolean): void {
    if (this.#fresh.size === 0) return;
    const goesOn = ({ context, future }: Task): boolean =>
      byLoop && context !== undefined
        ? context.runInAsyncScope(isAsync, undefined, future)
        : isAsync(future);
    for (const task of asyncFirst([...this.#fresh], goesOn)) this.#enqueue(task);
    this.#fresh = new Set([...this.#fresh].filter(({ queued }) => !queued));
  }

  /** Where a look was cut off in an earlier epoch, it may have been about to wake others: all are looked at once more. */
  #recover(): void {
    if (this.#epoch === epoch.now) return;
    if (this.#looking > 0) for (const task of this.#tasks.values()) this.#enqueue(task);
    this.#looking = 0;
    this.#epoch = epoch.now;
  }

  /** Whether it completed. */
  #look(task: Task, notifier: Notifier | null, byLoop: boolean): boolean {
    this.#poll(task, notifier, byLoop);
    // It may have been looked at in the meantime, by what was called.
    if (!task.future.done || this.#tasks.get(task.future) !== task) return false;
    for (const settled of task.settled) settled();
    this.#dequeue(task);
    return this.#tasks.delete(task.future);
  }

  #poll(task: Task, notifier: Notifier | null, byLoop: boolean): void {
    const { context, future } = task;
    const polled =
      byLoop && context !== undefined
        ? context.runInAsyncScope(pollDue, undefined, future, notifier)
        : pollDue(future, notifier);
    if (polled) this.polls++;
    if (notifier !== null && notifier.used !== 'waker') this.#enqueue(task);
  }

  #giveUp(task: Task, error: unknown): void {
    if (this.#tasks.get(task.future) !== task) return;
    const broken = { future: task.future, error: thrown(error) };
    for (const settled of task.settled) callTheirs(() => settled(broken));
    this.#dequeue(task);
    this.#tasks.delete(task.future);
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
    const context = this.#contextFor(future);
    const task: Task = { future, notifier, settled: new Set(), context, queued: false };
    return task;
  }
}
