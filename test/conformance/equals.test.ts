import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';

onEveryMover((operations) => {
  agreesEverywhere(operations, 2, (m, a, b) => m.equals(a!, b!));

  test('the same bytes, then one that differs', async () => {
    for (const length of [1, 8, 65, ...edges]) {
      const arena = new Arena(roomFor(2, length), length);
      const spans = [spanOf(0, length, 7), spanOf(1, length, 21)] as const;
      arena.set(spans[1].at, arena.view(spans[0]));
      await arena.agree(operations(), spans, (m, a, b) => m.equals(a!, b!));
      const last = spans[1].at + length - 1;
      arena.set(last, Buffer.of(arena.memory[last]! ^ 1));
      await arena.agree(operations(), spans, (m, a, b) => m.equals(a!, b!));
      arena.release();
    }
  });

  test('ranges of different lengths are not equal', async () => {
    const arena = new Arena(4096, 31);
    for (const [a, b] of [
      [0, 1],
      [1, 0],
      [8, 9],
      [100, 99],
    ] as const) {
      const spans = [
        { at: 64, length: a },
        { at: 64, length: b },
      ] as const;
      await arena.agree(operations(), spans, (m, first, second) => m.equals(first!, second!));
    }
    arena.release();
  });
});
