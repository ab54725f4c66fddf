import { Runtime, type Future, type Notifier } from '../../lib';
import { childResult } from '../support/child';
import { after, turn } from './futures';

type Members = Partial<Record<keyof Future<unknown>, unknown>>;

/** A future that is not ours, done after `polls` polls; `members` are getters. */
function foreign(polls: number, members: { [K in keyof Members]: () => unknown } = {}) {
  let polled = 0;
  const all = {
    done: () => polled >= polls,
    poll: () => () => {
      polled++;
    },
    has: () => () => false,
    cancel: () => () => false,
    error: () => undefined,
    output: () => 'output',
    ...members,
  };
  const made = {};
  for (const [name, get] of Object.entries(all)) Object.defineProperty(made, name, { get });
  return made as Future<unknown>;
}

const hostile = (): never => {
  throw new Error('hostile');
};

/** A getter that throws from its use number `uses` on. */
function late<T>(uses: number, value: T): () => T {
  let used = 0;
  return () => (++used < uses ? value : hostile());
}

const futures: [string, () => Future<unknown>, string][] = [
  ['well-behaved', () => foreign(3), 'output'],
  ['has throws', () => foreign(3, { has: () => hostile }), 'output'],
  ['poll throws at once', () => foreign(3, { poll: () => hostile }), 'Error: hostile'],
  ['poll throws later', () => foreign(9, { poll: late(4, () => 2) }), 'Error: hostile'],
  ['done throws later', () => foreign(9, { done: late(6, false) }), 'Error: hostile'],
  ['output throws', () => foreign(2, { output: hostile }), 'Error: hostile'],
  ['error throws', () => foreign(2, { error: hostile }), 'Error: hostile'],
  ['poll takes the poller with nothing', () => foreign(9, { poll: () => take }), 'TypeError'],
];

function take(notifier: { usePoller(slot: unknown): void } | undefined): void {
  if (notifier === undefined) throw new TypeError('no notifier');
  notifier.usePoller(undefined);
}

const outcome = async (wait: () => unknown): Promise<string> => {
  try {
    return String(await wait());
  } catch (error) {
    return String(error);
  }
};

describe('foreign futures do no harm to others', () => {
  const runtime = new Runtime();

  test.each(futures)('wait: %s', async (_name, make, expected) => {
    const { completions } = runtime.stats();
    const waits = [make(), after(5, 'beside')].map((f) => outcome(() => runtime.wait(f)));
    const [result, beside] = await Promise.all(waits);
    expect(result).toMatch(expected);
    expect(beside).toBe('beside');
    expect(runtime.pending).toBe(0);
    expect(runtime.stats().completions - completions).toBe(2);
  });

  test.each(futures)('waitAll: %s', async (_name, make, expected) => {
    const [before, behind] = [after(30, 1), after(20, 2)];
    const result = await outcome(() => runtime.waitAll([before, make(), behind]));
    expect(result).toMatch(expected);
    expect([before.done, behind.done, runtime.pending]).toEqual([true, true, 0]);
  });

  test.each(futures)('waitSync: %s', async (_name, make, expected) => {
    expect(await outcome(() => runtime.waitSync(make()))).toMatch(expected);
  });

  test.each(futures)(
    'waitAllSync ends when all are complete: %s',
    async (_name, make, expected) => {
      const [before, behind] = [after(30, 1), after(20, 2)];
      const result = await outcome(() => runtime.waitAllSync([before, make(), behind]));
      expect(result).toMatch(expected);
      expect([before.done, behind.done]).toEqual([true, true]);
    },
  );

  test('each listener hears once of one whose output throws', async () => {
    const one = foreign(2, { output: hostile });
    const waits = await Promise.allSettled([runtime.wait(one), runtime.wait(one)]);
    expect(waits.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('one that holds a single waker is waited for several times', async () => {
    let wake: (() => void) | undefined;
    let complete = false;
    const poll = () => (notifier?: Notifier) => void (wake = notifier?.useWaker());
    const one = foreign(1, { poll, done: () => complete });
    const waits = [runtime.wait(one), runtime.wait(one), runtime.waitAll([one, one])];
    await turn();
    complete = true;
    wake!();
    expect(await Promise.all(waits)).toEqual(['output', 'output', ['output', 'output']]);
  });

  test('one that is never done: its wait ends by its time, or by a signal', async () => {
    const own = new Runtime();
    const never = foreign(Infinity);
    await expect(own.wait(never, { timeoutMs: 5 })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(() => own.waitSync(never, 5)).toThrow(DOMException);
    expect(await own.wait(after(50, 1))).toBe(1);
    own.unref();
  });
});

test('wakers that throw are reported, and nothing else is harmed', async () => {
  const { uncaught, outputs, woken } = await childResult<Record<string, unknown>>(`
    const { Notifier, future, FutureState } = library;
    const uncaught = [];
    process.on('uncaughtException', ({ message }) => uncaught.push(message));
    let woken = 0;
    const throwing = (text) => new Notifier({ wake() { throw new Error(text); } });
    const counting = () => new Notifier({ wake() { woken++; } });
    const m = threadsMover({ threads: 1 });
    const jobs = [1, 2, 3].map((value) => m.futures.fill(Buffer.alloc(1 << 20), value));
    for (const job of jobs) { job.poll(throwing('job')); job.poll(counting()); }
    let context;
    const own = future(null, (c, notifier) => {
      context = c;
      notifier?.useWaker();
      return FutureState.Running;
    });
    own.poll(throwing('own'));
    own.poll(counting());
    setTimeout(() => context.resolve(7), 5);
    const outputs = await new Runtime().waitAll([...jobs, own]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(JSON.stringify({ uncaught, woken, outputs: outputs.map((o) => o[0] ?? o) }));
    await m.close();`);
  expect([outputs, woken]).toEqual([[1, 2, 3, 7], 4]);
  expect((uncaught as string[]).sort()).toEqual(['job', 'job', 'job', 'own']);
});

test('a throwing waker that nobody catches ends the process as any exception does', async () => {
  await expect(
    childResult(`
      const { Notifier } = library;
      const m = threadsMover({ threads: 1 });
      m.futures.nop().poll(new Notifier({ wake() { throw new Error('mine'); } }));`),
  ).rejects.toThrow('mine');
});

test.each([
  ['threads', 'threadsMover({ threads: 1 })'],
  ['threads, poller', "threadsMover({ threads: 1, notifier: 'poller' })"],
  ['automatic choice', 'await open()'],
  ['synchronous', 'syncMover()'],
])('outputs whose then polls other futures and begins new ones: %s', async (_name, make) => {
  const result = await childResult<unknown>(`
    const m = ${make};
    const uncaught = [];
    process.on('uncaughtException', ({ stack }) => uncaught.push(stack));
    const made = [];
    let more = 0;
    const hostile = (value) => {
      const dst = Buffer.alloc(64);
      const get = () => {
        for (const future of made) future.poll();
        if (++more < 30) made.push(m.fill(Buffer.alloc(64), more));
        Runtime.default.poll();
      };
      return Object.defineProperty(dst, 'then', { get });
    };
    for (let n = 0; n < 20; n++) made.push(m.futures.fill(hostile(n), n));
    const promises = made.map((future) => future.promise());
    await null;
    await null;
    // So that the records of all are there when the sweep begins.
    const end = performance.now() + 5;
    while (performance.now() < end);
    await Promise.all(promises);
    for (const future of made) await future;
    console.log(JSON.stringify([uncaught, made.every(({ done }) => done), Runtime.default.pending]));
    await m.close();`);
  expect(result).toEqual([[], true, 0]);
});

test('members that a program has put on a future harm nobody else', async () => {
  const { harmed, never, closed } = await childResult<Record<string, unknown>>(`
    const { all } = library;
    process.on('uncaughtException', () => undefined);
    process.on('unhandledRejection', () => undefined);
    const m = threadsMover({ threads: 1 });
    const copy = () => m.futures.copy(Buffer.alloc(64), Buffer.alloc(64));
    const hostile = () => { throw new Error('hostile'); };
    const methods = ['poll', 'has', 'cancel', 'complete', 'fail', 'wake', 'drive', 'advance'];
    const accessors = ['state', 'done', 'output', 'error', 'phase', 'outcome', 'deferred'];
    const ways = {
      promise: (one) => one.promise(),
      wait: (one) => Runtime.default.wait(one),
      all: (one) => all([one, copy()]).promise(),
      completions: async (one) => { for await (const _ of Runtime.default.completions([one])); },
    };
    const patience = (promise) => Promise.race([
      promise.then(() => true, () => true),
      new Promise((resolve) => setTimeout(resolve, 2000, false)),
    ]);
    const harmed = [], never = [];
    for (const make of [copy, () => all([copy()]), () => m.futures.dualcast([Buffer.alloc(64), Buffer.alloc(64)], Buffer.alloc(64))])
      for (const [way, wait] of Object.entries(ways)) for (const name of [...methods, ...accessors]) {
        const one = make();
        Object.defineProperty(one, name, methods.includes(name) ? { value: hostile } : { get: hostile });
        let own;
        try { own = wait(one); } catch { own = Promise.resolve(); }
        own.catch(() => undefined);
        if (!(await patience(all([copy()]).promise()))) harmed.push([way, name]);
        if (name === 'poll' && !(await patience(own))) never.push([way, name]);
      }
    const closed = await patience(m.close());
    console.log(JSON.stringify({ harmed, never, closed }));
    process.exit();
  `);
  expect({ harmed, never, closed }).toEqual({ harmed: [], never: [], closed: true });
});

test('in the turns of the loop the wait for one that throws fails, and the others go on', async () => {
  const runtime = new Runtime();
  const [one, other] = [after(9, 1), after(3, 3)];
  const waits = [runtime.wait(one), runtime.wait(other)];
  Object.defineProperty(one, 'done', { configurable: true, get: hostile });
  expect(await Promise.allSettled(waits)).toMatchObject([
    { reason: { message: 'hostile' } },
    { value: 3 },
  ]);
  expect(runtime.pending).toBe(0);
  Reflect.deleteProperty(one, 'done');
  expect(await one).toBe(1);
});

test('polled by hand, one that throws tells who polls, and the others go on', () => {
  const runtime = new Runtime({ drive: 'manual' });
  const [one, other] = [after(1, 1), after(3, 2)];
  Object.defineProperty(one, 'done', { get: hostile });
  runtime.drive(one);
  runtime.drive(other);
  expect(() => runtime.poll()).toThrow('hostile');
  for (let polls = 0; polls < 3 && !other.done; polls++) runtime.poll();
  expect(other.done).toBe(true);
});
