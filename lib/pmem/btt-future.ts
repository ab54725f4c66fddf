import { conceal } from '../conceal';
import { Phase } from '../future/base-future';
import type { Notifier } from '../future/notifier';
import { PolledFuture } from '../future/polled-future';

/** What a future asks of its request. */
export interface Requested {
  /** A failure that nobody looks at is reported. */
  reported: boolean;
  /** Leaves the line, if it waits in it yet; whether it did. */
  withdraw(): boolean;
  /** Goes on as far as it can. @param alone - nothing but this call is waited for */
  poll(alone: boolean): void;
}

/** The request has begun: for requests. */
export let began: (future: BttFuture<unknown>) => void;
/** Those who wait for it are woken, if that was cut off: for requests. */
export let wakeAgain: (future: BttFuture<unknown>) => void;

/**
 * What a program has of a request, which goes on whatever becomes of the future: its lane is released
 * also where a program has completed the future itself, or put others in the place of its methods.
 */
export class BttFuture<T> extends PolledFuture<T> {
  static {
    conceal(this, 'operations of a BttDevice');
    began = (future) => {
      future.#began();
    };
    wakeAgain = (future) => {
      future.#wakeAgain();
    };
  }

  readonly #request: Requested;

  constructor(request: Requested) {
    super();
    this.#request = request;
  }

  has(): boolean {
    return !this.done;
  }

  /** @internal It goes on by itself. */
  override drive(): void {
    // Whoever wants its promise need not poll it.
  }

  /** @internal */
  override stop(): boolean {
    return this.#request.withdraw();
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#request.reported = false;
    return super.cancel(reason);
  }

  /** @internal */
  override fail(error: Error): void {
    if (this.done) return;
    super.fail(error);
    if (this.#request.reported) void this.promise();
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    this.#request.poll(notifier === null);
    if (!this.done && notifier?.useWaker() === undefined) notifier?.usePoller(this);
    return Phase.Running;
  }

  #wakeAgain(): void {
    super.wake();
  }

  #began(): void {
    if (super.phase === Phase.Idle) super.phase = Phase.Running;
  }
}
