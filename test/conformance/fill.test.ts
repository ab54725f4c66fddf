import assert from 'node:assert/strict';
import { agreesEverywhere, Arena, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import type { Pattern } from './reference';
import { forEachVector, load, outputOf } from './vectors';

const patterns: readonly Pattern[] = [
  0,
  0xff,
  0x5a,
  0n,
  1n,
  0x0123_4567_89ab_cdefn,
  0xffff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  Uint8Array.of(7),
  Uint8Array.of(1, 2),
  Uint8Array.of(1, 2, 3, 4),
  Uint8Array.of(0x80, 0, 0xff, 1, 0x7f, 3, 4, 0xee),
];

onEveryMover((operations) => {
  agreesEverywhere(operations, 1, (m, dst) => m.fill(dst!, 0x1122_3344_5566_7788n));

  test.each(patterns)('pattern %p', async (pattern) => {
    const arena = new Arena(roomFor(1, 20_000), 9);
    for (const length of [1, 7, 8, 9, 100, 20_000]) {
      await arena.agree(operations(), [spanOf(0, length, 3)], (m, dst) => m.fill(dst!, pattern));
    }
    arena.release();
  });

  test('the pattern is taken when the operation is made', async () => {
    const arena = new Arena(roomFor(1, 64), 11);
    const pattern = Uint8Array.of(1, 2, 3, 4);
    const future = operations().fill(arena.view(spanOf(0, 64, 0)), pattern);
    pattern.fill(9);
    await future;
    arena.modelOf(spanOf(0, 64, 0)).fill(Uint8Array.of(1, 2, 3, 4));
    arena.verify();
    arena.release();
  });

  test('golden vectors', () =>
    forEachVector(load('fill'), async ({ length, pattern, dstOffset, expect: { output } }) => {
      const arena = new Arena(roomFor(1, length), 3);
      const span = spanOf(0, length, dstOffset);
      const dst = arena.view(span);
      assert.equal(await operations().fill(dst, Buffer.from(pattern, 'hex')), dst);
      assert.deepEqual(outputOf(dst), output);
      arena.modelOf(span).set(dst);
      arena.verify();
      arena.release();
    }));
});
