import {
  chain,
  chainOf,
  completed,
  failed,
  future,
  FutureState,
  Notifier,
  Runtime,
  threadsMover,
  type Future,
} from '../../lib';
import { after } from './futures';

const runtime = new Runtime();

/** Notes its name at each poll and completes at poll number `polls`. */
function noted(log: string[], name: string, polls: number, async = false): Future<string> {
  return future(
    null,
    ({ resolve }) => {
      log.push(name);
      const polled = log.filter((other) => other === name).length;
      return polled < polls ? FutureState.Running : resolve(name);
    },
    async ? ['async'] : [],
  );
}

type Wait = (futures: readonly Future<unknown>[]) => unknown;

describe.each<[string, Wait]>([
  ['waitAll', (futures) => runtime.waitAll(futures)],
  ['waitAllSync', (futures) => runtime.waitAllSync(futures)],
])('miniasync, runtime, %s', (_name, wait) => {
  test('asynchronous futures are polled first, otherwise the order is that of the array', async () => {
    const log: string[] = [];
    await wait([
      noted(log, 'a', 1),
      noted(log, 'B', 1, true),
      noted(log, 'c', 1),
      noted(log, 'D', 1, true),
    ]);
    expect(log).toEqual(['B', 'D', 'a', 'c']);
  });

  test('the caller’s array is not reordered; it may be frozen', async () => {
    const made = [after(3, 1), after(2, 2, ['async']), completed(3), after(1, 4, ['async'])];
    const before = [...made];
    await wait(Object.freeze(made));
    expect(made).toEqual(before);
    expect(made.every((f, n) => f === before[n])).toBe(true);
  });

  test('complete futures are not polled', async () => {
    const log: string[] = [];
    const one = noted(log, 'one', 1);
    one.poll();
    await wait([one, noted(log, 'two', 2), one]);
    expect(log).toEqual(['one', 'two', 'two']);
  });

  test('none at all: returns at once', async () => {
    expect(await wait([])).toEqual([]);
  });

  test('all complete already, also with a failure among them: returns at once', async () => {
    expect(await wait([completed(1), completed(2)])).toEqual([1, 2]);
    const error = new Error('born failed');
    await expect((async () => wait([completed(1), failed(error)]))()).rejects.toBe(error);
  });

  test('two, one of them complete from the start', async () => {
    expect(await wait([completed(1), after(4, 2)])).toEqual([1, 2]);
  });

  test('two, one of them a chain whose first lazy entry is complete from the start', async () => {
    const entries = chainOf({ steps: 0 }, [
      { init: () => completed(1) },
      { init: () => undefined },
      { init: () => after(2, 2), map: (_output, _next, state) => ((state.steps = 1), undefined) },
    ]);
    const lazy = chain(() => completed(3)).next((three) => three + 1);
    expect(await wait([entries, after(4, 2), lazy])).toEqual([{ steps: 1 }, 2, 4]);
  });
});

test('miniasync, runtime: one future is waited for as an array of one', async () => {
  for (const polls of [1, 2, 2500]) {
    expect(await runtime.wait(after(polls, polls))).toBe(polls);
    expect(runtime.waitSync(after(polls, polls))).toBe(polls);
  }
});

test('miniasync, runtime: waiting for what is complete does not hang', async () => {
  const done = after(1, 'done');
  done.poll();
  expect(runtime.waitSync(done)).toBe('done');
  expect(await runtime.wait(done)).toBe('done');
  const refused = threadsMover({ threads: 1 });
  await refused.close();
  const { futures } = refused;
  expect(() => runtime.waitSync(futures.nop())).toThrow(
    expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }),
  );
});

test('miniasync, runtime: spins before it sleeps, both configurable', () => {
  const counts = [1, 7, 50].map((spinsBeforeSleep) => {
    let polls = 0;
    const endless = future<null, never>(null, () => {
      polls++;
      return FutureState.Running;
    });
    const patient = new Runtime({ spinsBeforeSleep, sleepMs: 10_000 });
    expect(() => patient.waitSync(endless, 30)).toThrow(DOMException);
    return polls;
  });
  // It looks once more before it sleeps, and when its time is over.
  expect(counts).toEqual([1 + 2, 7 + 2, 50 + 2]);
});

test('miniasync, runtime: sleeps as long as it is told, again and again', () => {
  let polls = 0;
  const slow = future<null, string>(null, ({ resolve }) =>
    ++polls < 9 ? FutureState.Running : resolve('done'),
  );
  const start = performance.now();
  expect(new Runtime({ spinsBeforeSleep: 1, sleepMs: 20 }).waitSync(slow)).toBe('done');
  expect(performance.now() - start).toBeGreaterThan(50);
});

test('miniasync, runtime: a future that chooses nothing has nothing left over of another’s choice', async () => {
  const used: string[] = [];
  const wakers = [1, 2].map(() =>
    future<null, number>(null, ({ resolve }, notifier) => {
      used.push(notifier!.used);
      notifier!.useWaker()?.();
      return used.length > 4 ? resolve(1) : FutureState.Running;
    }),
  );
  const silent = future<null, number>(null, ({ resolve }, notifier) => {
    used.push(notifier!.used);
    return used.length > 9 ? resolve(2) : FutureState.Running;
  });
  await runtime.waitAll([wakers[0]!, silent, wakers[1]!]);
  expect(new Set(used)).toEqual(new Set(['none']));
});

test('miniasync, runtime: each future has a notifier of its own', async () => {
  const seen: (Notifier | null)[] = [];
  const made = [1, 2, 3].map(() =>
    future<null, number>(null, ({ resolve }, notifier) => {
      seen.push(notifier);
      return resolve(1);
    }),
  );
  await runtime.waitAll(made);
  expect(new Set(seen).size).toBe(3);
  expect(seen.every((notifier) => notifier instanceof Notifier)).toBe(true);
});

test('miniasync, runtime: a completion is visible when the waker is called', async () => {
  const mover = threadsMover({ threads: 1 });
  for (let round = 0; round < 200; round++) {
    const fill = mover.futures.fill(Buffer.alloc(20_000), round & 0xff);
    const visible = new Promise<boolean>((resolve) => {
      fill.poll(
        new Notifier({
          wake: () => {
            resolve(fill.poll() === FutureState.Complete);
          },
        }),
      );
    });
    expect(await visible).toBe(true);
  }
  await mover.close();
});

test('miniasync, runtime: the mover may be closed with operations that are waited for', async () => {
  const mover = threadsMover({ threads: 1 });
  const targets = [1, 2, 3, 4].map(() => Buffer.alloc(1 << 20));
  const wait = runtime.waitAll(targets.map((target, n) => mover.fill(target, n)));
  const closed = mover.close();
  const outputs = await wait;
  expect(outputs.map((target) => target[0])).toEqual([0, 1, 2, 3]);
  await closed;
});
