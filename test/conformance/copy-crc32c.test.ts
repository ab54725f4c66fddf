import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { optionsOf, seeds, variants } from './crc-cases';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load, outputOf } from './vectors';

onEveryMover((operations) => {
  agreesEverywhere(operations, 2, (m, dst, src) => m.copyCrc32c(dst!, src!));

  test.each(variants)('%p with every seed', async (variant) => {
    for (const [index, length] of [0, 1, 9, 100, ...edges].entries()) {
      const arena = new Arena(roomFor(2, length), length + 1);
      const spans = [spanOf(0, length, length % 64), spanOf(1, length, (length * 3) % 64)];
      const seed = seeds[index % seeds.length]!;
      await arena.agree(operations(), spans, (m, dst, src) =>
        m.copyCrc32c(dst!, src!, { ...variant, seed }),
      );
      arena.release();
    }
  });

  test('golden vectors', () =>
    forEachVector(load('copy-crc'), async (vector) => {
      const { length, src, srcOffset, dstOffset, expect: golden } = vector;
      const arena = new Arena(roomFor(2, length), 3);
      const from = spanOf(0, length, srcOffset);
      const to = spanOf(1, length, dstOffset);
      arena.set(from.at, inputBytes(src));
      const dst = arena.view(to);
      const crc = await operations().copyCrc32c(dst, arena.view(from), optionsOf(vector));
      assert.equal(crc, golden.crc);
      assert.deepEqual(outputOf(dst), golden.output);
      arena.modelOf(to).set(dst);
      arena.verify();
      arena.release();
    }));
});
