import { describe, typeError } from '../errors';
import type { Future } from './future';

/** Futures are known by what they can do: they may come from another copy of the library. */
export function isFuture(value: unknown): value is Future<unknown> {
  if (typeof value !== 'object' || value === null || !('done' in value)) return false;
  const { poll, has, cancel } = value as Partial<Future<unknown>>;
  return [poll, has, cancel].every((method) => typeof method === 'function');
}

/** @throws TypeError when `value` is no future */
export function checkFuture(name: string, value: unknown): Future<unknown> {
  if (isFuture(value)) return value;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a future; got ${describe(value)}`);
}

/** The futures of an iterable, as an array that is ours. @throws TypeError */
export function checkFutures(name: string, values: unknown): Future<unknown>[] {
  if (typeof values !== 'object' || values === null || !(Symbol.iterator in values)) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `${name} must be an array of futures; got ${describe(values)}`,
    );
  }
  return Array.from(values as Iterable<unknown>, (value, index) =>
    checkFuture(`${name}[${String(index)}]`, value),
  );
}
