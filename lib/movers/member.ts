import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { Phase } from '../future/base-future';
import type { Future, FutureProperty } from '../future/future';
import type { Notifier } from '../future/notifier';
import { PolledFuture } from '../future/polled-future';
import type { Operation } from '../operations/operation';

/** An operation that is done as a part of a whole. Its turn comes with the whole, so whoever polls it polls that. */
export class Member<T> extends PolledFuture<T> {
  static {
    conceal(this, 'operations of a batch or sequence');
  }

  readonly index: number;
  readonly #operation: Operation<T> | undefined;
  #job: Future<unknown> | undefined;
  /** The result, where it is not that of the job. */
  #value: { readonly value: T } | undefined;
  /** What is to be polled, and what does the work: that goes on behind a whole whose limit is over. */
  #whole: Future<unknown> | undefined;
  #work: Future<unknown> | undefined;

  /** @param operation - absent for one whose arguments were refused */
  constructor(index: number, operation: Operation<T> | undefined) {
    super();
    this.index = index;
    this.#operation = operation;
  }

  /** What carries it out, where there is anything to be done: to be polled by the whole alone. */
  get job(): Future<unknown> | undefined {
    return this.#job;
  }

  /**
   * @param job - several members may share one
   * @param value - the result, where it is not that of the job
   */
  assign(job: Future<unknown> | undefined, value?: { readonly value: T }): void {
    this.#job = job;
    this.#value = value;
  }

  /** Whether what has to wait for it may begin. */
  get succeeded(): boolean {
    if (this.phase !== Phase.Complete) return false;
    return this.#operation?.succeeded?.(this.output) ?? true;
  }

  /** From now on it can be polled. */
  join(whole: Future<unknown>, work: Future<unknown>): void {
    this.#whole = whole;
    this.#work = work;
    if (this.deferred?.driven === true) this.drive();
    this.wake();
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#job?.has(property) === true;
  }

  /** The job is done. */
  settle(): void {
    if (this.done) return;
    const error = this.#job?.error;
    if (error !== undefined) this.fail(withIndex(error, this.index));
    else this.complete(this.#value === undefined ? (this.#job!.output as T) : this.#value.value);
  }

  /** Its turn will not come. */
  skip(error: Error): void {
    if (this.done) return;
    this.#job?.cancel(error);
    this.fail(error);
  }

  /** What becomes of those that had to wait for one that did not succeed. */
  abandonFor(failed: string): void {
    const operation = this.#operation?.name;
    const text = `${operation ?? 'the operation'}: not attempted, since ${failed} did not succeed`;
    const { index } = this;
    this.skip(new MoverError('ERR_MOVER_NOT_ATTEMPTED', text, { operation, index }));
  }

  /** @internal */
  override stop(reason: unknown): boolean {
    const job = this.#job;
    // It may have failed already, with another member, or from the start.
    return job === undefined || job.cancel(reason) || job.error !== undefined;
  }

  /** @internal Before there is a whole, nothing can be done. */
  override drive(...[driver]: Parameters<PolledFuture<T>['drive']>): void {
    if (this.#whole !== undefined) super.drive(driver);
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    if (this.#whole === undefined) notifier?.useWaker();
    else (this.#whole.done ? this.#work! : this.#whole).poll(notifier);
    return this.#job === undefined || this.#job.state === 0 ? Phase.Idle : Phase.Running;
  }
}

function withIndex(error: Error, index: number): Error {
  if (!(error instanceof MoverError)) return error;
  const { code, message, operation, status, bytesCompleted, fault } = error;
  return new MoverError(code, message, { operation, status, bytesCompleted, fault, index });
}
