import {
  all,
  chain,
  completed,
  failed,
  fromPromise,
  future,
  FutureState,
  open,
  Runtime,
  syncMover,
  threadsMover,
  type Future,
  type Mover,
} from '../../lib';
import { after, failsAfter, Signalled, sleep } from './futures';
import { holds } from './held';

const runtime = new Runtime();
const movers: Record<string, Mover> = {};
beforeAll(async () => {
  movers['sync'] = syncMover();
  movers['wakers'] = threadsMover({ threads: 1, notifier: 'waker' });
  movers['pollers'] = threadsMover({ threads: 2, notifier: 'poller' });
  movers['open'] = await open();
  movers['narrow'] = threadsMover({ threads: 1, ring: 1 });
});
afterAll(() => Promise.all(Object.values(movers).map((mover) => mover.close())));

/** Lazy jobs of every mover, small and large, begun and not. */
function jobs(): Future<Buffer>[] {
  return Object.values(movers).flatMap(({ futures }, n) => {
    const made = [64, 1 << 20, 3000].map((bytes, m) => futures.fill(Buffer.alloc(bytes), n + m));
    made[2]!.poll();
    return made;
  });
}

const filled = (outputs: readonly Buffer[]): boolean =>
  outputs.every((bytes, n) =>
    bytes.equals(Buffer.alloc(bytes.length, Math.floor(n / 3) + (n % 3))),
  );

/** Futures of all other kinds, none of which needs the event loop. */
const others = (): Future<unknown>[] => [
  after(1, 'first poll'),
  after(5, 'fifth poll'),
  completed('complete'),
  after(3, 'asynchronous', ['async']),
  chain(after(2, 1)).next((one) => after(2, one + 1)),
  all([after(2, 'a'), completed('b')]),
];
const otherOutputs = ['first poll', 'fifth poll', 'complete', 'asynchronous', 2, ['a', 'b']];

test.each<[string, (futures: readonly Future<unknown>[]) => unknown]>([
  ['wait', (futures) => Promise.all(futures.map((f) => runtime.wait(f)))],
  ['waitAll', (futures) => runtime.waitAll(futures)],
  ['waitSync', (futures) => futures.map((f) => runtime.waitSync(f))],
  ['waitAllSync', (futures) => runtime.waitAllSync(futures)],
])('%s: futures of every kind and of every mover together', async (_name, wait) => {
  const made = [...jobs(), ...others()];
  const count = made.length - otherOutputs.length;
  const outputs = (await wait(made)) as unknown[];
  expect(filled(outputs.slice(0, count) as Buffer[])).toBe(true);
  expect(outputs.slice(count)).toEqual(otherOutputs);
  expect(made.every((f) => f.done)).toBe(true);
  expect(runtime.pending).toBe(0);
});

test('for several futures the error of the first that failed in the array, when all are complete', async () => {
  const [early, late] = [new Error('early'), new Error('late')];
  const made = (): Future<unknown>[] => [
    after(9, 'slow'),
    failsAfter(7, late),
    failsAfter(2, early),
    movers['wakers']!.futures.fill(Buffer.alloc(1 << 20), 1),
  ];
  const [awaited, blocked] = [made(), made()];
  await expect(runtime.waitAll(awaited)).rejects.toBe(late);
  expect(awaited.every((f) => f.done)).toBe(true);
  expect(() => runtime.waitAllSync(blocked)).toThrow(late);
  expect(blocked.every((f) => f.done)).toBe(true);
});

test('a failed future fails its wait, with the very error', async () => {
  const error = new RangeError('of its own');
  for (const make of [() => failed(error), () => failsAfter(3, error)]) {
    await expect(runtime.wait(make())).rejects.toBe(error);
    expect(() => runtime.waitSync(make())).toThrow(error);
  }
  const bad = movers['sync']!.futures.copy(Buffer.alloc(1), Buffer.alloc(2));
  await expect(runtime.wait(bad)).rejects.toMatchObject({ code: 'ERR_MOVER_LENGTH' });
});

test('the same future several times, and by several at once', async () => {
  const one = after(3, 'one');
  expect(await runtime.waitAll([one, one, one])).toEqual(['one', 'one', 'one']);
  const other = after(3, 'other');
  expect(runtime.waitAllSync([other, other])).toEqual(['other', 'other']);
  const third = movers['wakers']!.fill(Buffer.alloc(1 << 20), 1);
  const outputs = await Promise.all([runtime.wait(third), third, runtime.wait(third)]);
  expect(new Set(outputs).size).toBe(1);
});

test('a mover is used on after a synchronous wait in the same turn', async () => {
  const { futures } = movers['wakers']!;
  const target = Buffer.alloc(4 << 20);
  runtime.waitSync(futures.fill(target, 1));
  await runtime.wait(futures.fill(target, 2));
  expect(target[0]).toBe(2);
  runtime.waitSync(futures.fill(target, 3));
  await movers['wakers']!.fill(target, 4);
  expect(target[0]).toBe(4);
});

test('waitSync completes eager operations and waits in line for slots', () => {
  const narrow = movers['narrow']!;
  const targets = Array.from({ length: 50 }, () => Buffer.alloc(5000));
  const outputs = runtime.waitAllSync(targets.map((target, n) => narrow.fill(target, n)));
  expect(outputs.every((target, n) => target[4999] === n)).toBe(true);
});

test('waitSync waits for slots that are taken by what nobody waits for', async () => {
  const narrow = movers['narrow']!;
  const others = [1, 2, 3].map((value) => narrow.fill(Buffer.alloc(5000), value));
  expect(runtime.waitSync(narrow.futures.fill(Buffer.alloc(100), 4), 1500)[99]).toBe(4);
  expect((await Promise.all(others)).map(([first]) => first)).toEqual([1, 2, 3]);
});

test('waitSync completes the jobs of movers that what it waits for only looks at', () => {
  const job = movers['wakers']!.fill(Buffer.alloc(5000), 1);
  const looks = future<null, string>(null, ({ resolve }) =>
    job.done ? resolve('seen') : FutureState.Running,
  );
  expect(runtime.waitSync(looks, 1500)).toBe('seen');
});

test('a promise cannot complete while the thread is blocked: the wait ends by its time', async () => {
  const late = fromPromise(() => sleep(1));
  expect(() => runtime.waitSync(late, 20)).toThrow(
    expect.objectContaining({ name: 'TimeoutError' }),
  );
  expect(late.state).toBe(FutureState.Running);
  await runtime.wait(late);
});

test.each(['wait', 'waitSync'] as const)('%s: after its time the future goes on', async (way) => {
  let waiting = true;
  const slow = future<null, string>(null, ({ resolve }) =>
    waiting ? FutureState.Running : resolve('in the end'),
  );
  const start = performance.now();
  const wait = async (): Promise<string> =>
    way === 'wait' ? runtime.wait(slow, { timeoutMs: 15 }) : runtime.waitSync(slow, 15);
  await expect(wait()).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(performance.now() - start).toBeGreaterThanOrEqual(13);
  expect(slow.done).toBe(false);
  waiting = false;
  expect(await runtime.wait(slow, { timeoutMs: 20_000 })).toBe('in the end');
});

test('a wait that was in time leaves no timer behind', async () => {
  const manual = new Runtime({ drive: 'manual' });
  const before = holds('Timeout');
  const wait = manual.wait(after(1, 1), { timeoutMs: 60_000 });
  expect(holds('Timeout') - before).toBe(1);
  manual.poll();
  // In the microtasks: nothing else runs meanwhile.
  await wait;
  expect(holds('Timeout') - before).toBe(0);
});

test('timeoutMs 0: what is complete, or completes in the first poll, is in time', async () => {
  expect(runtime.waitSync(after(1, 'now'), 0)).toBe('now');
  expect(() => runtime.waitSync(after(2, 'later'), 0)).toThrow(DOMException);
  expect(await runtime.wait(completed('now'), { timeoutMs: 0 })).toBe('now');
  expect(await runtime.wait(after(1, 'now'), { timeoutMs: 0 })).toBe('now');
});

describe('a signal', () => {
  test('that aborts stops what can be stopped, and the wait rejects with its reason', async () => {
    const { future: endless } = new Signalled<never>();
    const controller = new AbortController();
    const wait = runtime.wait(endless, { signal: controller.signal });
    await sleep(1);
    controller.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    expect(endless.done).toBe(true);
    expect(runtime.pending).toBe(0);
  });

  test('that has aborted before: nothing begins', async () => {
    let begun = false;
    const lazy = future<null, number>(null, ({ resolve }) => {
      begun = true;
      return resolve(1);
    });
    const wait = runtime.wait(lazy, { signal: AbortSignal.abort(new Error('before')) });
    await expect(wait).rejects.toThrow('before');
    expect(begun).toBe(false);
  });

  test('does not matter for what is complete', async () => {
    expect(await runtime.wait(completed(5), { signal: AbortSignal.abort() })).toBe(5);
  });

  test('for what is under way: the wait rejects when that has ended', async () => {
    const target = Buffer.alloc(16 << 20);
    const fill = movers['wakers']!.futures.fill(target, 3);
    fill.poll();
    const controller = new AbortController();
    await sleep(0);
    const wait = runtime.wait(fill, { signal: controller.signal });
    const begun = !fill.done;
    controller.abort(new Error('too late'));
    if (begun) await expect(wait).rejects.toThrow('too late');
    expect(fill.done).toBe(true);
  });

  test('of waitAll stops all of them', async () => {
    const made = [new Signalled<never>().future, new Signalled<never>().future, after(2, 1)];
    const controller = new AbortController();
    const wait = runtime.waitAll(made, { signal: controller.signal });
    await made[2];
    controller.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    expect(made.map((f) => f.error?.message)).toEqual(['enough', 'enough', undefined]);
  });
});

test('Infinity is as good as no time', async () => {
  expect(await runtime.wait(after(3, 1), { timeoutMs: Infinity })).toBe(1);
  expect(runtime.waitSync(after(3, 2), Infinity)).toBe(2);
});

describe('arguments that make no sense', () => {
  const codes = { code: expect.stringMatching(/^ERR_(INVALID|OUT_OF)_/) as string };

  test.each([undefined, null, 1, 'future', {}, Promise.resolve(1), [after(1, 1)]])(
    'no future: %p',
    async (value) => {
      const no = value as Future<unknown>;
      await expect(runtime.wait(no)).rejects.toMatchObject(codes);
      await expect(runtime.waitAll([no])).rejects.toMatchObject(codes);
      expect(() => runtime.waitSync(no)).toThrow(expect.objectContaining(codes));
      expect(() => runtime.waitAllSync([completed(1), no])).toThrow(expect.objectContaining(codes));
      await expect(runtime.completions([no]).next()).rejects.toMatchObject(codes);
    },
  );

  test.each([undefined, null, 7, {}, after(1, 1)])('no array: %p', async (value) => {
    const no = value as readonly Future<unknown>[];
    await expect(runtime.waitAll(no)).rejects.toMatchObject(codes);
    expect(() => runtime.waitAllSync(no)).toThrow(expect.objectContaining(codes));
    await expect(runtime.completions(no).next()).rejects.toMatchObject(codes);
  });

  test.each([{ timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: '5' }, { timeout: 5 }, 5])(
    'options: %p',
    async (options) => {
      await expect(runtime.wait(completed(1), options as object)).rejects.toMatchObject(codes);
    },
  );

  test.each([-1, NaN, '5', null])('a time: %p', (milliseconds) => {
    expect(() => runtime.waitSync(completed(1), milliseconds as number)).toThrow(
      expect.objectContaining(codes),
    );
  });
});
