import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import { patternBytes, reference, type Pattern } from './reference';
import { forEachVector, inputBytes, load } from './vectors';

const pattern = 0x8877_6655_4433_2211n;

const patterns: readonly Pattern[] = [
  0,
  0xff,
  pattern,
  0xffff_ffff_0000_0000n,
  Uint8Array.of(9),
  Uint8Array.of(1, 2),
  Uint8Array.of(1, 2, 3, 0x84),
  Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0x88),
];

onEveryMover((operations) => {
  agreesEverywhere(operations, 1, (m, a) => m.comparePattern(a!, pattern));

  test('one byte differs, or none', async () => {
    for (const length of [...Array.from({ length: 130 }, (_, n) => n + 1), ...edges]) {
      const arena = new Arena(roomFor(1, length), length);
      const span = spanOf(0, length, (length * 5) % 64);
      arena.set(span.at, reference.fill(Buffer.alloc(length), pattern));
      await arena.agree(operations(), [span], (m, a) => m.comparePattern(a!, pattern));
      for (const at of new Set([0, length >> 1, length - 1])) {
        arena.set(span.at + at, Buffer.of(arena.memory[span.at + at]! ^ 0x80));
        await arena.agree(operations(), [span], (m, a) => m.comparePattern(a!, pattern));
        arena.set(span.at + at, Buffer.of(arena.memory[span.at + at]! ^ 0x80));
      }
      arena.release();
    }
  });

  test.each(patterns)('pattern %p, and every expectation', async (given) => {
    for (const length of [0, 5, 333, 17_000]) {
      const arena = new Arena(roomFor(1, length), 29);
      const span = spanOf(0, length, 1);
      for (const options of [{}, { expect: 'equal' }, { expect: 'different' }] as const) {
        await arena.agree(operations(), [span], (m, a) => m.comparePattern(a!, given, options));
      }
      arena.set(span.at, reference.fill(Buffer.alloc(length), patternBytes(given)));
      for (const options of [{}, { expect: 'equal' }, { expect: 'different' }] as const) {
        await arena.agree(operations(), [span], (m, a) => m.comparePattern(a!, given, options));
      }
      arena.release();
    }
  });

  test('golden vectors', () =>
    forEachVector(load('compare-pattern'), async (vector) => {
      const { length, src, srcOffset, checkResult, expect: golden } = vector;
      const arena = new Arena(roomFor(1, length), 3);
      const span = spanOf(0, length, srcOffset);
      arena.set(span.at, inputBytes(src));
      const options = checkResult === null ? {} : { expect: checkResult };
      const bytes = Buffer.from(vector.pattern, 'hex');
      const result = await operations().comparePattern(arena.view(span), bytes, options);
      assert.deepEqual(result, {
        equal: golden.result === 0,
        offset: golden.result === 0 ? length : golden.firstDifference,
        expected: golden.status === 0,
      });
      arena.verify();
      arena.release();
    }));
});
