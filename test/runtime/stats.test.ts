import {
  completed,
  fromPromise,
  mover as automatic,
  Runtime,
  threadsMover,
  type Future,
} from '../../lib';
import { after, failsAfter, Signalled, sleep, turn } from './futures';

const nothing = { turns: 0, polls: 0, completions: 0, wakes: 0, sleeps: 0, budgetHits: 0 };

test('nothing at first, nor for what is complete already', async () => {
  const runtime = new Runtime();
  expect(runtime.stats()).toEqual(nothing);
  await runtime.waitAll([completed(1), completed(2)]);
  runtime.waitSync(completed(3));
  expect(runtime.stats()).toEqual(nothing);
});

test('they are a copy', () => {
  const runtime = new Runtime();
  runtime.stats().turns = 5;
  expect(runtime.stats()).toEqual(nothing);
});

test('turns, polls and completions by hand', async () => {
  const runtime = new Runtime({ drive: 'manual' });
  const waits = Promise.allSettled([
    runtime.wait(after(1, 1)),
    runtime.wait(after(3, 1)),
    runtime.wait(failsAfter(2, new Error('failed'))),
  ]);
  runtime.poll();
  expect(runtime.stats()).toEqual({ ...nothing, turns: 1, polls: 3, completions: 1 });
  runtime.poll();
  expect(runtime.stats()).toEqual({ ...nothing, turns: 2, polls: 5, completions: 2 });
  runtime.poll();
  runtime.poll();
  expect(runtime.stats()).toEqual({ ...nothing, turns: 4, polls: 6, completions: 3 });
  await waits;
});

test('wakes: calls of wakers, as long as the future waits', async () => {
  const runtime = new Runtime({ drive: 'manual' });
  const signalled = new Signalled<number>();
  const wait = runtime.wait(signalled.future);
  runtime.poll();
  expect(runtime.stats().wakes).toBe(0);
  signalled.complete(1);
  expect(runtime.stats()).toMatchObject({ wakes: 1, polls: 1 });
  runtime.poll();
  signalled.complete(1);
  await wait;
  expect(runtime.stats()).toMatchObject({ wakes: 1, polls: 2, completions: 1 });
});

test('sleeps, and the wakes that end them', async () => {
  const runtime = new Runtime({ spinsBeforeSleep: 2, sleepMs: 3 });
  await runtime.wait(after(12, 1));
  const { sleeps, wakes, polls, completions } = runtime.stats();
  expect([polls, completions]).toEqual([12, 1]);
  expect(sleeps).toBeGreaterThanOrEqual(2);
  expect(sleeps - wakes).toBeGreaterThanOrEqual(0);
  expect(sleeps - wakes).toBeLessThanOrEqual(1);
});

test('a future that is waited for twice completes once', async () => {
  const runtime = new Runtime();
  const one = after(5, 1);
  await Promise.all([runtime.wait(one), runtime.wait(one), runtime.waitAll([one, one])]);
  expect(runtime.stats()).toMatchObject({ completions: 1, polls: 5 });
});

test('poll() inside of a task counts nothing twice', async () => {
  const runtime = new Runtime({ drive: 'manual' });
  let inner: number | undefined;
  const outer = fromPromise(() => {
    inner ??= runtime.poll();
    return sleep(0);
  });
  const wait = runtime.waitAll([outer, after(1, 1), after(1, 2)]);
  expect([runtime.poll(), inner]).toEqual([0, 2]);
  while (runtime.pending > 0) {
    await turn();
    runtime.poll();
  }
  await wait;
  expect(runtime.stats().completions).toBe(3);
});

test('the jobs of movers complete on the default runtime, and once at most', async () => {
  const { default: standard } = Runtime;
  const mover = threadsMover({ threads: 1 });
  const runtime = new Runtime();
  const before = standard.stats().completions;
  const jobs = (): Future<void>[] => Array.from({ length: 10 }, () => mover.nop());
  await Promise.all(jobs());
  expect(standard.stats().completions - before).toBe(10);
  await runtime.waitAll(jobs());
  runtime.waitAllSync(jobs());
  expect(standard.stats().completions - before).toBeLessThanOrEqual(30);
  expect(runtime.stats().completions).toBe(10);
  await mover.close();
});

test('also those that are executed as they are handed over', async () => {
  const { default: standard } = Runtime;
  const before = standard.stats().completions;
  await Promise.all([automatic.nop(), automatic.nop()]);
  expect(standard.stats().completions - before).toBe(2);
});

test('a budget that was just enough was not hit', async () => {
  const runtime = new Runtime({ drive: 'manual', budget: 2 });
  const wait = runtime.waitAll([after(2, 1), after(2, 2)]);
  expect([runtime.poll(), runtime.poll()]).toEqual([0, 2]);
  expect(runtime.stats().budgetHits).toBe(0);
  await wait;
});

test('a budget that jobs of movers used up was hit', async () => {
  const { default: standard } = Runtime;
  const mover = threadsMover({ threads: 1 });
  const last = Array.from({ length: 3 }, () => mover.futures.nop()).map((job) => (job.poll(), job));
  const before = standard.stats().budgetHits;
  // They complete one by one, each in a turn of its own.
  while (standard.pending > 0) standard.poll(1);
  expect(standard.stats().budgetHits - before).toBe(last.length);
  await mover.close();
});
