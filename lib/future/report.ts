import { types } from 'node:util';
import { setImmediate } from '../clock';

/** What a callback threw that nobody can be told of: an uncaught exception, out of nobody's way. */
export function report(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/**
 * Calls what is the program's. What it throws is reported, and stops nobody else.
 *
 * @param again - calls it in place of that once the stack is empty, where that was full
 */
export function callTheirs(call: () => void, again?: (call: () => void) => void): void {
  try {
    call();
  } catch (error) {
    if (again !== undefined && isFullStack(error)) setImmediate(again, call);
    else report(error);
  }
}

/** Whether it says that it was cut off by a full stack. */
export const isFullStack = (error: unknown): boolean =>
  types.isNativeError(error) && error.message === 'Maximum call stack size exceeded';
