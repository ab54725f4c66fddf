import { checkFunction } from '../check';
import { conceal } from '../conceal';
import { thrown } from './as-error';
import { Phase } from './base-future';
import type { Future } from './future';
import type { Notifier } from './notifier';
import { PolledFuture } from './polled-future';

class PromiseFuture<T> extends PolledFuture<T> {
  static {
    conceal(this, 'fromPromise()');
  }

  #start: (() => PromiseLike<T> | T) | undefined;

  constructor(start: () => PromiseLike<T> | T) {
    super();
    this.#start = start;
  }

  has(property: string): boolean {
    return property === 'async' && !this.done;
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    const start = this.#start;
    this.#start = undefined;
    if (start !== undefined) this.#follow(start());
    if (notifier?.useWaker() === undefined) notifier?.usePoller(this);
    return Phase.Running;
  }

  override stop(): boolean {
    return this.phase === Phase.Idle && !this.polling;
  }

  #follow(promise: PromiseLike<T> | T): void {
    Promise.resolve(promise).then(
      (value) => {
        this.complete(value);
      },
      (error: unknown) => {
        this.fail(thrown(error));
      },
    );
  }
}

/**
 * A promise as a future: `start` is called at the first poll. It completes in the event loop only,
 * so that waiting for it synchronously never ends.
 *
 * @throws TypeError when `start` is no function
 */
export function fromPromise<T>(start: () => PromiseLike<T>): Future<T> {
  checkFunction('start', start);
  return new PromiseFuture(start);
}
