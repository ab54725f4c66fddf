import { join } from 'node:path';
import { all, chain, Runtime, threadsMover } from '../../lib';
import { childResult } from '../support/child';
import { after, Signalled, sleep, turn } from './futures';

const library = JSON.stringify(join(__dirname, '..', '..', 'lib', 'index.ts'));

test('several runtimes wait for the same future', async () => {
  const [one, other] = [new Runtime(), new Runtime({ spinsBeforeSleep: 1 })];
  const made = [after(30, 'polled'), chain(after(3, 1)).next(() => after(3, 'chain'))];
  for (const future of made) {
    const waits = [one.wait(future), other.wait(future), Runtime.default.wait(future), future];
    const outputs = await Promise.all(waits);
    expect(new Set(outputs).size).toBe(1);
  }
  expect([one.pending, other.pending, Runtime.default.pending]).toEqual([0, 0, 0]);
});

test('each of them is woken', async () => {
  const runtimes = [new Runtime(), new Runtime(), new Runtime({ drive: 'immediate' })];
  const signalled = new Signalled<number>();
  const both = all([signalled.future, after(2, 2)]);
  const waits = runtimes.map((runtime) => runtime.wait(both));
  await sleep(5);
  signalled.complete(1);
  expect(await Promise.all(waits)).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

test('one by hand beside one that is driven', async () => {
  const [manual, driven] = [new Runtime({ drive: 'manual' }), new Runtime()];
  const future = after(20, 1);
  const late = manual.wait(future);
  expect(await driven.wait(future)).toBe(1);
  await turn();
  expect(manual.pending).toBe(1);
  expect(manual.poll()).toBe(1);
  expect(await late).toBe(1);
});

test.each(['waker', 'poller'] as const)('futures of the same mover: %s', async (notifier) => {
  const mover = threadsMover({ threads: 2, ring: 64, notifier });
  const runtimes = [new Runtime(), new Runtime({ budget: 3 }), Runtime.default];
  const waits = runtimes.map((runtime, r) =>
    runtime.waitAll(
      Array.from({ length: 100 }, (_, n) =>
        mover.futures.fill(Buffer.alloc(n % 9 === 0 ? 1 << 17 : 50), (r + n) & 0xff),
      ),
    ),
  );
  const outputs = await Promise.all(waits);
  outputs.forEach((targets, r) => {
    expect(targets.every((target, n) => target.at(-1) === ((r + n) & 0xff))).toBe(true);
  });
  expect(runtimes.map((runtime) => runtime.pending)).toEqual([0, 0, 0]);
  await mover.close();
});

test('the same job in several runtimes, one of which blocks', async () => {
  const mover = threadsMover({ threads: 1 });
  const [one, other, blocking] = [new Runtime(), new Runtime(), new Runtime()];
  const fill = mover.futures.fill(Buffer.alloc(4 << 20), 1);
  const waits = [one.wait(fill), other.wait(fill)];
  await null;
  expect(blocking.waitSync(fill)[0]).toBe(1);
  await Promise.all(waits);
  expect([one.pending, other.pending]).toEqual([0, 0]);
  await mover.close();
});

test('one runtime has its turns while another one rests', async () => {
  const resting = new Runtime({ spinsBeforeSleep: 1, sleepMs: 500 });
  const slow = resting.wait(after(5, 'slow'));
  await sleep(5);
  const start = performance.now();
  expect(await new Runtime().wait(after(300, 'quick'))).toBe('quick');
  expect(performance.now() - start).toBeLessThan(450);
  expect(await slow).toBe('slow');
});

test('worker threads are terminated in whatever wait they are', async () => {
  const codes = await childResult<number[]>(`
    const { Worker } = require('node:worker_threads');
    const code = \`
      const { parentPort, workerData } = require('node:worker_threads');
      const { future, FutureState, fromPromise, Runtime, threadsMover } = require(${library});
      const rt = new Runtime({ spinsBeforeSleep: 10 });
      const endless = () => future(null, () => FutureState.Running);
      const fill = threadsMover({ threads: 1 }).futures.fill(Buffer.alloc(64 << 20), 1);
      fill.poll();
      parentPort.postMessage('waits');
      if (workerData === 'blocked') rt.waitSync(endless());
      if (workerData === 'polling') rt.wait(endless());
      if (workerData === 'asleep') rt.wait(fromPromise(() => new Promise(() => {})));
      setInterval(() => {}, 1000);\`;
    const codes = ['blocked', 'polling', 'asleep', 'blocked'].map(async (workerData) => {
      const worker = new Worker(code, { eval: true, workerData });
      await new Promise((resolve) => worker.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return worker.terminate();
    });
    console.log(JSON.stringify(await Promise.all(codes)));`);
  expect(codes).toEqual([1, 1, 1, 1]);
});

test('a runtime for each worker thread', async () => {
  const results = await childResult<[number, number, boolean][]>(`
    const { Worker } = require('node:worker_threads');
    const code = \`
      const { parentPort, workerData } = require('node:worker_threads');
      const { future, FutureState, Runtime, threadsMover } = require(${library});
      let polls = 0;
      const polled = future(null, (c) => ++polls < 100 ? FutureState.Running : c.resolve(polls));
      const mover = threadsMover({ threads: 1 });
      const rt = new Runtime();
      (async () => {
        const target = Buffer.alloc(1 << 20);
        for (let n = 0; n < 20; n++) {
          rt.waitSync(mover.futures.fill(target, n));
          await rt.wait(mover.futures.fill(target, workerData));
        }
        parentPort.postMessage([await rt.wait(polled), target[5], Runtime.default !== rt]);
        await mover.close();
      })();\`;
    const workers = [1, 2, 3].map((workerData) => new Worker(code, { eval: true, workerData }));
    const results = await Promise.all(workers.map((worker) => new Promise((resolve, reject) => {
      let result;
      worker.on('message', (message) => (result = message));
      worker.on('error', reject);
      worker.on('exit', () => resolve(result));
    })));
    console.log(JSON.stringify(results));`);
  expect(results).toEqual([1, 2, 3].map((n) => [100, n, true]));
});
