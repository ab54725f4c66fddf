import { asError } from './base-future';
import { PolledFuture } from './polled-future';

/**
 * A future made of others. When it is cancelled while one of them has to be waited for, no further
 * one begins, and it fails in the end.
 */
export abstract class CompositeFuture<T> extends PolledFuture<T> {
  #cancelled: Error | undefined;

  /** @internal Cancels the parts under way; false when one of them has to be waited for. */
  protected abstract stopParts(reason: Error): boolean;

  /** @internal */
  override stop(reason: unknown): boolean {
    const error = asError(reason);
    this.#cancelled = error;
    return this.stopParts(error);
  }

  /** @internal Before another part begins. @throws the reason of a cancellation */
  protected checkCancelled(): void {
    if (this.#cancelled !== undefined) throw this.#cancelled;
  }
}
