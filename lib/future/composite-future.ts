import { conceal } from '../conceal';
import { asError } from './as-error';
import type { Future } from './future';
import { PolledFuture } from './polled-future';

/** Cancels a part, which need not be looked at then; false when it has to be waited for. */
export const stopPart = (part: Future<unknown>, reason: Error): boolean =>
  part.cancel(reason) || part.done;

/**
 * A future made of others. When it is cancelled while one of them has to be waited for, or from
 * within its own poll, no further one begins, and it fails in the end.
 */
export abstract class CompositeFuture<T> extends PolledFuture<T> {
  static {
    conceal(this, 'chain(), all(), race() and loop()');
  }

  #cancelled: Error | undefined = undefined;

  /** @internal Why it was cancelled. */
  protected get cancelled(): Error | undefined {
    return this.#cancelled;
  }

  /** @internal Cancels the parts; false when one of them has to be waited for. */
  protected abstract stopParts(reason: Error): boolean;

  /** @internal */
  override stop(reason: unknown): boolean {
    this.#cancelled ??= asError(reason);
    return this.stopParts(this.#cancelled) && !this.polling;
  }

  /** @internal What parts do after a cancellation does not matter. */
  override fail(error: Error): void {
    super.fail(this.#cancelled ?? error);
  }

  /** @internal Parts may have something to clean up. */
  override abandon(reason?: unknown): void {
    this.cancelOrDrive(reason);
  }

  /** @internal Before another part begins. @throws the reason of a cancellation */
  protected checkCancelled(): void {
    if (this.#cancelled !== undefined) throw this.#cancelled;
  }
}
