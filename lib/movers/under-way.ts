import { setTimeout } from '../clock';
import { conceal } from '../conceal';
import { closedError } from '../errors';
import { defer, Phase, type BaseFuture } from '../future/base-future';
import { settled } from '../future/combinators';
import { epoch } from '../future/epoch';
import type { Future, FutureProperty } from '../future/future';
import { Line, type Place } from '../future/line';
import type { Notifier } from '../future/notifier';
import { poll } from '../future/poll';
import { PolledFuture } from '../future/polled-future';
import { callTheirs } from '../future/report';

/** When works are looked after that a mover waits for which is being closed. */
const FIRST_LOOK_MS = 5;
const LAST_LOOK_MS = 100;

/** The ends of works, which are others' to cancel and to look at. */
class Ends extends PolledFuture<void> {
  static {
    conceal(this, 'mover.drain()');
  }

  readonly #works: Future<unknown>;

  constructor(works: readonly Future<unknown>[]) {
    super();
    this.#works = settled(works, () => undefined);
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#works.has(property);
  }

  /** @internal */
  override stop(): boolean {
    return true;
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    this.#works.poll(notifier);
    if (this.#works.done) this.complete(undefined);
    return Phase.Running;
  }
}

/**
 * Works of a mover that take more than one job. Like a job, one that has begun goes to its end,
 * whether somebody polls it or not, and the mover does not close before.
 *
 * A work makes the futures of its jobs when it is made itself, or gets them by `Backend.part`: a mover
 * that is being closed gives none otherwise.
 */
export class UnderWay {
  readonly #works = new Line<BaseFuture<unknown>>();
  /** Those that wait for others. None waits for them: each would poll all that came before. */
  readonly #waiting = new WeakSet<BaseFuture<unknown>>();
  readonly #what: string;
  #closed = false;
  #notify: (() => void) | undefined;

  /** @param what - whose they are, for messages */
  constructor(what = 'the mover') {
    this.#what = what;
  }

  get empty(): boolean {
    return this.#works.size === 0;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  checkOpen(): void {
    if (this.#closed) throw closedError(this.#what, 'open another');
  }

  /** Called in the first poll of a work; what it returns is for `end`. @throws MoverError `ERR_MOVER_CLOSED` */
  begin(work: BaseFuture<unknown>): Place<BaseFuture<unknown>> {
    this.checkOpen();
    return this.#works.add(work);
  }

  end(place: Place<BaseFuture<unknown>>): void {
    this.#works.leave(place);
    if (this.empty) this.#notify?.();
  }

  /** Completes when all have ended that began before the work, but for those that wait so themselves. */
  before(work: BaseFuture<unknown>): Future<void> {
    this.#waiting.add(work);
    const works = this.#works.values();
    const before = works.slice(0, works.indexOf(work));
    return new Ends(before.filter((one) => !this.#waiting.has(one)));
  }

  /** No more begin. Undefined when none is under way, else resolves when all have ended. */
  close(): Promise<unknown> | undefined {
    this.#closed = true;
    this.#works.prune(({ done }) => done);
    if (this.empty) return undefined;
    const ended = defer();
    this.#notify = () => {
      ended.resolve(undefined);
    };
    this.#lookAfter(FIRST_LOOK_MS);
    return ended.promise;
  }

  /** Polls what is left, now and then: where a work was cut off in its midst, nobody else does. */
  #lookAfter(milliseconds: number): void {
    setTimeout(() => {
      epoch.now++;
      for (const work of this.#works.values()) callTheirs(() => poll(work, null));
      this.#works.prune(({ done }) => done);
      if (this.empty) this.#notify?.();
      else this.#lookAfter(Math.min(2 * milliseconds, LAST_LOOK_MS));
    }, milliseconds);
  }
}
