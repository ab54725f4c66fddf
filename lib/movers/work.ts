import { conceal } from '../conceal';
import { asError } from '../future/as-error';
import { Phase, type BaseFuture } from '../future/base-future';
import type { Future } from '../future/future';
import type { Place } from '../future/line';
import type { Notifier } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import { Procedure, type Steps } from '../future/procedure';
import type { Operands } from '../operations/operation';
import type { Backend } from './backend';
import type { Settings } from './options';
import type { Hidden } from './statistics';
import type { UnderWay } from './under-way';

/** What a plan is carried out with. */
export interface Means {
  /** A job of the work, not begun. @throws MoverError as `Backend.part` */
  readonly job: JobOf;
  readonly counts: Hidden;
  /** Completes when the works have ended that began before this one. */
  readonly before: () => Future<void>;
}

export type JobOf = <T, X>(operands: Operands<T, X>) => Future<T>;

/** How an operation is done that takes more than one job. */
export type Plan<T, X> = (operands: Operands<T, X>, means: Means) => Steps<T>;

/**
 * What takes several jobs, as a future. Once it has begun it goes to its end, whether somebody polls
 * it or not, and its mover does not close before.
 */
export class Work<T> extends Procedure<T> {
  static {
    conceal(this, 'operations of a mover');
  }

  readonly #underWay: UnderWay | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Among those that are under way. */
  #place: Place<BaseFuture<unknown>> | undefined;
  #unlisten: (() => void) | undefined;
  #eager = false;

  /** @param underWay - absent for a part of a work that is itself under way */
  constructor(
    begin: (self: Procedure<T>) => Steps<T>,
    underWay: UnderWay | undefined,
    signal: AbortSignal | undefined,
  ) {
    super(begin);
    this.#underWay = underWay;
    this.#signal = signal;
  }

  /** Begins now; a failure that nobody looks at is reported. */
  start(): void {
    if (!this.done) this.poll();
    // Not before: where a script is stopped within, nobody gets it, and nobody could look at its failure.
    this.#eager = true;
    if (this.phase === Phase.Failed) void this.promise();
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return super.cancel(reason);
  }

  override complete(value: T): void {
    super.complete(value);
    this.#end();
  }

  override fail(error: Error): void {
    super.fail(error);
    this.#end();
    if (this.#eager) void this.promise();
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.phase !== Phase.Idle || this.#place !== undefined) return super.advance(notifier);
    this.#enter();
    const phase = super.advance(notifier);
    // Most end on the spot, and need nobody to see to it.
    if (!this.done) this.drive();
    return phase;
  }

  #enter(): void {
    const signal = this.#signal;
    if (signal?.aborted === true) throw asError(signal.reason);
    if (signal !== undefined) {
      this.#unlisten = onAbort(signal, () => {
        super.cancel(signal.reason);
      });
    }
    this.#place = this.#underWay?.begin(this);
  }

  #end(): void {
    this.#unlisten?.();
    if (this.#place !== undefined) this.#underWay?.end(this.#place);
    this.#place = undefined;
  }
}

/**
 * An operation by a plan, as `Backend.operate` gives one that is a single job.
 *
 * @throws MoverError as that does
 */
export function workOf<T, X>(
  plan: Plan<T, X>,
  backend: Backend,
  operands: Operands<T, X>,
  settings: Settings,
  eager: boolean,
): Future<T> {
  const work = new Work(
    stepsBy(plan, backend, operands, settings),
    backend.underWay,
    settings.signal,
  );
  if (settings.signal?.aborted === true) work.cancel(settings.signal.reason);
  if (eager) work.start();
  return work;
}

/** The same as a part of a work that is under way when it begins. @throws MoverError as `workOf` */
export function partialWork<T, X>(
  plan: Plan<T, X>,
  backend: Backend,
  operands: Operands<T, X>,
  settings: Settings,
): Future<T> {
  return new Work(stepsBy(plan, backend, operands, settings), undefined, settings.signal);
}

function stepsBy<T, X>(
  plan: Plan<T, X>,
  backend: Backend,
  operands: Operands<T, X>,
  settings: Settings,
): (self: Procedure<T>) => Steps<T> {
  backend.admit(operands, settings);
  const job: JobOf = (part) => backend.part(part, settings);
  const { hidden: counts, underWay } = backend;
  return (self) => plan(operands, { job, counts, before: () => underWay.before(self) });
}
