import type { Future } from './future';
import type { Notifier } from './notifier';

/** Polls the future if it is of the class that this is of; whether it is. */
type Poll = (future: Future<unknown>, notifier: Notifier | null) => boolean;

/** Those of our classes, by private methods: a program cannot put others in their place. */
export const polls: Poll[] = [];

/** Polls a future, one of ours by what it is, whatever it says that it does. */
export function poll(future: Future<unknown>, notifier: Notifier | null): void {
  for (const own of polls) if (own(future, notifier)) return;
  future.poll(notifier);
}
