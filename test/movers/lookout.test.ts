import { Lookout } from '../../lib/movers/lookout';

// The library's own are not the global ones, which are faked.
jest.mock('../../lib/clock', () => ({
  setTimeout: (call: () => void, ms: number) => setTimeout(call, ms),
  setImmediate: (call: () => void) => setImmediate(call),
  clearTimeout: (timer: NodeJS.Timeout | undefined) => clearTimeout(timer),
}));

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Passes the time, without work. */
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** Passes the time until it looks, with work all the while; milliseconds. */
async function untilLook(lookout: Lookout): Promise<number> {
  let ms = 0;
  for (; !lookout.due && ms < 60_000; ms += 100) await pass(100);
  lookout.look();
  await pass(0);
  return ms;
}

test('each time it leaves queues alone for twice as long, up to half a minute', async () => {
  const find = jest.fn().mockResolvedValue(false);
  const lookout = new Lookout(find);
  lookout.start();
  const waits: number[] = [];
  for (let looks = 0; looks < 8; looks++) waits.push(await untilLook(lookout));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 32, 32].map((seconds) => seconds * 1000));
  expect(find).toHaveBeenCalledTimes(8);
});

test('looks for nothing without work, nor after it has found', async () => {
  const find = jest.fn().mockResolvedValue(true);
  const lookout = new Lookout(find);
  await pass(100_000);
  expect(lookout.due).toBe(false);
  lookout.start();
  await pass(100_000);
  expect([lookout.due, find.mock.calls.length, jest.getTimerCount()]).toEqual([true, 0, 0]);
  await untilLook(lookout);
  await pass(100_000);
  expect([lookout.due, find.mock.calls.length, jest.getTimerCount()]).toEqual([false, 1, 0]);
});

test('a look that fails is a look in vain', async () => {
  const find = jest.fn().mockRejectedValue(new Error('no'));
  const lookout = new Lookout(find);
  lookout.start();
  await untilLook(lookout);
  await untilLook(lookout);
  expect(find).toHaveBeenCalledTimes(2);
});

test.each(['before it is time', 'when it is', 'when there is work', 'while it looks'])(
  'closed %s: no more',
  async (when) => {
    const find = jest.fn().mockResolvedValue(false);
    const lookout = new Lookout(find);
    lookout.start();
    if (when !== 'before it is time') await pass(1000);
    if (when.startsWith('wh') && when !== 'when it is') lookout.look();
    if (when === 'while it looks') {
      find.mockImplementation(() => {
        lookout.close();
        return Promise.resolve(false);
      });
      await pass(0);
    }
    lookout.close();
    await pass(100_000);
    expect([lookout.due, jest.getTimerCount()]).toEqual([false, 0]);
    expect(find).toHaveBeenCalledTimes(when === 'while it looks' ? 1 : 0);
  },
);
