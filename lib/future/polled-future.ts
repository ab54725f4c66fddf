import { conceal } from '../conceal';
import { thrown } from './as-error';
import { BaseFuture, failByForce, Phase } from './base-future';
import { standard, type Driver } from './driver';
import { epoch } from './epoch';
import type { Future, FutureState } from './future';
import { offered, wakeAll, type Notifier, type Wakers } from './notifier';
import { polls } from './poll';

/**
 * Fails a future that throws, since a program has put others in the place of its methods.
 *
 * @throws the error where it is of another class
 */
export let breakOff: (future: Future<unknown>, error: Error) => void;

/**
 * A future that makes its progress inside `poll()`: a subclass says how in `advance`, and the
 * runtime polls it when a promise is wanted.
 */
export abstract class PolledFuture<T> extends BaseFuture<T> {
  static {
    conceal(this, 'future()');
    polls.push((future, notifier) => {
      if (!(#polling in future)) return false;
      (future as PolledFuture<unknown>).#poll(notifier);
      return true;
    });
    breakOff = (future, error) => {
      if (!(#polling in future)) throw error;
      (future as PolledFuture<unknown>).#breakOff(error);
    };
  }

  /** The epoch in which it is being polled; 0: it is not. */
  #polling = 0;
  #wakers: Wakers | undefined;
  /** Whom it is waking, and in which epoch: they stay where that was cut off, and are woken once more. */
  #waking: Wakers | undefined;
  #wakingIn = 0;

  /**
   * @internal Makes progress: completes, fails (throwing does), or says what it is now.
   *
   * @param notifier - cleared; what it used at the end is what wakes this future
   */
  protected abstract advance(notifier: Notifier | null): Phase.Idle | Phase.Running;

  /** @internal Within `poll()`. */
  protected get polling(): boolean {
    return this.#polling === epoch.now;
  }

  protected set polling(polling: boolean) {
    this.#polling = polling ? epoch.now : 0;
  }

  poll(notifier?: Notifier | null): FutureState {
    return this.#poll(offered(notifier));
  }

  #poll(offer: Notifier | null): FutureState {
    // A future that polls itself, however deep, makes no progress by it.
    if (this.done || this.#polling === epoch.now) return this.state;
    // Who polls need not be woken by what this poll does.
    if (offer !== null) this.#wakers?.delete(offer);
    this.#polling = epoch.now;
    try {
      this.#remain(this.advance(offer), offer);
    } catch (error) {
      this.fail(thrown(error));
    } finally {
      this.#polling = 0;
    }
    return this.state;
  }

  /** @internal The first outcome counts. */
  override complete(value: T): void {
    if (this.done) return;
    super.complete(value);
    this.wake();
  }

  /** @internal */
  override fail(error: Error): void {
    if (this.done) return;
    super.fail(error);
    this.wake();
  }

  /** @internal */
  override drive(driver: Driver = standard.driver()): void {
    driver.drive(this);
  }

  override [Symbol.dispose](): void {
    this.cancelOrDrive();
  }

  /** @internal What has to be waited for is waited for by the event loop. */
  protected cancelOrDrive(reason?: unknown): void {
    if (!this.cancel(reason) && !this.done) this.drive();
  }

  /** Its class lets go of what it has, if its methods still are what they were; it ends in any case. */
  #breakOff(error: Error): void {
    try {
      const methods = Object.getPrototypeOf(this) as this;
      methods.fail.call(this, error);
    } catch {
      // A program has put others there, too.
    }
    if (failByForce(this, error)) this.#wake();
  }

  /** @internal It is time to poll again: whoever took the waker does it. */
  protected wake(): void {
    this.#wake();
  }

  #wake(): void {
    const left = this.#wakingIn === epoch.now ? undefined : this.#waking;
    const wakers = this.#wakers;
    if (left === undefined && wakers === undefined) return;
    this.#waking = wakers ?? left;
    this.#wakingIn = epoch.now;
    this.#wakers = undefined;
    if (left !== undefined) wakeAll(left);
    if (wakers !== undefined) wakeAll(wakers);
    this.#waking = undefined;
  }

  #remain(phase: Phase.Idle | Phase.Running, notifier: Notifier | null): void {
    if (this.done) return;
    this.phase = phase;
    if (notifier?.used !== 'waker') return;
    const wake = notifier.useWaker();
    if (wake === undefined) return;
    this.#wakers ??= new Map();
    this.#wakers.set(notifier, wake);
  }
}
