import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load } from './vectors';

const expectations = [undefined, 'equal', 'different'] as const;

onEveryMover((operations) => {
  agreesEverywhere(operations, 2, (m, a, b) => m.compare(a!, b!));

  test('one byte differs, or none', async () => {
    for (const length of [...Array.from({ length: 130 }, (_, n) => n + 1), ...edges]) {
      const arena = new Arena(roomFor(2, length), length);
      const spans = [spanOf(0, length, length % 64), spanOf(1, length, (length * 7) % 64)] as const;
      arena.set(spans[1].at, arena.view(spans[0]));
      await arena.agree(operations(), spans, (m, a, b) => m.compare(a!, b!));
      for (const at of new Set([0, length >> 1, length - 1])) {
        arena.set(spans[1].at + at, Buffer.of(arena.memory[spans[1].at + at]! ^ 0x10));
        await arena.agree(operations(), spans, (m, a, b) => m.compare(a!, b!));
        arena.set(spans[1].at + at, Buffer.of(arena.memory[spans[1].at + at]! ^ 0x10));
      }
      arena.release();
    }
  });

  test('the first of several differences, in whichever part of a large range', async () => {
    const length = 2_000_003;
    const arena = new Arena(roomFor(2, length), 17);
    const spans = [spanOf(0, length, 1), spanOf(1, length, 2)] as const;
    arena.set(spans[1].at, arena.view(spans[0]));
    for (const at of [1_999_999, 1_500_000, 1_048_576, 1_048_575, 524_288, 300_000, 5]) {
      arena.set(spans[1].at + at, Buffer.of(arena.memory[spans[1].at + at]! ^ 1));
      await arena.agree(operations(), spans, (m, a, b) => m.compare(a!, b!));
    }
    arena.release();
  });

  test.each(expectations)('expected: %s', async (wanted) => {
    const options = wanted === undefined ? {} : { expect: wanted };
    for (const length of [0, 1, 100, 20_000, 1_100_000]) {
      const arena = new Arena(roomFor(2, length), 19);
      const spans = [spanOf(0, length, 0), spanOf(1, length, 8)] as const;
      await arena.agree(operations(), spans, (m, a, b) => m.compare(a!, b!, options));
      arena.set(spans[1].at, arena.view(spans[0]));
      await arena.agree(operations(), spans, (m, a, b) => m.compare(a!, b!, options));
      arena.release();
    }
  });

  test('a range with itself', async () => {
    const { memory } = new Arena(100_000, 23);
    const result = await operations().compare(memory, memory);
    expect(result).toEqual({ equal: true, offset: 100_000, expected: true });
  });

  test('golden vectors', () =>
    forEachVector(load('compare'), async (vector) => {
      const { length, src1, src2, src1Offset, src2Offset, checkResult, expect: golden } = vector;
      const arena = new Arena(roomFor(2, length), 3);
      const spans = [spanOf(0, length, src1Offset), spanOf(1, length, src2Offset)] as const;
      arena.set(spans[0].at, inputBytes(src1));
      arena.set(spans[1].at, inputBytes(src2));
      const options = checkResult === null ? {} : { expect: checkResult };
      const result = await operations().compare(
        arena.view(spans[0]),
        arena.view(spans[1]),
        options,
      );
      assert.deepEqual(result, {
        equal: golden.result === 0,
        offset: golden.result === 0 ? length : golden.offset,
        expected: golden.status === 0,
      });
      arena.verify();
      arena.release();
    }));
});
