import { checkFunction } from '../check';
import { conceal } from '../conceal';
import { typeError } from '../errors';
import { Phase } from './base-future';
import { CompositeFuture, stopPart } from './composite-future';
import type { Future, FutureProperty } from './future';
import { isThenable, returnedFuture } from './is-future';
import { callWake, type Notifier } from './notifier';

class LoopFuture<T> extends CompositeFuture<T> {
  static {
    conceal(this, 'loop()');
  }

  readonly #body: (turn: number) => Future<T>;
  readonly #until: (value: T) => boolean;
  #turn = 0;
  #current: Future<T> | undefined;

  constructor(body: (turn: number) => Future<T>, until: (value: T) => boolean) {
    super();
    this.#body = body;
    this.#until = until;
  }

  /** What is asked is the future under way. */
  has(property: FutureProperty): boolean {
    return !this.done && (this.#current?.has(property) ?? false);
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.#goOn(notifier) && this.#goOn(notifier)) {
      // Bodies that complete at once shall not hold up the caller: poll again, soon.
      notifier?.clear();
      callWake(notifier?.useWaker());
    }
    return Phase.Running;
  }

  protected override stopParts(reason: Error): boolean {
    return this.#current === undefined || stopPart(this.#current, reason);
  }

  #accepts(value: T): boolean {
    const accepted: unknown = this.#until(value);
    if (!isThenable(accepted)) return Boolean(accepted);
    const text = 'until(value) must return a boolean; got a promise, which nobody waits for';
    throw typeError('ERR_INVALID_RETURN_VALUE', text);
  }

  #begin(): Future<T> {
    this.checkCancelled();
    const current = returnedFuture('body(turn)', this.#body(this.#turn++));
    // The body may have cancelled the loop that it is in.
    if (this.cancelled !== undefined) current.cancel(this.cancelled);
    return current;
  }

  /** Goes on with a turn, or begins one; whether another is to begin. */
  #goOn(notifier: Notifier | null): boolean {
    this.#current ??= this.#begin();
    const current = this.#current;
    notifier?.clear();
    current.poll(notifier);
    if (!current.done) return false;
    this.#current = undefined;
    const { error } = current;
    this.checkCancelled();
    if (error !== undefined) throw error;
    const accepted = this.#accepts(current.output);
    // By `until`.
    this.checkCancelled();
    if (accepted) this.complete(current.output);
    return !accepted;
  }
}

/**
 * Runs the future that `body` gives for turn 0, 1, 2 and so on, until one gives a value that `until`
 * accepts; that is the output. A failure ends the loop. Of turns that complete at once no more than two
 * run in one poll.
 *
 * @throws TypeError for arguments that are no functions
 */
export function loop<T>(
  body: (turn: number) => Future<T>,
  until: (value: T) => boolean,
): Future<T> {
  checkFunction('body', body);
  checkFunction('until', until);
  return new LoopFuture(body, until);
}
