import { checkInteger } from '../check';
import { describe, rangeError, typeError } from '../errors';
import type { Range } from './range';
import { rangeOfRegion, type Region } from './region';

/** Bytes that a descriptor can say. */
const MOST = 0xffff_ffff;

/** The region's range, in which the part lies. @throws TypeError, RangeError, MoverError */
export function rangeIn(region: Region, offset: number, length: number, name: string): Range {
  const range = rangeOfRegion(region);
  if (range === undefined) {
    const text = `${name} must be a Region, as mover.register() makes them; got ${describe(region)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) {
    checkInteger('offset', offset, range.length);
    checkInteger('length', length, range.length);
  }
  if (offset < 0 || length < 0 || offset + length > range.length || length > MOST) {
    const text = `${name}: ${String(length)} bytes at ${String(offset)} do not lie in its ${String(range.length)} bytes`;
    throw rangeError('ERR_OUT_OF_RANGE', text);
  }
  return range;
}
