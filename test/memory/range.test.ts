import fc from 'fast-check';
import { addon } from '../../lib/addon';
import { overlap, Range } from '../../lib/memory/range';
import { resolve } from '../../lib/memory/resolve';

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

test('addresses of the level part of a range have one upper half', () => {
  const { probe } = resolve(new Uint8Array(1), 'x');
  const addresses = fc.integer({ min: 2 ** 12, max: 2 ** 47 });
  fc.assert(
    fc.property(addresses, fc.integer({ min: 0, max: 2 ** 34 }), (address, length) => {
      const boundary = Math.ceil(address / 2 ** 32) * 2 ** 32;
      for (const start of [address, boundary - 1, boundary, boundary + 1]) {
        const { level, high } = new Range(start, length, probe, 0);
        expect([level | 0, level <= length, level > 0]).toEqual([level, true, length > 0]);
        const last = start + Math.max(level - 1, 0);
        expect(Math.floor(last / 2 ** 32)).toBe(high);
        // As much as there is, but for what no small integer says.
        const whole = level === length || level === 2 ** 31 - 1;
        expect(whole || (start + level) % 2 ** 32 === 0).toBe(true);
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
