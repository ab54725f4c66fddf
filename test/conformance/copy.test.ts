import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load, outputOf } from './vectors';

onEveryMover((operations) => {
  agreesEverywhere(operations, 2, (m, dst, src) => m.copy(dst!, src!));

  test('ranges that touch do not overlap', async () => {
    const arena = new Arena(4096, 1);
    for (const length of [1, 63, 64, 1000]) {
      const [low, high] = [
        { at: 100, length },
        { at: 100 + length, length },
      ];
      await arena.agree(operations(), [low, high], (m, a, b) => m.copy(a!, b!));
      await arena.agree(operations(), [high, low], (m, a, b) => m.copy(a!, b!));
    }
    arena.release();
  });

  test('golden vectors', () =>
    forEachVector(
      load('copy').filter((vector) => vector.arena === undefined),
      async ({ length, src, srcOffset, dstOffset, expect: { output } }) => {
        const arena = new Arena(roomFor(2, length), 3);
        const from = spanOf(0, length, srcOffset);
        const to = spanOf(1, length, dstOffset);
        arena.set(from.at, inputBytes(src));
        const dst = arena.view(to);
        assert.equal(await operations().copy(dst, arena.view(from)), dst);
        assert.deepEqual(outputOf(dst), output);
        arena.modelOf(to).set(dst);
        arena.verify();
        arena.release();
      },
    ));
});
