import { checkInteger } from '../check';
import { describe, rangeError, typeError } from '../errors';
import { isSafeInteger } from '../intrinsics';
import type { Range } from './range';
import { peekRange, rangeOfRegion, type Region } from './region';

/** Bytes that a descriptor can say. */
const MOST = 0xffff_ffff;

/** The region's range, in which the part lies. @throws TypeError, RangeError, MoverError */
export function rangeIn(region: Region, offset: number, length: number, name: string): Range {
  const range = rangeOfRegion(region);
  if (
    range !== undefined &&
    isSafeInteger(offset) &&
    isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= range.length &&
    length <= MOST
  ) {
    return range;
  }
  throw misfit(region, range, offset, length, name);
}

/**
 * The same where the part lies in the level part of its region, and all numbers are small; undefined
 * for anything else. It asks nothing twice and computes in registers, and is small enough to be inlined.
 */
export function levelRangeIn(region: Region, offset: number, length: number): Range | undefined {
  const range = peekRange(region);
  if (
    range !== undefined &&
    typeof offset === 'number' &&
    typeof length === 'number' &&
    (offset | 0) === offset &&
    (length | 0) === length &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= range.level
  ) {
    return range;
  }
  return undefined;
}

/** @throws TypeError, RangeError for what is no number, or none of bytes */
function misfit(
  region: Region,
  range: Range | undefined,
  offset: number,
  length: number,
  name: string,
): Error {
  if (range === undefined) {
    const text = `${name} must be a Region, as mover.register() makes them; got ${describe(region)}`;
    return typeError('ERR_INVALID_ARG_TYPE', text);
  }
  checkInteger('offset', offset, range.length);
  checkInteger('length', length, range.length);
  const text = `${name}: ${String(length)} bytes at ${String(offset)} do not lie in its ${String(range.length)} bytes`;
  return rangeError('ERR_OUT_OF_RANGE', text);
}
