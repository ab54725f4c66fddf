import { addon } from '../addon';
import { rangeError } from '../errors';

/** A set of jobs that the runtime drives. */
export interface Source {
  /** Jobs that have not completed. */
  readonly pending: number;
  /** Hands over what waits, settles up to `budget` completed jobs, returns how many. Never throws. */
  turn(budget: number): number;
}

/** Completions handled in one turn of the loop, so that timers and sockets keep theirs. */
const BUDGET = 256;

/** How long the loop is polled without a completion before it sleeps, in milliseconds. */
const SPIN_MS = 0.05;

/**
 * Drives jobs inside the event loop: one per agent.
 *
 * While jobs complete in quick succession it looks at their records once in every turn of the loop.
 * After a short spell without a completion it sleeps until an engine wakes it. With nothing pending
 * it does not exist for the loop: no CPU is used and the process may exit.
 */
export class Runtime {
  static #default: Runtime | undefined;

  /** The runtime of this agent: the main thread's or a worker's. */
  static get default(): Runtime {
    return (Runtime.#default ??= new Runtime());
  }

  readonly #sources = new Set<Source>();
  readonly #turn = (): void => {
    this.#immediate = undefined;
    this.#run();
  };
  #immediate: NodeJS.Immediate | undefined;
  #asleep = false;
  #keepAlive = true;
  #lastProgress = 0;

  /** @internal Number of the wake-up that engines are opened with. */
  readonly wakeUp: number;

  private constructor() {
    this.wakeUp = addon().onWake(() => {
      this.#awake();
      this.#lastProgress = performance.now();
      this.#run();
    });
  }

  /** Jobs under way in all movers of this agent; those of this microtask count from its end on. */
  get pending(): number {
    let pending = 0;
    for (const source of this.#sources) pending += source.pending;
    return pending;
  }

  /** Pending jobs keep the process alive: the default. */
  ref(): this {
    return this.#setKeepAlive(true);
  }

  /** Pending jobs do not keep the process alive; it ends cleanly when nothing else does. */
  unref(): this {
    return this.#setKeepAlive(false);
  }

  /** Settles up to `budget` completed jobs now; returns how many. @throws RangeError `ERR_OUT_OF_RANGE` */
  poll(budget: number = BUDGET): number {
    if (!(budget > 0)) {
      throw rangeError('ERR_OUT_OF_RANGE', `budget must be above 0; got ${String(budget)}`);
    }
    let settled = 0;
    for (const source of this.#sources) {
      if (settled >= budget) break;
      settled += source.turn(budget - settled);
      if (source.pending === 0) this.#sources.delete(source);
    }
    return settled;
  }

  /** @internal Drives the source until it has nothing pending. */
  add(source: Source): void {
    this.#sources.add(source);
    this.#lastProgress = performance.now();
    if (this.#asleep) this.#awake();
    this.#schedule();
  }

  #run(): void {
    const settled = this.poll();
    if (this.#sources.size === 0) return;
    const now = performance.now();
    if (settled > 0) this.#lastProgress = now;
    if (now - this.#lastProgress < SPIN_MS || !this.#sleep()) this.#schedule();
  }

  #schedule(): void {
    if (this.#immediate !== undefined) return;
    this.#immediate = setImmediate(this.#turn);
    if (!this.#keepAlive) this.#immediate.unref();
  }

  /** Arms the wake-up, then looks once more: a completion before the arming would not wake. */
  #sleep(): boolean {
    addon().sleep(this.wakeUp, this.#keepAlive);
    this.#asleep = true;
    if (this.poll() === 0 && this.#sources.size > 0) return true;
    this.#awake();
    return this.#sources.size === 0;
  }

  #awake(): void {
    this.#asleep = false;
    addon().awake(this.wakeUp);
  }

  #setKeepAlive(keepAlive: boolean): this {
    this.#keepAlive = keepAlive;
    if (this.#asleep) addon().sleep(this.wakeUp, keepAlive);
    if (keepAlive) this.#immediate?.ref();
    else this.#immediate?.unref();
    return this;
  }
}
