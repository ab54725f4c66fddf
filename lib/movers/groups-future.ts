import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { completed } from '../future/base-future';
import { settled } from '../future/combinators';
import type { Future, FutureProperty } from '../future/future';
import type { Steps } from '../future/procedure';
import type { Backend } from './backend';
import { LimitedFuture } from './limited-future';
import type { Member } from './member';
import type { UnderWay } from './under-way';
import { Work } from './work';

const nothing = completed(undefined);

/** Groups of members, in order. */
export type Groups = readonly (readonly Member<unknown>[])[];

/**
 * Operations as a whole: the members of a group run side by side, and a group begins when the one
 * before has ended. When a member of that did not succeed, no further group is attempted.
 */
export abstract class GroupsFuture<R> extends Work<R> {
  static {
    conceal(this, 'mover.batch() and the run() of a sequence');
  }

  protected readonly members: readonly Member<unknown>[];
  readonly #limits: UnderWay;

  constructor(groups: Groups, backend: Backend, signal: AbortSignal | undefined) {
    super(() => this.#steps(groups, backend), backend.underWay, signal);
    this.members = groups.flat();
    this.#limits = backend.limits;
  }

  /** As it is given out: with its limit, and begun if it is eager. Its members can be polled from now on. */
  give(timeoutMs: number | undefined, eager: boolean): Future<R> {
    const whole =
      timeoutMs === undefined
        ? this
        : new LimitedFuture<R>(this, timeoutMs, undefined, this.#limits);
    for (const member of this.members) member.join(whole, this);
    if (eager) whole.start();
    return whole;
  }

  override has(property: FutureProperty): boolean {
    const pending = this.members.filter(({ job }) => job?.done === false);
    return pending.length > 0 && pending.every((member) => member.has(property));
  }

  override fail(error: Error): void {
    if (this.done) return;
    super.fail(error);
    for (const member of this.members) member.skip(this.outcome as Error);
  }

  /** What a member is called in messages. */
  protected abstract nameOf(index: number): string;

  /** All is done that is to be. @throws what the whole fails with */
  protected abstract conclude(): R;

  /** The error of a member that failed; bad arguments are its cause. */
  protected errorOf({ error, index }: Member<unknown>): MoverError {
    if (error instanceof MoverError) return error;
    const text = `${this.nameOf(index)}: ${error!.message}`;
    return Object.assign(new MoverError('ERR_MOVER_BATCH', text, { index }), { cause: error });
  }

  *#steps(groups: Groups, backend: Backend): Steps<R> {
    let before: Groups[number] = [];
    for (const group of groups) {
      const failed = before.find(({ succeeded }) => !succeeded);
      if (failed !== undefined) {
        for (const member of this.members) member.abandonFor(this.nameOf(failed.index));
        break;
      }
      const jobs = settled(
        group.map(({ job }) => job ?? nothing),
        (index) => {
          group[index].settle();
        },
      );
      backend.together?.(() => jobs.poll());
      yield jobs;
      before = group;
    }
    return this.conclude();
  }
}
