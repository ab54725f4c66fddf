import { FutureState, chain, future } from 'datamover';

/** Completes after a number of polls. */
const pause = (polls) =>
  future({ left: polls }, ({ data, resolve }) =>
    data.left-- > 0 ? FutureState.Running : resolve(undefined),
  );

const fail = () => {
  throw new Error('broken');
};

/**
 * A mover at its worst: it writes in two halves with pauses between them, which a reader without a
 * lock would see, and breaks now and then.
 */
export function roughMover(mover, random) {
  const { futures } = mover;
  const split = (operation, dst, ...sources) => {
    const half = dst.length >> 1;
    const part = (begin, end) => operation(...[dst, ...sources].map((b) => b.subarray(begin, end)));
    return chain(pause(random.below(3)))
      .next(() => part(0, half))
      .next(() => pause(random.below(5)))
      .next(() => (random.below(8) === 0 ? fail() : part(half, dst.length)))
      .next(() => dst);
  };
  return {
    futures: {
      copy: (dst, src) => split((d, s) => futures.copy(d, s), dst, src),
      fill: (dst, pattern) => split((d) => futures.fill(d, pattern), dst),
      equals: (a, b) => chain(pause(random.below(3))).next(() => futures.equals(a, b)),
    },
  };
}
