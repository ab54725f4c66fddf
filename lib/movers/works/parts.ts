import { all } from '../../future/combinators';
import type { Future } from '../../future/future';
import type { Steps } from '../../future/procedure';
import type { Window } from '../../operations/delta-record';
import { errorOfWhole } from '../../operations/part';

/** A job on a part of the arguments. */
export interface Part<T = unknown> {
  readonly future: Future<T>;
  readonly window: Window;
  /** Where its part of the record begins in the whole one. */
  readonly at: number;
}

/** Windows that are worked on at once: each may take memory beside the program's. */
const AT_ONCE = 4;

/** Those that are worked on at once. */
export function* groupsOf<T>(windows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < windows.length; at += AT_ONCE) yield windows.slice(at, at + AT_ONCE);
}

/**
 * Waits for all of them, and gives their outputs. What fails speaks of the whole arguments.
 *
 * @param counted - what `bytesCompleted` of a failure counts
 */
export function* together<T>(
  parts: readonly Part<T>[],
  counted: 'window' | 'record' = 'window',
): Steps<T[]> {
  try {
    return (yield all(parts.map(({ future }) => future))) as T[];
  } catch (error) {
    const failed = parts.find(({ future }) => future.error === error);
    if (failed === undefined) throw error;
    const { at, window } = failed;
    const { start } = window;
    const begin = { before: start, after: start, target: start, record: at };
    throw errorOfWhole(error as Error, counted === 'record' ? at : start, begin);
  }
}
