import { checkNames, checkObject, checkSignal, noOptions } from '../check';
import { closedError, MoverError } from '../errors';
import { thrown } from '../future/as-error';
import { abortable } from '../future/base-future';
import type { Outputs } from '../future/combinators';
import { contextFor } from '../future/context';
import { standard, type Driver } from '../future/driver';
import { lookAt } from '../future/foreign-future';
import type { Future } from '../future/future';
import { checkFuture, checkFutures, listOf } from '../future/is-future';
import { breakOff } from '../future/polled-future';
import { TaskSet, type Broken, type Settled } from '../future/task-set';
import { CompletionOrder, type Completion } from './completions';
import { EventLoop } from './event-loop';
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
import { Turns } from './turns';
import { finishSync } from './wait-sync';

/** That of this thread. */
const loop = new EventLoop();

// What queues of jobs do to the default runtime. Users hold it, and must not be able to do it themselves.

/** The source has jobs, and will be flushed in the microtasks. */
export let openSource: (runtime: Runtime, source: Source) => void;
/** Gives it a turn, and drives it until it has nothing pending. */
export let flushSource: (runtime: Runtime, source: Source) => void;

/**
 * Drives futures to their completion, and the jobs of movers (`Runtime.default` does).
 *
 * It polls a future when that says that there is something to do. One that never says so is polled
 * in every turn, `spinsBeforeSleep` times without a completion, then every `sleepMs`. Its turns are
 * those of the event loop, but for the first ones, which come before the loop goes on.
 */
export class Runtime implements Driver, AsyncDisposable {
  static {
    openSource = (runtime, source) => {
      runtime.#sources.add(source);
    };
    flushSource = (runtime, source) => {
      runtime.#flush(source);
    };
  }

  static #default: Runtime | undefined;

  /** The runtime of this thread: it serves `await` and `promise()`, and drives the jobs of movers. */
  static get default(): Runtime {
    return (Runtime.#default ??= new Runtime());
  }

  readonly #settings: RuntimeSettings;
  readonly #tasks = new TaskSet(() => {
    this.#turns.stats.wakes++;
    this.#turns.arrange();
  }, contextFor);
  /** Of the default runtime alone. */
  readonly #sources = new Sources();
  readonly #turns: Turns;
  #closing: Promise<void> | undefined;

  /** @throws TypeError, RangeError for options that make no sense */
  constructor(options: RuntimeOptions = noOptions) {
    this.#settings = runtimeSettings(options);
    this.#turns = new Turns(this.#settings, this.#tasks, this.#sources, loop);
  }

  /** Futures that it waits for; of the default runtime also the jobs of movers under way. */
  get pending(): number {
    return this.#tasks.pending + this.#sources.pending;
  }

  /**
   * The output of the future, which is driven until it is complete.
   *
   * Aborting the signal cancels the future itself, for all who wait for it.
   *
   * Rejects with the future's error, with the reason of the signal, with a `TimeoutError`, or with a
   * `MoverError` `ERR_MOVER_CLOSED`.
   */
  async wait<T>(future: Future<T>, options: WaitOneOptions = noOptions): Promise<T> {
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
   * the first of these in the array. The signal cancels all.
   */
  async waitAll<const F extends readonly Future<unknown>[]>(
    futures: F,
    options: WaitOptions = noOptions,
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
   * promise, a timer, a message) cannot complete meanwhile: give `timeoutMs` where that may be. Nor can the
   * future whose own task or step calls this.
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
    // All that failed are looked at.
    list.forEach(lookAt);
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
    if (this !== Runtime.#default) Runtime.default.#turns.sweep(Infinity);
    return this.#turns.take(looks);
  }

  stats(): RuntimeStats {
    return { ...this.#turns.stats, polls: this.#tasks.polls };
  }

  /** What it polls, and the jobs of movers for the default runtime, keep the process alive: the default. */
  ref(): this {
    this.#turns.keepAlive(true);
    return this;
  }

  /** They do not; the process ends cleanly when nothing else keeps it. */
  unref(): this {
    this.#turns.keepAlive(false);
    return this;
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

  /**
   * Polls the future until it is complete; what becomes of it is the future's to say.
   *
   * @throws MoverError `ERR_MOVER_CLOSED`; TypeError for what is no future
   */
  drive(future: Future<unknown>): void {
    this.#checkOpen();
    this.#add(checkFuture('future', future), driven);
  }

  /** @internal Number of the wake-up that engines are opened with. */
  get wakeUp(): number {
    return loop.wakeUp;
  }

  #flush(source: Source): void {
    this.#turns.stats.completions += source.turn(Infinity);
    this.#sources.began(source);
    if (source.idle) {
      loop.refresh();
      return;
    }
    this.#sources.add(source);
    loop.add(this.#turns);
  }

  #add(future: Future<unknown>, settled: Settled): void {
    this.#tasks.add(future, settled);
    this.#turns.arrange();
  }

  #listen(future: Future<unknown>, settled: Settled): void {
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
      this.#listen(future, (broken) => {
        try {
          const { error } = broken ?? future;
          if (error === undefined) resolve(future.output);
          else reject(error);
        } catch (error) {
          reject(thrown(error));
        }
      });
    });
  }

  #finish(futures: readonly Future<unknown>[], timeoutMs: number): void {
    if (!futures.every((future) => future.done)) this.#checkOpen();
    finishSync(futures, timeoutMs, this.#settings, {
      sweep: () => Runtime.default.#turns.sweep(Infinity),
      block: (milliseconds, idle) => {
        loop.block(milliseconds, idle);
      },
    });
  }

  async #close(): Promise<void> {
    if (this.#tasks.pending === 0) return;
    await new Promise<void>((resolve) => {
      this.#turns.closing = resolve;
      this.#turns.arrange();
    });
  }
}

/** Whoever wants a future driven asks nothing more of the runtime. */
const driven = (broken?: Broken): void => {
  if (broken !== undefined) breakOff(broken.future, broken.error);
};

standard.driver = () => Runtime.default;
