import { mover, threadsMover } from '../../lib';
import { turn } from './futures';

test('a busy mover does not keep the others from being looked at', async () => {
  const busy = threadsMover({ threads: 1, ring: 256 });
  const other = threadsMover({ threads: 1 });
  let completed = 0;
  const jobs = Array.from({ length: 100_000 }, () => busy.nop().then(() => completed++));
  for (let turns = 0; turns < 5; turns++) await turn();
  await other.nop();
  expect(completed).toBeLessThan(50_000);
  await Promise.all(jobs);
  await Promise.all([busy.close(), other.close()]);
});

test('a loop that awaits small jobs leaves timers their turn', async () => {
  const fired = jest.fn();
  setTimeout(fired, 5);
  for (let awaits = 0; fired.mock.calls.length === 0 && awaits < 500_000; awaits++)
    await mover.nop();
  expect(fired).toHaveBeenCalled();
});

const [to, from] = [Buffer.alloc(64), Buffer.alloc(64)];
const channel = mover.channel();

test.each<[string, () => PromiseLike<unknown>]>([
  ['batches', () => mover.batch((batch) => void batch.copy(to, from))],
  ['works', () => mover.dualcast([to, Buffer.alloc(64)], from)],
  [
    'sequences',
    () => {
      const sequence = mover.sequence();
      sequence.ops.copy(to, from);
      return sequence.run();
    },
  ],
  [
    'channels',
    () => {
      channel.completed(new Uint32Array(64));
      channel.nop();
      return channel.wait();
    },
  ],
])('nor does one that awaits what ends on the spot keep them from it: %s', async (_what, once) => {
  const fired = jest.fn();
  setTimeout(fired, 5);
  for (let rounds = 0; fired.mock.calls.length === 0 && rounds < 100_000; rounds++) await once();
  expect(fired).toHaveBeenCalled();
});

test('many loops side by side give the event loop its turn after few jobs of each', async () => {
  let turns = 0;
  let jobs = 0;
  const count = (): void => {
    if (++turns < 20) setImmediate(count);
  };
  setImmediate(count);
  const awaits = async (): Promise<void> => {
    for (; turns < 20 && jobs < 1_000_000; jobs++) await mover.copy(to, from);
  };
  await Promise.all(Array.from({ length: 512 }, awaits));
  expect(turns).toBe(20);
  expect(jobs).toBeLessThan(20 * 512 * 64);
});
