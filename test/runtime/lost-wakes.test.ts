import { Runtime, threadsMover, type Future } from '../../lib';
import { Random } from '../support/random';

/** A wake-up that was lost would cost it, or the wait would never end. */
const SLEEP_MS = 2000;

/** For each case, in milliseconds; so many rounds at least happen in it on any machine. */
const TIME = 350;
const ROUNDS = 100;

const source = Buffer.alloc(1 << 20, 7);
const targets = [0, 1, 2].map(() => Buffer.alloc(1 << 20));

type Wait = (runtime: Runtime, jobs: readonly Future<Buffer>[]) => unknown;

const waits: [string, Wait][] = [
  ['waitSync', (runtime, jobs) => jobs.map((job) => runtime.waitSync(job))],
  ['waitAllSync', (runtime, jobs) => runtime.waitAllSync(jobs)],
  ['wait', (runtime, [first]) => runtime.wait(first!)],
  ['waitAll', (runtime, jobs) => runtime.waitAll(jobs)],
  ['await', (_runtime, jobs) => Promise.all(jobs)],
];

describe.each(['waker', 'poller'] as const)('%s', (notifier) => {
  // Copies of 8 KiB to 1 MiB take from a microsecond to many times what the runtime spins.
  test.each(waits)(
    'no wake-up is lost between the last look and the sleep: %s',
    async (name, wait) => {
      const mover = threadsMover({ threads: 1, notifier });
      const runtime = new Runtime({ spinsBeforeSleep: 2, sleepMs: SLEEP_MS });
      const random = new Random(71);
      const count = name === 'wait' || name === 'waitSync' ? 1 : targets.length;
      const begin = performance.now();
      let rounds = 0;
      let longest = 0;
      while (performance.now() - begin < TIME || rounds < ROUNDS) {
        const start = performance.now();
        const jobs = targets.slice(0, count).map((target) => {
          const bytes = 8192 << random.below(8);
          return mover.futures.copy(target.subarray(0, bytes), source.subarray(0, bytes));
        });
        for (const job of jobs) job.poll();
        const pause = random.below(3) * random.below(100) * 0.001;
        while (performance.now() - start < pause);
        await wait(runtime, jobs);
        longest = Math.max(longest, performance.now() - start);
        rounds++;
      }
      expect(longest).toBeLessThan(SLEEP_MS / 2);
      await mover.close();
    },
  );
});

test('a wait in the loop and a synchronous one by turns', async () => {
  const mover = threadsMover({ threads: 1 });
  const runtime = new Runtime({ spinsBeforeSleep: 1, sleepMs: SLEEP_MS });
  const random = new Random(72);
  const large = Buffer.alloc(4 << 20);
  let longest = 0;
  for (let round = 0; round < 40; round++) {
    const start = performance.now();
    const eager = mover.fill(large, round);
    // The loop is asleep, or about to be, when this blocks the thread.
    await new Promise((resolve) => setTimeout(resolve, random.below(3)));
    runtime.waitSync(mover.futures.copy(targets[0]!, source));
    await eager;
    longest = Math.max(longest, performance.now() - start);
  }
  expect(longest).toBeLessThan(SLEEP_MS / 2);
  await mover.close();
});
