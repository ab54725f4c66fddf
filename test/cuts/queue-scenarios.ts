import { Runtime } from '../../lib';
import type { Ground } from './ground';
import { queues } from './movers';
import type { Scenario } from './scenarios';
import { isCrc, isFull } from './values';

const LARGE = 300_000;

/** Polls until hardware's side has noticed. */
const withQueues =
  (what: 'refuse' | 'swallow') =>
  ({ mover, expect, ends }: Ground): (() => void) => {
    const path = { path: 'auto' } as const;
    const bytes = Buffer.from('to a queue');
    const futures = [
      expect(mover.futures.crc32c(bytes, path), isCrc('to a queue')),
      expect(mover.futures.fill(Buffer.alloc(LARGE), 9), isFull(9)),
      expect(mover.futures.drain(), () => true),
    ];
    queues.do = what;
    // As a device does that answers: something wakes the loop.
    const waking = setInterval(() => Runtime.default.poll(), 5);
    ends.push(() => clearInterval(waking));
    return () => {
      for (let turn = 0; turn < 3; turn++) for (const future of futures) future.poll();
    };
  };

/** Work queues fail while they have work, or before they take any. */
export const queueScenarios: Record<string, Scenario> = {
  'queues that take nothing': {
    movers: ['loopback', 'tiny', 'mixed'],
    others: /^ERR_MOVER_(DEVICE|TIMEOUT|NOT_ATTEMPTED)/,
    own: /^ERR_MOVER_(DEVICE|TIMEOUT|NOT_ATTEMPTED)/,
    // What goes to software instead is done, and told of, at once.
    polls: true,
    begin: withQueues('refuse'),
  },
  'queues that answer nothing': {
    movers: ['loopback', 'tiny', 'mixed'],
    others: /^ERR_MOVER_(DEVICE|TIMEOUT|NOT_ATTEMPTED)/,
    own: /^ERR_MOVER_(DEVICE|TIMEOUT|NOT_ATTEMPTED)/,
    // What goes to software instead is done, and told of, at once.
    polls: true,
    begin: withQueues('swallow'),
  },
};
