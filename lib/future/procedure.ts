import { conceal } from '../conceal';
import { cutOffError } from '../errors';
import { CompositeFuture, stopPart } from './composite-future';
import { Phase } from './base-future';
import type { Future, FutureProperty } from './future';
import type { Notifier } from './notifier';

/**
 * What a procedure does, written as a generator: it yields a future to wait for, and goes on with the
 * output of that, or with the error, which is thrown where it waits.
 */
export type Steps<T> = Generator<Future<unknown>, T>;

/**
 * A future that is written as a generator. It goes on in its polls alone, as far as the futures that
 * it waits for are complete, so that one which waits for nothing is complete after its first poll.
 *
 * Cancelled, it waits for what is under way; then the reason is thrown where it waits.
 */
export class Procedure<T> extends CompositeFuture<T> {
  static {
    conceal(this, 'operations of a mover');
  }

  #begin: ((self: Procedure<T>) => Steps<T>) | undefined;
  #steps: Steps<T> | undefined;
  #current: Future<unknown> | undefined;
  /** It goes on or concludes, or was cut off while it did: then no generator can go on. */
  #stepping = false;

  /** @param begin - called in the first poll */
  constructor(begin: (self: Procedure<T>) => Steps<T>) {
    super();
    this.#begin = begin;
  }

  has(property: FutureProperty): boolean {
    return !this.done && this.#current?.has(property) === true;
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (this.#stepping) throw cutOffError();
    const steps = (this.#steps ??= this.#begin!(this));
    for (;;) {
      const current = this.#current;
      if (current !== undefined) {
        notifier?.clear();
        current.poll(notifier);
        if (!current.done) return Phase.Running;
      }
      const failure = current?.error;
      const error = this.cancelled ?? failure;
      this.#stepping = true;
      const { done, value } =
        error === undefined ? steps.next(current?.output) : steps.throw(error);
      if (done === true) {
        // The generator says it once.
        this.checkCancelled();
        this.complete(value);
        return Phase.Running;
      }
      this.#current = value;
      this.#stepping = false;
    }
  }

  protected override stopParts(reason: Error): boolean {
    const current = this.#current;
    if (current !== undefined && !stopPart(current, reason)) return false;
    // From within its own poll it cannot be ended; that comes to it by itself.
    if (!this.polling) this.#steps?.return(undefined as T);
    return true;
  }

  override complete(value: T): void {
    super.complete(value);
    this.#letGo();
  }

  override fail(error: Error): void {
    super.fail(error);
    this.#letGo();
  }

  /** Of what the steps work on. */
  #letGo(): void {
    this.#begin = this.#steps = this.#current = undefined;
  }
}
