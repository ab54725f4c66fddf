import {
  future,
  FutureState,
  Runtime,
  syncMover,
  threadsMover,
  type RuntimeOptions,
} from '../../lib';
import { after, Signalled, sleep, turn } from './futures';
import { held } from './held';

/** Counts its polls, and stops when told. */
class Endless {
  polls = 0;
  #stopped = false;
  readonly future = future<null, null>(null, ({ resolve }) => {
    this.polls++;
    return this.#stopped ? resolve(null) : FutureState.Running;
  });
  stop(): void {
    this.#stopped = true;
  }
}

describe('by hand', () => {
  test('nothing is polled before poll(), and each once by it', async () => {
    const manual = new Runtime({ drive: 'manual' });
    const made = [1, 2, 3].map(() => new Endless());
    const wait = manual.waitAll(made.map((endless) => endless.future));
    await sleep(5);
    expect(made.map(({ polls }) => polls)).toEqual([0, 0, 0]);
    expect([manual.pending, manual.poll()]).toEqual([3, 0]);
    await sleep(5);
    expect(made.map(({ polls }) => polls)).toEqual([1, 1, 1]);
    for (const endless of made) endless.stop();
    expect([manual.poll(), manual.pending]).toEqual([3, 0]);
    expect(await wait).toEqual([null, null, null]);
  });

  test('a waker makes it due, and it is not polled before', async () => {
    const manual = new Runtime({ drive: 'manual' });
    const signalled = new Signalled<number>();
    const wait = manual.wait(signalled.future);
    for (let n = 0; n < 5; n++) manual.poll();
    expect(signalled.polls).toBe(1);
    signalled.complete(7);
    await turn();
    expect([signalled.polls, manual.pending]).toEqual([1, 1]);
    expect([manual.poll(), signalled.polls]).toEqual([1, 2]);
    expect(await wait).toBe(7);
  });

  test('a location is read, and the future is polled when it has changed', async () => {
    const manual = new Runtime({ drive: 'manual' });
    const slot = { done: false };
    let polls = 0;
    const watched = future<null, number>(null, ({ resolve }, notifier) => {
      polls++;
      notifier?.usePoller(slot);
      return slot.done ? resolve(1) : FutureState.Running;
    });
    const wait = manual.wait(watched);
    for (let n = 0; n < 5; n++) manual.poll();
    expect(polls).toBe(1);
    slot.done = true;
    expect([manual.poll(), polls]).toEqual([1, 2]);
    expect(await wait).toBe(1);
  });

  test('a location that cannot be read is taken for one that has changed', async () => {
    const manual = new Runtime({ drive: 'manual' });
    const slot = {
      get done(): boolean {
        throw new Error('hostile');
      },
    };
    let polls = 0;
    const watched = future<null, number>(null, ({ resolve }, notifier) => {
      notifier?.usePoller(slot);
      return ++polls === 3 ? resolve(1) : FutureState.Running;
    });
    const wait = manual.wait(watched);
    expect([manual.poll(), manual.poll(), manual.poll()]).toEqual([0, 0, 1]);
    expect(await wait).toBe(1);
  });

  test('the jobs of movers', async () => {
    const manual = new Runtime({ drive: 'manual' });
    for (const notifier of ['waker', 'poller'] as const) {
      const mover = threadsMover({ threads: 1, notifier });
      const target = Buffer.alloc(1 << 18);
      const wait = manual.wait(mover.futures.fill(target, 4));
      const patience = Date.now() + 20_000;
      while (manual.pending > 0 && Date.now() < patience) manual.poll();
      expect(manual.pending).toBe(0);
      expect((await wait)[1000]).toBe(4);
      await mover.close();
    }
  });

  test('no more futures than the budget, and all of them in turn', async () => {
    const manual = new Runtime({ drive: 'manual', budget: 4 });
    const made = Array.from({ length: 10 }, () => new Endless());
    const wait = manual.waitAll(made.map((endless) => endless.future));
    const polls = (): number[] => made.map((endless) => endless.polls);
    manual.poll();
    expect(polls()).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    manual.poll(7);
    expect(polls()).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    manual.poll(Infinity);
    manual.poll(9);
    expect(polls()).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
    expect(manual.stats()).toMatchObject({ turns: 4, polls: 30, budgetHits: 3 });
    for (const endless of made) endless.stop();
    expect(manual.poll(Infinity)).toBe(10);
    await wait;
  });

  test.each([0, -1, NaN, '5', null])('a budget that is none: %p', (budget) => {
    const manual = new Runtime({ drive: 'manual' });
    expect(() => manual.poll(budget as number)).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    );
  });
});

/** Polls of a future that is never done until `ends`, and the statistics then. */
async function pollsUntil(options: RuntimeOptions, ends: (runtime: Runtime) => unknown) {
  const runtime = new Runtime(options);
  const endless = new Endless();
  const wait = runtime.wait(endless.future);
  await ends(runtime);
  const stats = runtime.stats();
  expect(stats.polls).toBe(endless.polls);
  endless.stop();
  await wait;
  return stats;
}

describe('by the event loop', () => {
  test('without a completion it rests after its spins', async () => {
    const options = { spinsBeforeSleep: 20, sleepMs: 200 };
    const { polls, sleeps } = await pollsUntil(options, async (runtime) => {
      while (runtime.stats().sleeps === 0) await turn();
      for (let turns = 0; turns < 5; turns++) await turn();
    });
    // One poll before the loop goes on, and one look behind the arming of the wake-up.
    expect(polls).toBe(20 + 2);
    expect(sleeps).toBe(1);
  });

  test('a completion in a turn begins the spins anew', async () => {
    const runtime = new Runtime({ spinsBeforeSleep: 20, sleepMs: 5 });
    await runtime.waitAll([15, 30, 45, 60].map((polls) => after(polls, polls)));
    expect(runtime.stats().sleeps).toBe(0);
  });

  test('it rests for as long as it is told, then spins again', async () => {
    const options = { spinsBeforeSleep: 3, sleepMs: 5 };
    let rested = 0;
    const { polls, sleeps } = await pollsUntil(options, async (runtime) => {
      const start = performance.now();
      while (runtime.stats().sleeps < 2) await turn();
      rested = performance.now() - start;
    });
    expect(sleeps).toBe(2);
    expect(polls).toBe(3 + 2 + 3 + 1);
    expect(rested).toBeGreaterThan(4);
  });

  test('immediate: it never rests', async () => {
    const options = { drive: 'immediate', spinsBeforeSleep: 1, sleepMs: 1000 } as const;
    const { polls, sleeps, turns } = await pollsUntil(options, async (runtime) => {
      while (runtime.stats().turns < 100) await turn();
    });
    expect(sleeps).toBe(0);
    expect(polls).toBeGreaterThanOrEqual(100);
    expect(turns).toBeGreaterThanOrEqual(polls);
  });

  test('immediate: it has turns while a future has taken the waker, and none when all are done', async () => {
    const runtime = new Runtime({ drive: 'immediate' });
    const signalled = new Signalled<number>();
    const wait = runtime.wait(signalled.future);
    while (runtime.stats().turns < 10) await turn();
    expect(signalled.polls).toBe(1);
    signalled.complete(1);
    await wait;
    // One that was under way may have its look at nothing.
    await sleep(5);
    const { turns } = runtime.stats();
    await sleep(5);
    expect(runtime.stats().turns).toBe(turns);
  });

  test('a future with a waker is polled when that was called, and its runtime does nothing else', async () => {
    const runtime = new Runtime();
    const signalled = new Signalled<number>();
    const wait = runtime.wait(signalled.future);
    await sleep(20);
    const { turns, sleeps } = runtime.stats();
    expect([signalled.polls, sleeps]).toEqual([1, 0]);
    expect(turns).toBeLessThanOrEqual(2);
    signalled.complete(5);
    expect(await wait).toBe(5);
    expect(signalled.polls).toBe(2);
  });

  test('what completes at once does so before the loop goes on', async () => {
    const runtime = new Runtime();
    let looped = false;
    setImmediate(() => (looped = true));
    await runtime.waitAll([after(1, 1), after(1, 2)]);
    const mover = syncMover();
    await runtime.wait(mover.futures.nop());
    expect(looped).toBe(false);
    await mover.close();
  });
});

describe('what keeps the process alive', () => {
  const resting = { spinsBeforeSleep: 1, sleepMs: 100 };

  test('a rest, but for that of a runtime after unref(), until ref()', async () => {
    const runtime = new Runtime(resting);
    const endless = new Endless();
    const wait = runtime.wait(endless.future);
    while (runtime.stats().sleeps === 0) await turn();
    const changes = [runtime.unref, runtime.unref, runtime.ref, runtime.ref].map((change) =>
      held(() => {
        expect(change.call(runtime)).toBe(runtime);
      }),
    );
    expect(changes).toEqual([-1, 0, 1, 0]);
    endless.stop();
    expect(await wait).toBeNull();
  });

  test('a runtime after unref() has its turns all the same', async () => {
    const runtime = new Runtime(resting).unref();
    expect(await runtime.waitAll([after(5, 1), after(3, 2)])).toEqual([1, 2]);
  });
});

describe('options', () => {
  const { default: runtime } = Runtime;

  test.each<[object, string]>([
    [{ drive: 'check' }, 'ERR_INVALID_ARG_VALUE'],
    [{ drive: 1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ spinsBeforeSleep: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ spinsBeforeSleep: 1.5 }, 'ERR_OUT_OF_RANGE'],
    [{ spinsBeforeSleep: '1' }, 'ERR_INVALID_ARG_TYPE'],
    [{ sleepMs: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ sleepMs: NaN }, 'ERR_OUT_OF_RANGE'],
    [{ sleepMs: Infinity }, 'ERR_OUT_OF_RANGE'],
    [{ sleepMs: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
    [{ sleepMs: 1n }, 'ERR_INVALID_ARG_TYPE'],
    [{ budget: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ budget: NaN }, 'ERR_OUT_OF_RANGE'],
    [{ spins: 5 }, 'ERR_INVALID_ARG_VALUE'],
  ])('%p is refused', (options, code) => {
    expect(() => new Runtime(options)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(code) as string }),
    );
  });

  test.each([null, 5, 'auto'])('%p is no object of options', (options) => {
    expect(() => new Runtime(options as unknown as object)).toThrow(TypeError);
  });

  test.each<RuntimeOptions>([
    { spinsBeforeSleep: 0, sleepMs: 0 },
    { spinsBeforeSleep: 1, sleepMs: 0.5 },
    { budget: 1 },
    { budget: Infinity },
    { budget: 0.5 },
    { drive: 'immediate', budget: 1 },
  ])('%p work, synchronously and not', async (options) => {
    const odd = new Runtime(options);
    expect(await odd.waitAll([after(9, 1), after(3, 2)])).toEqual([1, 2]);
    expect(odd.waitAllSync([after(9, 1), after(3, 2)])).toEqual([1, 2]);
    await odd.close();
  });

  test('the default runtime is none that one closes', async () => {
    await expect(runtime.close()).rejects.toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED' });
    expect(await runtime.wait(after(3, 1))).toBe(1);
  });
});
