import { rangeError } from '../errors';
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

/** @throws RangeError `ERR_MOVER_OVERLAP` when the ranges share a byte */
export function checkDisjoint(operation: string, a: Range, b: Range): void {
  if (!overlap(a, b)) return;
  const sizes =
    a.length === b.length ? String(a.length) : `${String(a.length)} and ${String(b.length)}`;
  throw rangeError(
    'ERR_MOVER_OVERLAP',
    `${operation}: ranges of ${sizes} bytes overlap; only move() accepts that`,
  );
}
