import fc from 'fast-check';
import { addon } from '../../lib/addon';
import { overlap, Range, resolve } from '../../lib/memory/range';

test('the address is where the bytes are', () => {
  const buffer = new ArrayBuffer(1000);
  const base = addon().addressOf(new Uint8Array(buffer));
  for (const [offset, length] of [
    [0, 1000],
    [1, 999],
    [999, 1],
    [500, 0],
  ] as const) {
    const range = resolve(new Uint8Array(buffer, offset, length), 'x');
    expect([range.address, range.length]).toEqual([base + offset, length]);
    expect((range.low >>> 0) + (range.high >>> 0) * 2 ** 32).toBe(range.address);
    expect([range.low | 0, range.high | 0]).toEqual([range.low, range.high]);
  }
});

test('the upper half of an address changes within a range that is long enough', () => {
  const { probe } = resolve(new Uint8Array(1), 'x');
  const sizes = fc.integer({ min: 0, max: 2 ** 40 });
  fc.assert(
    fc.property(fc.integer({ min: 2 ** 12, max: 2 ** 47 }), sizes, (address, offset) => {
      for (const start of [address, Math.ceil(address / 2 ** 32) * 2 ** 32]) {
        const range = new Range(start, 2 ** 41, probe, 0);
        const edge = 2 ** 32 - (start % 2 ** 32);
        for (const at of [
          0,
          offset,
          edge - 1,
          edge,
          edge + offset,
          2 ** 31 - 1,
          2 ** 31,
          2 ** 32,
        ]) {
          expect(range.highAt(at)).toBe(Math.floor((start + at) / 2 ** 32));
        }
      }
    }),
  );
});

test('a view that is used again has the same range', () => {
  const view = new Uint8Array(100);
  const first = resolve(view, 'x');
  expect(resolve(view, 'x')).toBe(first);
  expect(resolve(view.subarray(0, 50), 'x').address).toBe(first.address);
});

test('intact tells whether the memory was transferred away', () => {
  const view = new Uint8Array(100);
  const range = resolve(view, 'x');
  expect(range.intact).toBe(true);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  expect(range.intact).toBe(false);
  expect(resolve(new Uint8Array(new SharedArrayBuffer(8)), 'x').intact).toBe(true);
});

test('overlap is sharing a byte', () => {
  const buffer = new ArrayBuffer(64);
  const at = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(at, at, fc.integer({ min: 0, max: 20 }), (a, b, length) => {
      const bytes = (from: number): number[] => Array.from({ length }, (_, n) => from + n);
      const shares = bytes(a).some((byte) => bytes(b).includes(byte));
      const [first, second] = [a, b].map((from) =>
        resolve(new Uint8Array(buffer, from, length), 'x'),
      );
      expect(overlap(first!, second!)).toBe(shares);
    }),
    { seed: 4711, numRuns: 500 },
  );
});
