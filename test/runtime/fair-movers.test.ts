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
