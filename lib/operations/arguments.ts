import { rangeError } from '../errors';
import { overlap, type Range } from '../memory/range';

/** Largest transfer that a descriptor can say. */
export const MAX_BYTES = 0xffff_ffff;

/** @throws RangeError `ERR_MOVER_LENGTH` when the range is longer than a descriptor can say */
export function checkLength(operation: string, { length }: Range): void {
  if (length > MAX_BYTES) throw tooLong(operation, length);
}

/** @throws RangeError `ERR_MOVER_LENGTH` when the lengths differ, or see `checkLength` */
export function checkLengths(operation: string, first: Range, second: Range): void {
  if (first.length !== second.length) throw lengthsDiffer(operation, first, second);
  checkLength(operation, first);
}

/** @throws RangeError `ERR_MOVER_OVERLAP` when the ranges share a byte */
export function checkDisjoint(operation: string, a: Range, b: Range): void {
  if (overlap(a, b)) throw overlapping(operation, a, b);
}

// Apart from the checks, so that these are small enough for V8 to inline.

function tooLong(operation: string, length: number): RangeError {
  return rangeError(
    'ERR_MOVER_LENGTH',
    `${operation}: ${String(length)} bytes are more than one operation takes, ${String(MAX_BYTES)}; do it in parts`,
  );
}

function lengthsDiffer(operation: string, first: Range, second: Range): RangeError {
  return rangeError(
    'ERR_MOVER_LENGTH',
    `${operation}: lengths differ, ${String(first.length)} and ${String(second.length)} bytes; pass subarrays of one length`,
  );
}

function overlapping(operation: string, a: Range, b: Range): RangeError {
  const sizes =
    a.length === b.length ? String(a.length) : `${String(a.length)} and ${String(b.length)}`;
  return rangeError(
    'ERR_MOVER_OVERLAP',
    `${operation}: ranges of ${sizes} bytes overlap; only move() accepts that`,
  );
}
