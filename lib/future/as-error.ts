import { types } from 'node:util';
import { describe } from '../errors';

/** Whether it has a message. None of the program's code runs here, as that of a proxy would. */
function isError(value: unknown): value is Error {
  let link = typeof value === 'object' ? value : null;
  while (link !== null && !types.isProxy(link)) {
    if (Object.hasOwn(link, 'message')) return true;
    link = Object.getPrototypeOf(link) as object | null;
  }
  return false;
}

/** Any reason to cancel as an error: one that is none becomes the cause of an `AbortError`. */
export function asError(reason: unknown): Error {
  if (isError(reason)) return reason;
  const error = new DOMException('This operation was aborted', 'AbortError');
  return Object.assign(error, { cause: reason });
}

/** Anything thrown as an error: what is none becomes the cause of one. */
export function thrown(value: unknown): Error {
  return isError(value) ? value : new Error(`thrown: ${describe(value)}`, { cause: value });
}
