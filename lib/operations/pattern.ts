import { types } from 'node:util';
import { describe, rangeError, typeError } from '../errors';
import { imul } from '../intrinsics';
import { resolve } from '../memory/resolve';
import { checkInteger } from '../check';

/**
 * What is repeated over a range: a byte (number), eight bytes in little-endian order (bigint), or
 * 1, 2, 4 or 8 bytes in memory order.
 */
export type Pattern = number | bigint | Uint8Array;

/** A pattern as the two halves of eight little-endian bytes. */
export interface Halves {
  readonly low: number;
  readonly high: number;
}

function halvesOfBytes(bytes: Uint8Array): Halves {
  const { length } = resolve(bytes, 'pattern');
  if (length !== 1 && length !== 2 && length !== 4 && length !== 8) {
    throw rangeError(
      'ERR_OUT_OF_RANGE',
      `pattern must have 1, 2, 4 or 8 bytes; got ${String(length)}`,
    );
  }
  const eight = new DataView(new ArrayBuffer(8));
  for (let index = 0; index < 8; index++) eight.setUint8(index, bytes[index % length]);
  return { low: eight.getInt32(0, true), high: eight.getInt32(4, true) };
}

/**
 * @throws TypeError `ERR_INVALID_ARG_TYPE`; RangeError `ERR_OUT_OF_RANGE` for a number above 255,
 * a bigint of more than 64 bits, or bytes of another count
 */
export function patternHalves(pattern: unknown): Halves {
  if (typeof pattern === 'bigint') {
    if (BigInt.asUintN(64, pattern) !== pattern) {
      throw rangeError(
        'ERR_OUT_OF_RANGE',
        `pattern must be from 0n to 2n ** 64n - 1n; got ${String(pattern)}n`,
      );
    }
    return { low: Number(pattern & 0xffff_ffffn) | 0, high: Number(pattern >> 32n) | 0 };
  }
  if (types.isUint8Array(pattern)) return halvesOfBytes(pattern);
  if (typeof pattern !== 'number') {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `pattern must be a number, a bigint or a Uint8Array; got ${describe(pattern)}`,
    );
  }
  const word = imul(checkInteger('pattern', pattern, 0xff), 0x0101_0101);
  return { low: word, high: word };
}

/** The eight bytes in one number. */
export function patternOf({ low, high }: Halves): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
