import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { optionsOf, seeds, variants } from './crc-cases';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load } from './vectors';

onEveryMover((operations) => {
  agreesEverywhere(operations, 1, (m, src) => m.crc32c(src!));

  test('the check value of the catalogue', async () => {
    expect(await operations().crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
  });

  test.each(variants)('%p with every seed', async (variant) => {
    for (const [index, length] of [0, 1, 7, 8, 64, 130, 1000, ...edges].entries()) {
      const arena = new Arena(roomFor(1, length), length + 1);
      // Large ranges take their seeds in turn.
      const some = length <= 4096 ? seeds : [seeds[index % seeds.length]!];
      const all = some.map((seed) =>
        arena.agree(operations(), [spanOf(0, length, length % 64)], (m, src) =>
          m.crc32c(src!, { ...variant, seed }),
        ),
      );
      await Promise.all(all);
      arena.release();
    }
  });

  test.each(variants)('%p continues piece by piece', async (variant) => {
    const { memory } = new Arena(1_200_000, 43);
    const whole = await operations().crc32c(memory, variant);
    let seed = 0;
    for (const [begin, end] of [
      [0, 1],
      [1, 100],
      [100, 20_000],
      [20_000, 1_200_000],
    ] as const) {
      seed = await operations().crc32c(memory.subarray(begin, end), { ...variant, seed });
    }
    expect(seed).toBe(whole);
  });

  test('golden vectors', () =>
    forEachVector(load('crc'), async (vector) => {
      const { length, src, srcOffset, segments = [], expect: golden } = vector;
      const arena = new Arena(roomFor(1, length), 3);
      const span = spanOf(0, length, srcOffset);
      arena.set(span.at, inputBytes(src));
      const options = optionsOf(vector);
      assert.equal(await operations().crc32c(arena.view(span), options), golden.crc);

      let { at } = span;
      let { seed } = options;
      for (const [index, bytes] of segments.entries()) {
        seed = await operations().crc32c(arena.view({ at, length: bytes }), { ...options, seed });
        at += bytes;
        assert.equal(seed, golden.crcs![index]);
      }
      arena.verify();
      arena.release();
    }));
});
