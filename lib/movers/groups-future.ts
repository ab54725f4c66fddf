import { MoverError } from '../errors';
import { asError, completed, Phase } from '../future/base-future';
import { settled } from '../future/combinators';
import { CompositeFuture } from '../future/composite-future';
import type { Future, FutureProperty } from '../future/future';
import type { Notifier } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import type { Backend } from './backend';
import type { Member } from './member';

const nothing = completed(undefined);

/** Groups of members, in order. */
export type Groups = readonly (readonly Member<unknown>[])[];

/**
 * Operations as a whole: the members of a group run side by side, and a group begins when the one
 * before has ended. When a member of that did not succeed, no further group is attempted.
 */
export abstract class GroupsFuture<R> extends CompositeFuture<R> {
  protected readonly members: readonly Member<unknown>[];
  readonly #groups: Groups;
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
    this.members = groups.flat();
    this.#backend = backend;
    this.#signal = signal;
    this.#eager = eager;
    for (const member of this.members) member.join(this);
  }

  has(property: FutureProperty): boolean {
    const pending = this.members.filter(({ job }) => job?.done === false);
    return pending.length > 0 && pending.every((member) => member.has(property));
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return super.cancel(reason);
  }

  override complete(value: R): void {
    super.complete(value);
    this.#end();
  }

  override fail(error: Error): void {
    super.fail(error);
    for (const member of this.members) member.skip(this.outcome as Error);
    this.#end();
    if (this.#eager) void this.promise();
  }

  /** What a member is called in messages. */
  protected abstract nameOf(index: number): string;

  /** All is done that is to be. @throws what the whole fails with */
  protected abstract conclude(): R;

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.phase === Phase.Idle) this.#begin();
    while (!this.done) {
      this.#current ??= this.#beginGroup();
      if (this.#current === undefined) {
        this.complete(this.conclude());
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
    return this.members
      .filter(({ done }) => !done)
      .map((member) => member.cancel(reason))
      .every(Boolean);
  }

  /** The error of a member that failed; bad arguments are its cause. */
  protected errorOf({ error, index }: Member<unknown>): MoverError {
    if (error instanceof MoverError) return error;
    const text = `${this.nameOf(index)}: ${error!.message}`;
    return Object.assign(new MoverError('ERR_MOVER_BATCH', text, { index }), { cause: error });
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
      for (const member of this.members) member.abandonFor(this.nameOf(failed.index));
      return undefined;
    }
    const settle = (index: number): void => {
      group[index].settle();
    };
    const jobs = settled(
      group.map(({ job }) => job ?? nothing),
      settle,
    );
    this.#backend.together?.(() => jobs.poll());
    return jobs;
  }

  #end(): void {
    this.#unlisten?.();
    this.#backend.underWay.end(this);
  }
}
