/** What the operations mean, written as plainly as possible and without the library. */

import { deltas } from './reference-delta';
import { dif } from './reference-dif';

export interface CrcOptions {
  seed?: number;
  reflectValue?: boolean;
  reflectData?: boolean;
}

export interface CompareOptions {
  expect?: 'equal' | 'different';
}

export type Pattern = number | bigint | Uint8Array;

/** CRC-32C polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed = (reversed << 1) | ((value >>> bit) & 1);
  return reversed >>> 0;
}

/** The register, least significant bit first, after eight steps with nothing fed in. */
function eightSteps(register: number): number {
  let stepped = register;
  for (let bit = 0; bit < 8; bit++) {
    stepped = stepped & 1 ? (stepped >>> 1) ^ POLYNOMIAL : stepped >>> 1;
  }
  return stepped;
}

const table = Int32Array.from({ length: 256 }, (_, byte) => eightSteps(byte));
const reversedByte = Uint8Array.from({ length: 256 }, (_, byte) => reverseBits(byte, 8));

export function patternBytes(pattern: Pattern): Uint8Array {
  if (typeof pattern === 'number') return Uint8Array.of(pattern);
  if (typeof pattern !== 'bigint') return pattern;
  return Uint8Array.from({ length: 8 }, (_, byte) => Number((pattern >> BigInt(8 * byte)) & 255n));
}

function outcome(length: number, differs: (index: number) => boolean, options?: CompareOptions) {
  let offset = 0;
  while (offset < length && !differs(offset)) offset++;
  const equal = offset === length;
  const word = equal ? 'equal' : 'different';
  return { equal, offset, expected: options?.expect === undefined || options.expect === word };
}

/** The operations under the names of `DataOperations`, so that a test can be run on either. */
export const reference = {
  copy<D extends Uint8Array>(dst: D, src: Uint8Array): D {
    dst.set(src.slice());
    return dst;
  },

  move<D extends Uint8Array>(dst: D, src: Uint8Array): D {
    dst.set(src.slice());
    return dst;
  },

  fill<D extends Uint8Array>(dst: D, pattern: Pattern): D {
    const bytes = patternBytes(pattern);
    for (let index = 0; index < dst.length; index++) dst[index] = bytes[index % bytes.length]!;
    return dst;
  },

  dualcast<D extends readonly [Uint8Array, Uint8Array]>(dsts: D, src: Uint8Array): D {
    dsts[0].set(src);
    dsts[1].set(src);
    return dsts;
  },

  compare(a: Uint8Array, b: Uint8Array, options?: CompareOptions) {
    return outcome(a.length, (index) => a[index] !== b[index], options);
  },

  comparePattern(a: Uint8Array, pattern: Pattern, options?: CompareOptions) {
    const bytes = patternBytes(pattern);
    return outcome(a.length, (index) => a[index] !== bytes[index % bytes.length], options);
  },

  equals(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && reference.compare(a, b).equal;
  },

  crc32c(src: Uint8Array, options: CrcOptions = {}): number {
    const { seed = 0, reflectValue = true, reflectData = true } = options;
    let register = reflectValue ? ~seed : reverseBits(seed, 32);
    for (let index = 0; index < src.length; index++) {
      const byte = reflectData ? src[index]! : reversedByte[src[index]!]!;
      register = (register >>> 8) ^ table[(register ^ byte) & 0xff]!;
    }
    return reflectValue ? ~register >>> 0 : reverseBits(register, 32);
  },

  copyCrc32c(dst: Uint8Array, src: Uint8Array, options?: CrcOptions): number {
    dst.set(src);
    return reference.crc32c(src, options);
  },

  flush(): undefined {
    return undefined;
  },

  ...deltas,
  dif,
};
