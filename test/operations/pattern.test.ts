import fc from 'fast-check';
import { patternHalves } from '../../lib/operations/pattern';

/** The eight bytes that a pattern stands for. */
function bytesOf(pattern: number | bigint | Uint8Array): number[] {
  const { low, high } = patternHalves(pattern);
  const eight = Buffer.alloc(8);
  eight.writeInt32LE(low, 0);
  eight.writeInt32LE(high, 4);
  return [...eight];
}

test('a number is a byte, repeated', () => {
  for (let byte = 0; byte < 256; byte++) expect(bytesOf(byte)).toEqual(Array(8).fill(byte));
});

test('a bigint is eight bytes, the least significant first', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
      const eight = Buffer.alloc(8);
      eight.writeBigUInt64LE(value);
      expect(bytesOf(value)).toEqual([...eight]);
    }),
    { seed: 4711, numRuns: 300 },
  );
});

test.each([1, 2, 4, 8])('%d bytes, repeated', (length) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
      expect(bytesOf(bytes)).toEqual(Array.from({ length: 8 }, (_, n) => bytes[n % length]));
    }),
    { seed: 4711, numRuns: 100 },
  );
});
