import { clearTimeout, clock, setTimeout } from '../clock';
import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { Phase, type BaseFuture } from '../future/base-future';
import { standard } from '../future/driver';
import { FutureState, type Future, type FutureProperty } from '../future/future';
import type { Place } from '../future/line';
import type { Notifier } from '../future/notifier';
import { PolledFuture } from '../future/polled-future';
import type { OpName } from '../operations/operation';
import type { UnderWay } from './under-way';

/**
 * Work that has a limit: when its time is up this future fails, whatever an engine does then. What has
 * not begun is withdrawn. What has goes on to its end behind the failure, and keeps its memory until
 * then; so its mover does not close before, and a drain waits for it.
 */
export class LimitedFuture<T> extends PolledFuture<T> {
  static {
    conceal(this, 'operations of a mover with timeoutMs');
  }

  readonly #work: Future<T>;
  readonly #milliseconds: number;
  readonly #name: OpName | undefined;
  readonly #limits: UnderWay | undefined;
  #place: Place<BaseFuture<unknown>> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the time is up, by the clock. */
  #end = Infinity;
  #eager = false;
  /** Somebody relies on its end: the timer keeps the process alive until then. */
  #awaited = false;

  /**
   * @param work - not begun: the time is that from the first poll on
   * @param limits - its mover's: who does not close before this future has ended, too
   */
  constructor(
    work: Future<T>,
    milliseconds: number,
    name: OpName | undefined,
    limits: UnderWay | undefined,
  ) {
    super();
    this.#work = work;
    this.#milliseconds = milliseconds;
    this.#name = name;
    this.#limits = limits;
  }

  /** Begins now; the event loop finishes it, and a failure that nobody looks at is reported. */
  start(): void {
    this.#eager = this.#awaited = true;
    // What is under way by itself is not hurried: the event loop shall have its turns.
    if (this.#work.state === FutureState.Running) this.#arm();
    else this.poll();
    if (this.done) {
      void this.promise();
      return;
    }
    // For what found no room: who wants a promise waits in line, before all that come later.
    if (this.#work.state === FutureState.Idle) this.#work.promise().catch(() => undefined);
    this.drive();
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#work.has(property);
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return super.cancel(reason);
  }

  override complete(value: T): void {
    clearTimeout(this.#timer);
    super.complete(value);
    this.#leave();
  }

  override fail(error: Error): void {
    clearTimeout(this.#timer);
    super.fail(error);
    if (this.#eager) void this.promise();
    this.#leave();
  }

  /** @internal */
  override drive(...[driver]: Parameters<PolledFuture<T>['drive']>): void {
    this.#awaited = true;
    this.#timer?.ref();
    super.drive(driver);
  }

  /** @internal */
  override stop(reason: unknown): boolean {
    return this.#work.cancel(reason);
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    const work = this.#work;
    if (this.#timer === undefined) this.#arm();
    work.poll(notifier);
    if (work.done) this.#conclude();
    else if (clock() >= this.#end) throw this.#expire();
    // A location that says nothing of the time.
    if (notifier?.used === 'poller') notifier.clear();
    return work.state === Phase.Idle ? Phase.Idle : Phase.Running;
  }

  /** Polls look at the clock, too: the thread may be blocked while it waits. */
  #arm(): void {
    this.#place ??= this.#limits?.begin(this);
    this.#end = clock() + this.#milliseconds;
    this.#timer = setTimeout(() => {
      // Timers may come some part of a millisecond early.
      this.#end = 0;
      this.poll();
    }, this.#milliseconds);
    if (!this.#awaited) this.#timer.unref();
  }

  #leave(): void {
    if (this.#place !== undefined) this.#limits?.end(this.#place);
  }

  #conclude(): void {
    const { error } = this.#work;
    if (error !== undefined) throw error;
    this.complete(this.#work.output);
  }

  /** Leaves the work to itself; returns what is to be said. */
  #expire(): MoverError {
    const operation = this.#name;
    const text =
      `${operation ?? 'the whole'}: not complete after ${String(this.#milliseconds)} ms; ` +
      'an engine may still use its memory, so use what it writes no more';
    const error = new MoverError('ERR_MOVER_TIMEOUT', text, { operation });
    if (!this.#work.cancel(error)) standard.driver().drive(this.#work);
    return error;
  }
}

/**
 * The work, with a limit of so many milliseconds.
 *
 * @param work - not begun
 * @param eager - it begins now, and a failure that nobody looks at is reported
 * @param name - of the operation; undefined for what is made of several
 * @param limits - see the constructor
 */
export function limited<T>(
  work: Future<T>,
  milliseconds: number,
  eager: boolean,
  name?: OpName,
  limits?: UnderWay,
): Future<T> {
  const future = new LimitedFuture(work, milliseconds, name, limits);
  if (eager) future.start();
  return future;
}
