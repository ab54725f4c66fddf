import assert from 'node:assert/strict';
import { agreesEverywhere, Arena } from './arena';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load, outputOf } from './vectors';

const lengths = [1, 2, 7, 8, 9, 31, 63, 64, 65, 127, 130, 200, 256, 300];

onEveryMover((operations) => {
  agreesEverywhere(operations, 2, (m, dst, src) => m.move(dst!, src!));

  test('overlap at all small distances, in both directions', async () => {
    const arenas = lengths.map((length) => new Arena(2048, length));
    for (let distance = -130; distance <= 130; distance++) {
      const all = lengths.map((length, index) => {
        const src = { at: 500, length };
        const dst = { at: 500 + distance, length };
        return arenas[index]!.agree(operations(), [dst, src], (m, a, b) => m.move(a!, b!));
      });
      await Promise.all(all);
    }
    for (const arena of arenas) arena.release();
  });

  test.each([4095, 20_000, 1_048_576, 1_500_001])('overlap of %d bytes', async (length) => {
    const arena = new Arena(3 * length + 4096, length);
    for (const distance of [1, 8, 63, 64, 4096, length - 1]) {
      const src = { at: length + 7, length };
      for (const at of [length + 7 - distance, length + 7 + distance]) {
        await arena.agree(operations(), [{ at, length }, src], (m, a, b) => m.move(a!, b!));
      }
    }
    arena.release();
  });

  test('golden vectors', () =>
    forEachVector(
      load('copy').filter((vector) => vector.arena !== undefined),
      async ({ length, arena: input, srcOffset, dstOffset, expect: { output } }) => {
        const content = inputBytes(input!);
        const arena = new Arena(content.length + 8192, 5);
        arena.set(4096, content);
        const dst = arena.view({ at: 4096 + dstOffset, length });
        assert.equal(
          await operations().move(dst, arena.view({ at: 4096 + srcOffset, length })),
          dst,
        );
        const whole = { at: 4096, length: content.length };
        assert.deepEqual(outputOf(arena.view(whole)), output);
        arena.modelOf(whole).set(arena.view(whole));
        arena.verify();
        arena.release();
      },
    ));
});
