import type { Notifier, Wake, Wakers } from '../future/notifier';
import { Slot } from '../future/slot';

/** What concerns a job that was started, was given a signal, or wakes those who wait for it. */
export interface Attention {
  readonly eager: boolean;
  /** To be listened to as soon as the job begins or waits in line. */
  readonly signal: AbortSignal | undefined;
  /** Stops listening to the signal. */
  readonly unlisten: (() => void) | undefined;
  /** Why the signal fired when it was too late to withdraw the job. */
  readonly late: Error | undefined;
  /** To be called when the job is done. */
  readonly wakers: Wakers | undefined;
}

/** That of most jobs, so that they need none of their own. Nothing is left to Object.prototype. */
export const unwatched: Attention = {
  eager: false,
  signal: undefined,
  unlisten: undefined,
  late: undefined,
  wakers: undefined,
};
export const started: Attention = { ...unwatched, eager: true };

/**
 * Chooses for a job how it is noticed.
 *
 * @param visible - reads whether its record is there; none before it has one
 * @param preferred - where both ways are offered
 * @returns the waker, where that is the way
 */
export function choose(
  notifier: Notifier,
  visible: (() => boolean) | undefined,
  preferred: 'waker' | 'poller',
): Wake | undefined {
  const watch = (): boolean => visible !== undefined && notifier.usePoller(new Slot(visible));
  if (preferred === 'poller' && watch()) return undefined;
  const wake = notifier.useWaker();
  if (wake === undefined) watch();
  return wake;
}
