import { agreesEverywhere, Arena, edges, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';

interface Flushing {
  flush(range: Buffer, options?: { keep: boolean }): unknown;
}

// What a cache holds cannot be seen from here: that the bytes stay what they are can.
onEveryMover((operations) => {
  agreesEverywhere(operations, 1, (m, range) => (m as unknown as Flushing).flush(range!));

  test('written back and kept', async () => {
    for (const length of [1, 64, 65, ...edges]) {
      const arena = new Arena(roomFor(1, length), length);
      await arena.agree(operations(), [spanOf(0, length, length % 64)], (m, range) =>
        (m as unknown as Flushing).flush(range!, { keep: true }),
      );
      arena.release();
    }
  });
});
