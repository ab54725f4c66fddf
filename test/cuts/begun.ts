import type { Future } from '../../lib';
import type { Ground } from './ground';
import { holds, isCrc, isFull } from './values';

// The operations of most scenarios, and the way in which they are begun.

export const text = 'of our own';
export const bytes = Buffer.from(text);
const LARGE = 300_000;

/** Polled so often, most things are begun and complete. */
export function poll(future: Future<unknown>, times = 6): void {
  while (times-- > 0) future.poll();
}

export const copyOf = ({ mover, expect }: Ground): Future<unknown> => {
  const target = Buffer.alloc(bytes.length);
  return expect(mover.futures.copy(target, bytes), holds(target, text));
};
export const crcOf = ({ mover, expect }: Ground, o?: object): Future<number> =>
  expect(mover.futures.crc32c(bytes, o), isCrc(text));
export const fillOf = ({ mover, expect }: Ground): Future<unknown> =>
  expect(mover.futures.fill(Buffer.alloc(LARGE), 7), isFull(7));

export const polled =
  (make: (ground: Ground) => Future<unknown>): ((ground: Ground) => () => void) =>
  (ground) => {
    const future = make(ground);
    return () => poll(future);
  };
