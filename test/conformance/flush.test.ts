import { agreesEverywhere } from './arena';
import { onEveryMover } from './movers';

interface Flushing {
  flush(range: Buffer, options?: { keep: boolean }): unknown;
}

// What a cache holds cannot be seen from here: that the bytes stay what they are can.
onEveryMover((operations) => {
  describe('written back and dropped', () => {
    agreesEverywhere(operations, 1, (m, range) => (m as unknown as Flushing).flush(range!));
  });

  describe('written back and kept', () => {
    agreesEverywhere(operations, 1, (m, range) =>
      (m as unknown as Flushing).flush(range!, { keep: true }),
    );
  });
});
