import {
  chain,
  fromPromise,
  future,
  FutureState,
  Notifier,
  Runtime,
  threadsMover,
  type Future,
  type Mover,
} from '../../lib';
import { childResult } from '../support/child';
import { after, sleep, turn } from './futures';

let mover: Mover;
beforeAll(() => (mover = threadsMover({ threads: 1 })));
afterAll(() => mover.close());

/** So few spins that the thread blocks, and so long a sleep that only a wake-up ends it in time. */
const blocking = new Runtime({ spinsBeforeSleep: 1, sleepMs: 10_000 });
const runtime = new Runtime();
const fill = (value: number): Future<Buffer> => mover.futures.fill(Buffer.alloc(2 << 20), value);

describe('waitSync', () => {
  test('inside of a waker', async () => {
    const inner: number[] = [];
    const outer = [fill(1), fill(2), fill(3)];
    for (const job of outer) {
      job.poll(new Notifier({ wake: () => inner.push(blocking.waitSync(fill(9))[0]!) }));
    }
    const outputs = await runtime.waitAll(outer);
    await turn();
    expect(outputs.map(([first]) => first)).toEqual([1, 2, 3]);
    expect(inner).toEqual([9, 9, 9]);
  });

  test('inside of then, with eager operations under way', async () => {
    const others = [mover.fill(Buffer.alloc(2 << 20), 4), mover.fill(Buffer.alloc(2 << 20), 5)];
    const inner = await fill(6).then(() => blocking.waitSync(fill(7))[0]);
    expect(inner).toBe(7);
    expect((await Promise.all(others)).map(([first]) => first)).toEqual([4, 5]);
  });

  test.each<[string, (outer: Future<number>) => unknown]>([
    ['wait', (outer) => runtime.wait(outer)],
    ['waitSync', (outer) => runtime.waitSync(outer)],
    ['waitSync that blocks', (outer) => blocking.waitSync(outer)],
    ['await', (outer) => outer],
  ])('inside of a task that is waited for by %s', async (_name, wait) => {
    let turns = 0;
    const outer = future<null, number>(null, ({ resolve }) => {
      const [first] = blocking.waitSync(fill(++turns));
      return turns < 5 ? FutureState.Running : resolve(first!);
    });
    expect(await wait(outer)).toBe(5);
  });

  test('inside of a task that is looked at before the loop sleeps: the sleep is off', async () => {
    const resting = new Runtime({ spinsBeforeSleep: 1, sleepMs: 10_000 });
    let polls = 0;
    const start = performance.now();
    const outer = future<null, number>(null, ({ resolve }) => {
      // Poll 1 is that of the microtask, 2 that of the loop, 3 the look behind the arming.
      if (++polls > 3) return resolve(polls);
      blocking.waitSync(fill(polls));
      return FutureState.Running;
    });
    expect(await resting.wait(outer)).toBe(4);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('inside of a step of a chain, of futures that the same runtime waits for', async () => {
    const job = fill(3);
    const steps = chain(after(2, 1)).next(() => runtime.waitSync(job)[0]);
    expect(await runtime.waitAll([steps, job])).toMatchObject([3, {}]);
  });

  test('of the future that is being polled: it ends by its time', async () => {
    const self: Future<string> = future(null, ({ resolve }) => {
      try {
        return resolve(blocking.waitSync(self, 10));
      } catch (error) {
        return resolve((error as Error).name);
      }
    });
    expect(await runtime.wait(self)).toBe('TimeoutError');
  });

  test('that throws while the loop sleeps: the loop is woken all the same', async () => {
    const stdout = await childResult<string[]>(`
      const log = [];
      const rt = new Runtime({ spinsBeforeSleep: 1, sleepMs: 1 });
      threadsMover({ threads: 1 }).fill(Buffer.alloc(256 << 20), 1).then(() => log.push('filled'));
      setTimeout(() => {
        let polls = 0;
        const hostile = { done: false, has: () => false, cancel: () => false,
          poll() { if (++polls === 2) throw new Error('hostile'); } };
        try { rt.waitSync(hostile); } catch (error) { log.push(error.message); }
      }, 10);
      process.on('exit', () => console.log(JSON.stringify(log)));`);
    expect(stdout).toEqual(['hostile', 'filled']);
  });
});

describe('poll() of a runtime', () => {
  test('inside of its tasks: no task is polled inside of itself', async () => {
    const own = new Runtime();
    let deepest = 0;
    const made = [3, 5, 2, 50].map((polls) => {
      let polled = 0;
      let depth = 0;
      return future<null, number>(null, ({ resolve }) => {
        deepest = Math.max(deepest, ++depth);
        own.poll();
        depth--;
        return ++polled < polls ? FutureState.Running : resolve(polled);
      });
    });
    expect(await own.waitAll(made)).toEqual([3, 5, 2, 50]);
    expect([deepest, own.pending]).toEqual([1, 0]);
  });

  test('inside of a waker, of then, and of poll() of another', async () => {
    const [one, other] = [new Runtime({ drive: 'manual' }), new Runtime({ drive: 'manual' })];
    const cross = (mine: Runtime, yours: Runtime): Promise<number> => {
      let polls = 0;
      return mine.wait(
        future(null, ({ resolve }) => {
          yours.poll();
          return ++polls < 4 ? FutureState.Running : resolve(polls);
        }),
      );
    };
    const waits = Promise.all([cross(one, other), cross(other, one)]);
    for (let n = 0; n < 10; n++) one.poll();
    expect([one.pending, other.pending]).toEqual([0, 0]);
    expect(await waits).toEqual([4, 4]);
    const job = fill(1);
    let polled = -1;
    job.poll(new Notifier({ wake: () => (polled = Runtime.default.poll()) }));
    await job.then(() => Runtime.default.poll());
    expect(polled).toBe(0);
  });
});

test('waiting for more inside of a task', async () => {
  const own = new Runtime();
  const inner: Promise<number>[] = [];
  const outer = future<null, string>(null, ({ resolve }) => {
    inner.push(own.wait(after(inner.length + 1, inner.length)));
    return inner.length < 4 ? FutureState.Running : resolve('outer');
  });
  expect(await own.wait(outer)).toBe('outer');
  expect(await Promise.all(inner)).toEqual([0, 1, 2, 3]);
});

test('a runtime that is closed inside of its task goes on to the end', async () => {
  const own = new Runtime();
  let closing: Promise<void> | undefined;
  let polls = 0;
  const outer = future<null, number>(null, ({ resolve }) => {
    if (++polls === 3) closing = own.close();
    return polls < 6 ? FutureState.Running : resolve(polls);
  });
  expect(await own.waitAll([outer, after(9, 1)])).toEqual([6, 1]);
  await closing;
  await expect(own.wait(after(1, 1))).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
});

test('and inside of the last poll of its last task', async () => {
  const own = new Runtime();
  let closing: Promise<void> | undefined;
  const last = future<null, number>(null, ({ resolve }) => {
    closing = own.close();
    return resolve(1);
  });
  expect(await own.wait(last)).toBe(1);
  await closing;
});

test('a future that is cancelled inside of its own task, and one by another', async () => {
  const own = new Runtime();
  let polls = 0;
  const self: Future<never> = future(null, () => {
    if (++polls === 3) self.cancel(new Error('by itself'));
    return FutureState.Running;
  });
  const other: Future<never> = fromPromise(() => sleep(60_000) as Promise<never>);
  const lazy = future<null, never>(null, () => FutureState.Running);
  const killer = future<null, boolean>(null, ({ resolve }) => {
    if (!self.done) return FutureState.Running;
    return resolve(lazy.cancel(new Error('by another')));
  });
  const waits = await Promise.allSettled([self, lazy, killer].map((f) => own.wait(f)));
  expect(waits).toMatchObject([
    { reason: { message: 'by itself' } },
    { reason: { message: 'by another' } },
    { value: true },
  ]);
  expect(other.cancel()).toBe(true);
  expect(own.pending).toBe(0);
});
