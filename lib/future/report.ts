import { setImmediate } from 'node:timers';

/** What a callback threw that nobody can be told of: an uncaught exception, out of nobody's way. */
export function report(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
