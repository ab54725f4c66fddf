import { checkNames, checkObject, checkSignal } from '../check';
import { closedError, MoverError } from '../errors';
import { abortable } from '../future/base-future';
import type { Outputs } from '../future/combinators';
import { standard } from '../future/driver';
import type { Future } from '../future/future';
import { checkFuture, checkFutures, listOf } from '../future/is-future';
import { TaskSet } from '../future/task-set';
import { CompletionOrder, type Completion } from './completions';
import { EventLoop, type Driven } from './event-loop';
import {
  checkBudget,
  checkTimeout,
  runtimeSettings,
  type RuntimeOptions,
  type RuntimeSettings,
  type RuntimeStats,
  type WaitOneOptions,
  type WaitOptions,
} from './options';
import { Sources, type Source } from './sources';
import { within } from './timeout';
import { finishSync } from './wait-sync';

const soon = Promise.resolve();

let loop: EventLoop | undefined;
const eventLoop = (): EventLoop => (loop ??= new EventLoop());

/**
 * Drives futures to their completion, and the jobs of movers (`Runtime.default` does).
 *
 * It polls a future when that says that there is something to do. One that never says so is polled
 * in every turn, `spinsBeforeSleep` times without a completion, then every `sleepMs`. Its turns are
 * those of the event loop, but for the first ones, which come before the loop goes on.
 */
export class Runtime implements AsyncDisposable {
  static #default: Runtime | undefined;

  /** The runtime of this thread: it serves `await` and `promise()`, and drives the jobs of movers. */
  static get default(): Runtime {
    return (Runtime.#default ??= new Runtime());
  }

  readonly #settings: RuntimeSettings;
  readonly #tasks = new TaskSet(() => {
    this.#stats.wakes++;
    this.#arrange();
  });
  /** Of the default runtime alone. */
  readonly #sources = new Sources();
  readonly #stats = { turns: 0, completions: 0, wakes: 0, sleeps: 0, budgetHits: 0 };
  readonly #driven: Driven;
  #keepAlive = true;
  /** Whether a turn comes in the microtasks, and how many looks may go on there until the loop's. */
  #arranged = false;
  #credit: number;
  #spins = 0;
  #closing: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  /** @throws TypeError, RangeError for options that make no sense */
  constructor(options: RuntimeOptions = {}) {
    this.#settings = runtimeSettings(options);
    this.#credit = this.#settings.budget;
    this.#driven = this.#asDriven();
  }

  /** Futures that it waits for; of the default runtime also the jobs of movers under way. */
  get pending(): number {
    return this.#tasks.pending + this.#sources.pending;
  }

  /**
   * The output of the future, which is driven until it is complete.
   *
   * Rejects with the future's error, with the reason of the signal, with a `TimeoutError`, or with a
   * `MoverError` `ERR_MOVER_CLOSED`.
   */
  async wait<T>(future: Future<T>, options: WaitOneOptions = {}): Promise<T> {
    const adopted = checkFuture('future', future);
    checkObject('options', options);
    checkNames(options, ['signal', 'timeoutMs']);
    const signal = checkSignal(options.signal);
    const limit = checkTimeout(options.timeoutMs);
    const wait = (): Promise<T> => within(limit, this.#outcome(adopted));
    return signal === undefined ? wait() : abortable(adopted, signal, wait);
  }

  /**
   * The outputs of all, once all are complete. Where some failed, it rejects then with the error of
   * the first of these in the array.
   */
  async waitAll<const F extends readonly Future<unknown>[]>(
    futures: F,
    options: WaitOptions = {},
  ): Promise<Outputs<F>> {
    const list = checkFutures<unknown>('futures', futures);
    checkObject('options', options);
    checkNames(options, ['signal']);
    const waits = list.map((future) => this.wait(future, options));
    await Promise.allSettled(waits);
    return (await Promise.all(waits)) as Outputs<F>;
  }

  /**
   * The futures in the order in which they complete, failed ones among them. Whoever leaves the
   * iteration early leaves those that are not complete as they are.
   */
  async *completions<T>(futures: Iterable<Future<T>>): AsyncGenerator<Completion<T>, void, void> {
    const list = listOf('futures', futures);
    const adopted = checkFutures('futures', list);
    const order = new CompletionOrder(adopted);
    for (const [future, settled] of order.listeners) this.#listen(future, settled);
    try {
      for await (const index of order.indices()) yield { index, future: list[index] };
    } finally {
      for (const [future, settled] of order.listeners) this.#tasks.remove(future, settled);
    }
  }

  /**
   * The output of the future; the thread is blocked until it is there. What needs the event loop (a
   * promise, a timer, a message) cannot complete meanwhile: give `timeoutMs` where that may be.
   *
   * @throws the future's error, or a `TimeoutError` while the future goes on
   */
  waitSync<T>(future: Future<T>, timeoutMs?: number): T {
    const adopted = checkFuture('future', future);
    this.#finish([adopted], checkTimeout(timeoutMs));
    return adopted.output;
  }

  /** The same for many; @throws the error of the first in the array that failed, when all are complete */
  waitAllSync<const F extends readonly Future<unknown>[]>(
    futures: F,
    timeoutMs?: number,
  ): Outputs<F> {
    const list = checkFutures<unknown>('futures', futures);
    this.#finish(list, checkTimeout(timeoutMs));
    return list.map((future) => future.output) as Outputs<F>;
  }

  /**
   * Gives it a turn now, with up to `budget` looks at futures; returns how many completed. The jobs
   * of movers have a turn before; they count on the default runtime.
   *
   * @throws RangeError `ERR_OUT_OF_RANGE`
   */
  poll(budget: number = this.#settings.budget): number {
    const looks = checkBudget(budget);
    if (this === Runtime.#default) return this.#turn(looks);
    Runtime.default.#sweep(Infinity);
    return this.#turn(looks);
  }

  stats(): RuntimeStats {
    return { ...this.#stats, polls: this.#tasks.polls };
  }

  /** What it polls, and the jobs of movers for the default runtime, keep the process alive: the default. */
  ref(): this {
    return this.#setKeepAlive(true);
  }

  /** They do not; the process ends cleanly when nothing else keeps it. */
  unref(): this {
    return this.#setKeepAlive(false);
  }

  /**
   * Waits for what is pending, driven by the event loop also where the runtime is driven by hand.
   * What is given to it later is refused with `ERR_MOVER_CLOSED`. The default runtime serves the
   * whole thread and cannot be closed.
   */
  close(): Promise<void> {
    if (this !== Runtime.#default) return (this.#closing ??= this.#close());
    const text = 'the default runtime serves the whole thread and cannot be closed';
    return Promise.reject(new MoverError('ERR_MOVER_UNSUPPORTED', text));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal Polls the future until it is complete. @throws MoverError `ERR_MOVER_CLOSED` */
  drive(future: Future<unknown>): void {
    this.#checkOpen();
    this.#add(future, driven);
  }

  /** @internal Number of the wake-up that engines are opened with. */
  get wakeUp(): number {
    return eventLoop().wakeUp;
  }

  /** @internal The source has jobs, and will be flushed in the microtasks. */
  open(source: Source): void {
    this.#sources.add(source);
  }

  /** @internal Gives it a turn, and drives it until it has nothing pending. */
  flush(source: Source): void {
    this.#stats.completions += source.turn(Infinity);
    this.#sources.began(source);
    if (source.idle) loop?.refresh();
    else eventLoop().add(this.#driven);
  }

  #add(future: Future<unknown>, settled: () => void): void {
    this.#tasks.add(future, settled);
    this.#arrange();
  }

  #listen(future: Future<unknown>, settled: () => void): void {
    if (future.done) {
      settled();
      return;
    }
    this.#checkOpen();
    this.#add(future, settled);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError('the runtime', 'make another');
  }

  #outcome<T>(future: Future<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#listen(future, () => {
        const { error } = future;
        if (error === undefined) resolve(future.output);
        else reject(error);
      });
    });
  }

  #finish(futures: readonly Future<unknown>[], timeoutMs: number): void {
    if (!futures.every((future) => future.done)) this.#checkOpen();
    finishSync(futures, timeoutMs, this.#settings, {
      sweep: () => Runtime.default.#sweep(Infinity),
      block: (milliseconds, idle) => {
        eventLoop().block(milliseconds, idle);
      },
    });
  }

  /** Something is due: a turn in the microtasks, or in the loop where there were enough of those. */
  #arrange(): void {
    if (this.#arranged || (this.#settings.drive === 'manual' && this.#closing === undefined))
      return;
    if (this.#credit <= 0) {
      eventLoop().add(this.#driven);
      return;
    }
    this.#arranged = true;
    void soon.then(() => {
      this.#arranged = false;
      this.#credit -= Math.max(1, this.#tasks.due);
      this.#turn(this.#settings.budget);
      if (this.#driven.active()) eventLoop().add(this.#driven);
    });
  }

  #turn(budget: number): number {
    this.#stats.turns++;
    const swept = this.#sweep(budget);
    if (this.#tasks.due > budget) this.#stats.budgetHits++;
    const completed = this.#tasks.turn(budget);
    this.#stats.completions += completed;
    if (completed > 0) this.#spins = 0;
    if (this.#tasks.pending === 0) this.#idle?.();
    return swept + completed;
  }

  /** Gives the jobs of movers a turn. */
  #sweep(budget: number): number {
    const swept = this.#sources.turn(budget);
    if (swept >= budget) this.#stats.budgetHits++;
    this.#stats.completions += swept;
    return swept;
  }

  #setKeepAlive(keepAlive: boolean): this {
    this.#keepAlive = keepAlive;
    loop?.refresh();
    return this;
  }

  async #close(): Promise<void> {
    if (this.#tasks.pending === 0) return;
    const idle = new Promise<void>((resolve) => (this.#idle = resolve));
    await soon;
    this.#arrange();
    await idle;
  }

  /** Milliseconds until it wants a turn. */
  #patience(): number {
    const { drive, spinsBeforeSleep, sleepMs } = this.#settings;
    if (drive === 'immediate') return 0;
    if (this.#sources.lively) return 0;
    if (this.#tasks.due === 0) return Infinity;
    if (++this.#spins < spinsBeforeSleep) return 0;
    this.#spins = 0;
    return sleepMs;
  }

  #asDriven(): Driven {
    const restless = this.#settings.drive === 'immediate';
    return {
      active: () => this.#sources.size + (restless ? this.pending : this.#tasks.due) > 0,
      keepsAlive: () => this.#keepAlive && this.#sources.size + this.#tasks.due > 0,
      patience: () => this.#patience(),
      turn: () => {
        this.#credit = this.#settings.budget;
        return this.#turn(this.#settings.budget);
      },
      slept: () => this.#stats.sleeps++,
      woken: () => this.#stats.wakes++,
    };
  }
}

/** Whoever wants a future driven asks nothing more of the runtime. */
const driven = (): void => undefined;

standard.driver = () => Runtime.default;
