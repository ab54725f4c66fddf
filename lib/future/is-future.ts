import { noIfRevoked } from '../check';
import { describe, typeError } from '../errors';
import { adopt } from './foreign-future';
import type { Future } from './future';

/** Futures are known by what they can do: they may come from another copy of the library. */
export function isFuture(value: unknown): value is Future<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    if (!('done' in value)) return false;
    const { poll, has, cancel } = value as Partial<Future<unknown>>;
    return [poll, has, cancel].every((method) => typeof method === 'function');
  } catch (error) {
    return noIfRevoked(value, error);
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const kind = typeof value;
  if (value === null || (kind !== 'object' && kind !== 'function')) return false;
  try {
    return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
  } catch (error) {
    return noIfRevoked(value, error);
  }
}

/** What a function of the program gave for a future. @throws TypeError when it is none */
export function returnedFuture<T>(name: string, value: Future<T>): Future<T> {
  if (isFuture(value)) return adopt(value);
  const got = isThenable(value) ? 'a promise: use fromPromise()' : describe(value);
  throw typeError('ERR_INVALID_RETURN_VALUE', `${name} must give a future; got ${got}`);
}

/** One that keeps to the rules, whoever made it. @throws TypeError when `value` is no future */
export function checkFuture<T>(name: string, value: Future<T>): Future<T> {
  if (isFuture(value)) return adopt(value);
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a future; got ${describe(value)}`);
}

/** The members of an iterable, in an array that is ours. @throws TypeError */
export function listOf<T>(name: string, values: Iterable<T>): T[] {
  if (isIterable(values)) return [...values];
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `${name} must be an array of futures; got ${describe(values)}`,
  );
}

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return Symbol.iterator in value;
  } catch (error) {
    return noIfRevoked(value, error);
  }
}

/** Futures that keep to the rules, in an array that is ours. @throws TypeError */
export function checkFutures<T>(name: string, values: Iterable<Future<T>>): Future<T>[] {
  const list = listOf(name, values);
  return list.map((value, index) => checkFuture(`${name}[${String(index)}]`, value));
}
