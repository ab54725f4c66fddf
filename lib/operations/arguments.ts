import { describe, rangeError, typeError } from '../errors';
import { overlap, type Range } from '../memory/range';

/** Largest transfer that a descriptor can say. */
export const MAX_BYTES = 0xffff_ffff;

/** @throws RangeError `ERR_MOVER_LENGTH` when the range is longer than a descriptor can say */
export function checkLength(operation: string, { length }: Range): void {
  if (length <= MAX_BYTES) return;
  throw rangeError(
    'ERR_MOVER_LENGTH',
    `${operation}: ${String(length)} bytes are more than one operation takes, ${String(MAX_BYTES)}; do it in parts`,
  );
}

/** @throws RangeError `ERR_MOVER_LENGTH` when the lengths differ, or see `checkLength` */
export function checkLengths(operation: string, first: Range, second: Range): void {
  if (first.length !== second.length) {
    throw rangeError(
      'ERR_MOVER_LENGTH',
      `${operation}: lengths differ, ${String(first.length)} and ${String(second.length)} bytes; pass subarrays of one length`,
    );
  }
  checkLength(operation, first);
}

/** @throws RangeError `ERR_MOVER_OVERLAP` when ranges of one length share a byte */
export function checkDisjoint(operation: string, a: Range, b: Range): void {
  if (!overlap(a, b)) return;
  throw rangeError(
    'ERR_MOVER_OVERLAP',
    `${operation}: ranges of ${String(a.length)} bytes overlap; only move() accepts that`,
  );
}

/** @throws TypeError, RangeError when `value` is not an integer from 0 to `max` */
export function checkInteger(name: string, value: unknown, max: number): number {
  if (typeof value !== 'number') {
    throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a number; got ${describe(value)}`);
  }
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw rangeError(
      'ERR_OUT_OF_RANGE',
      `${name} must be an integer from 0 to ${String(max)}; got ${String(value)}`,
    );
  }
  return value;
}

/** @throws TypeError when `value` is neither undefined nor a boolean */
export function checkBoolean(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a boolean; got ${describe(value)}`);
}

/** @throws TypeError `ERR_INVALID_ARG_VALUE` when `value` is neither undefined nor one of `choices` */
export function checkChoice<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T | undefined {
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  throw typeError(
    'ERR_INVALID_ARG_VALUE',
    `${name} must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}; got ${describe(value)}`,
  );
}

/** An options argument: an object or nothing. @throws TypeError */
export function checkObject(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'object' && value !== null)) return;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be an object; got ${describe(value)}`);
}
