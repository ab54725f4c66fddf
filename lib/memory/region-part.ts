import { checkInteger } from '../check';
import { describe, rangeError, typeError } from '../errors';
import type { Range } from './range';
import { peekRange, rangeOfRegion, type Region } from './region';

/** Bytes that a descriptor can say. */
const MOST = 0xffff_ffff;

/** The region's range, in which the part lies. @throws TypeError, RangeError, MoverError */
export function rangeIn(region: Region, offset: number, length: number, name: string): Range {
  const range = peekRange(region);
  if (
    range !== undefined &&
    typeof offset === 'number' &&
    typeof length === 'number' &&
    (offset | 0) === offset &&
    (length | 0) === length &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= range.length
  ) {
    return range;
  }
  return checkedRangeIn(region, offset, length, name);
}

/** The same for any numbers; the other takes small integers alone, which V8 computes with in registers. */
function checkedRangeIn(region: Region, offset: number, length: number, name: string): Range {
  const range = rangeOfRegion(region);
  if (range === undefined) {
    const text = `${name} must be a Region, as mover.register() makes them; got ${describe(region)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  checkInteger('offset', offset, range.length);
  checkInteger('length', length, range.length);
  if (offset + length <= range.length && length <= MOST) return range;
  const text = `${name}: ${String(length)} bytes at ${String(offset)} do not lie in its ${String(range.length)} bytes`;
  throw rangeError('ERR_OUT_OF_RANGE', text);
}
