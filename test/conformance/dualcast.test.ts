import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load, outputOf } from './vectors';

onEveryMover((operations) => {
  agreesEverywhere(operations, 3, (m, a, b, src) => m.dualcast([a!, b!], src!), {
    samePage: true,
  });

  describe('addresses that do not agree', () => {
    agreesEverywhere(operations, 3, (m, a, b, src) => m.dualcast([a!, b!], src!));

    test('the result is the array that was given', async () => {
      const arena = new Arena(roomFor(3, 100), 42);
      const dsts = [arena.view(spanOf(0, 100, 5)), arena.view(spanOf(1, 100, 6))] as const;
      expect(await operations().dualcast(dsts, arena.view(spanOf(2, 100, 9)))).toBe(dsts);
      arena.release();
    });
  });

  test('the result is the array that was given', async () => {
    const arena = new Arena(roomFor(3, 100), 41);
    const dsts = [arena.view(spanOf(0, 100, 5)), arena.view(spanOf(1, 100, 5))] as const;
    expect(await operations().dualcast(dsts, arena.view(spanOf(2, 100, 9)))).toBe(dsts);
    arena.release();
  });

  test('golden vectors', () =>
    forEachVector(load('dualcast'), async (vector) => {
      const { length, src, srcOffset, dstPageOffset, expect: golden } = vector;
      const arena = new Arena(roomFor(3, length, 4095), 3);
      const from = spanOf(2, length, srcOffset, 4095);
      const spans = [0, 1].map((index) => spanOf(index, length, dstPageOffset, 4095));
      arena.set(from.at, inputBytes(src));
      await operations().dualcast([arena.view(spans[0]!), arena.view(spans[1]!)], arena.view(from));
      for (const span of spans) {
        assert.deepEqual(outputOf(arena.view(span)), golden.output);
        arena.modelOf(span).set(arena.view(span));
      }
      arena.verify();
      arena.release();
    }));
});
