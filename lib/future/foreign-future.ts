import { conceal } from '../conceal';
import { brands, Phase, type BaseFuture } from './base-future';
import type { Future, FutureProperty } from './future';
import type { Notifier } from './notifier';
import { PolledFuture } from './polled-future';

/** A future of somebody else's making, kept to the rules: nothing that it does throws. */
class ForeignFuture<T> extends PolledFuture<T> {
  static {
    conceal(this, 'what is given a future of another library');
  }

  readonly #future: Future<T>;

  constructor(future: Future<T>) {
    super();
    this.#future = future;
  }

  has(property: FutureProperty): boolean {
    try {
      return !this.done && this.#future.has(property);
    } catch {
      return false;
    }
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    const future = this.#future;
    if (!future.done) {
      notifier?.clear();
      future.poll(notifier);
    }
    if (future.done) {
      const { error } = future;
      if (error !== undefined) throw error;
      this.complete(future.output);
    }
    return future.state === Phase.Idle ? Phase.Idle : Phase.Running;
  }

  /** Where it was cancelled, the next poll takes over its failure. */
  override cancel(reason?: unknown): boolean {
    this.looked();
    try {
      if (this.done || !this.#future.cancel(reason)) return false;
    } catch {
      return false;
    }
    this.poll();
    return true;
  }
}

const adopted = new WeakMap<Future<unknown>, Future<unknown>>();

/** The future itself, or the one of ours that stands for it where it is not. */
export function adopt<T>(future: Future<T>): Future<T> {
  if (isOurs(future)) return future;
  const known = adopted.get(future) as Future<T> | undefined;
  if (known !== undefined) return known;
  const own = new ForeignFuture(future);
  adopted.set(future, own);
  return own;
}

/** Cancels it; one that has something to clean up is seen to its end. */
export function abandon(future: Future<unknown>, reason?: unknown): void {
  if (isOurs(future)) future.abandon(reason);
  else future.cancel(reason);
}

/** Where it failed, somebody has looked at it. */
export function lookAt(future: Future<unknown>): void {
  if (isOurs(future)) future.looked();
}

/** Not by its prototype, which a proxy of one has, too, and what a program makes of one. */
function isOurs<T>(future: Future<T>): future is BaseFuture<T> {
  return brands.some((isOf) => isOf(future));
}
