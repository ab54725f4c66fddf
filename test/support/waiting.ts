import { Notifier, type Future, type FutureState } from '../../lib';

/** Blocks the thread: neither the event loop nor a microtask helps. */
export function spinUntil(done: () => boolean): void {
  const patience = Date.now() + 20_000;
  while (!done()) if (Date.now() > patience) throw new Error('never');
}

/** The event loop goes on. */
export async function turnUntil(done: () => boolean): Promise<void> {
  const patience = Date.now() + 20_000;
  while (!done()) {
    if (Date.now() > patience) throw new Error('never');
    await new Promise(setImmediate);
  }
}

/** A notifier that notes in which state its future was at each call. */
export function noting(future: Future<unknown>): { notifier: Notifier; states: FutureState[] } {
  const states: FutureState[] = [];
  return { notifier: new Notifier({ wake: () => states.push(future.state) }), states };
}
