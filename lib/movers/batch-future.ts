import { MoverError } from '../errors';
import { asError, Phase } from '../future/base-future';
import { settled } from '../future/combinators';
import { CompositeFuture } from '../future/composite-future';
import type { Future, FutureProperty } from '../future/future';
import type { Notifier } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import { PolledFuture } from '../future/polled-future';
import type { Operation } from '../operations/operation';
import type { Backend } from './backend';

/** How a batch ended. */
export interface BatchResult {
  /** Members that ended without an error. */
  readonly completed: number;
  /** Whether all members ended without an error, as expected where something was, and with every field good. */
  readonly ok: boolean;
  /** That of the first member that failed; its `index` says which. Bad arguments are its `cause`. */
  readonly firstError?: MoverError;
}

/** An operation in a batch. Its turn comes with the batch, so whoever polls it polls that. */
export class BatchMember<T> extends PolledFuture<T> {
  readonly index: number;
  readonly #operation: Operation<T> | undefined;
  readonly #job: Future<T>;
  batch: BatchFuture | undefined;

  /** @param operation - absent for one whose arguments were refused */
  constructor(index: number, operation: Operation<T> | undefined, job: Future<T>) {
    super();
    this.index = index;
    this.#operation = operation;
    this.#job = job;
  }

  /** What carries it out: to be polled by the batch alone. */
  get job(): Future<T> {
    return this.#job;
  }

  /** Whether a fence lets pass what comes behind it. */
  get succeeded(): boolean {
    if (this.phase !== Phase.Complete) return false;
    return this.#operation?.succeeded?.(this.output) ?? true;
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#job.has(property);
  }

  /** The job is done. */
  settle(): void {
    const { error } = this.#job;
    if (error === undefined) this.complete(this.#job.output);
    else this.fail(withIndex(error, this.index));
  }

  /** Its turn will not come. */
  skip(error: Error): void {
    if (this.done) return;
    this.#job.cancel(error);
    this.fail(error);
  }

  /** What becomes of those behind a fence after a failure. */
  abandonBehind(failed: BatchMember<unknown>): void {
    const operation = this.#operation?.name;
    const text = `${operation ?? 'the operation'}: not attempted, since member ${String(failed.index)} of the batch, before a fence, did not succeed`;
    const { index } = this;
    this.skip(new MoverError('ERR_MOVER_NOT_ATTEMPTED', text, { operation, index }));
  }

  /** @internal */
  override stop(reason: unknown): boolean {
    return this.#job.cancel(reason);
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    this.batch?.poll(notifier);
    return this.#job.state === 0 ? Phase.Idle : Phase.Running;
  }
}

function withIndex(error: Error, index: number): Error {
  if (!(error instanceof MoverError)) return error;
  const { code, message, operation, status, bytesCompleted, fault } = error;
  return new MoverError(code, message, { operation, status, bytesCompleted, fault, index });
}

/** Groups of members, in order: the fences lie between them. */
export type Groups = readonly (readonly BatchMember<unknown>[])[];

/** A batch: the members of a group run side by side, and a group begins when the one before has ended. */
export class BatchFuture extends CompositeFuture<BatchResult> {
  readonly #groups: Groups;
  readonly #members: readonly BatchMember<unknown>[];
  readonly #signal: AbortSignal | undefined;
  readonly #backend: Backend;
  /** A failure that nobody looks at is reported. */
  #eager: boolean;
  #next = 0;
  #current: Future<unknown> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(groups: Groups, backend: Backend, signal: AbortSignal | undefined, eager: boolean) {
    super();
    this.#groups = groups;
    this.#members = groups.flat();
    this.#backend = backend;
    this.#signal = signal;
    this.#eager = eager;
    for (const member of this.#members) member.batch = this;
  }

  has(property: FutureProperty): boolean {
    const pending = this.#members.filter(({ done }) => !done);
    return pending.length > 0 && pending.every((member) => member.has(property));
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return super.cancel(reason);
  }

  override complete(value: BatchResult): void {
    super.complete(value);
    this.#end();
  }

  override fail(error: Error): void {
    super.fail(error);
    for (const member of this.#members) member.skip(this.outcome as Error);
    this.#end();
    if (this.#eager) void this.promise();
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.phase === Phase.Idle) this.#begin();
    while (!this.done) {
      this.#current ??= this.#beginGroup();
      if (this.#current === undefined) {
        this.complete(this.#result());
        break;
      }
      notifier?.clear();
      this.#current.poll(notifier);
      if (!this.#current.done) break;
      this.checkCancelled();
      this.#current = undefined;
    }
    return Phase.Running;
  }

  protected override stopParts(reason: Error): boolean {
    return this.#members
      .filter(({ done }) => !done)
      .map((member) => member.cancel(reason))
      .every(Boolean);
  }

  /** @throws the reason of a signal that was aborted before */
  #begin(): void {
    const signal = this.#signal;
    if (signal?.aborted === true) throw asError(signal.reason);
    this.phase = Phase.Running;
    if (signal !== undefined) {
      this.#unlisten = onAbort(signal, () => {
        super.cancel(signal.reason);
      });
    }
    this.#backend.underWay.begin(this);
  }

  /** Undefined when all is done that is to be. */
  #beginGroup(): Future<unknown> | undefined {
    const next = this.#next++;
    const group = this.#groups.at(next);
    if (group === undefined) return undefined;
    const before = next === 0 ? [] : this.#groups[next - 1];
    const failed = before.find(({ succeeded }) => !succeeded);
    if (failed !== undefined) {
      for (const member of this.#members) member.abandonBehind(failed);
      return undefined;
    }
    const settle = (index: number): void => {
      group[index].settle();
    };
    const jobs = settled(
      group.map(({ job }) => job),
      settle,
    );
    this.#backend.together?.(() => jobs.poll());
    return jobs;
  }

  #result(): BatchResult {
    const members = this.#members;
    const failed = members.find(({ error }) => error !== undefined);
    const result = {
      completed: members.filter(({ error }) => error === undefined).length,
      ok: members.every(({ succeeded }) => succeeded),
    };
    return failed === undefined ? result : { ...result, firstError: errorOf(failed) };
  }

  #end(): void {
    this.#unlisten?.();
    this.#backend.underWay.end(this);
  }
}

function errorOf({ error, index }: BatchMember<unknown>): MoverError {
  if (error instanceof MoverError) return error;
  const text = `member ${String(index)} of the batch: ${error!.message}`;
  return Object.assign(new MoverError('ERR_MOVER_BATCH', text, { index }), { cause: error });
}
