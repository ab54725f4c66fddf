import { childResult, runChild } from '../support/child';

/** An engine `engine` that counts its calls, and its mover `m`. */
const setting = (start: string): string => `
  const { moverFrom, Notifier } = library;
  const counts = { create: 0, finish: 0, drop: 0 };
  const handles = new Set();
  const engine = {
    name: 'counting',
    capabilities: { operations: ['copy', 'nop'] },
    create(op, args) {
      counts.create++;
      const handle = { args, ended: false };
      handles.add(handle);
      return handle;
    },
    start(handle, notifier) { ${start} },
    check: (handle) => (handle.ended ? 1 : 2),
    finish(handle) { counts.finish++; handles.delete(handle); },
    drop(handle) { counts.drop++; handles.delete(handle); },
  };
  const m = moverFrom(engine);
  const collect = async () => {
    for (let n = 0; n < 10; n++) { globalThis.gc(); await new Promise(setImmediate); }
  };`;

/** What the engine counted after the work was done and the collector ran. */
const counted = (start: string, work: string): Promise<unknown> =>
  childResult(
    `${setting(start)}
    (() => { ${work} })();
    await collect();
    console.log(JSON.stringify({ ...counts, held: handles.size }));`,
    ['--expose-gc'],
  );

const copy = 'm.futures.copy(new Uint8Array(64), new Uint8Array(64))';

test.each([
  ['that told nobody anything', 'return true;'],
  ['that keeps the waker', 'handle.wake = notifier.useWaker(); return true;'],
  ['that keeps the notifier', 'handle.notifier = notifier; return true;'],
  ['with a location', 'notifier.usePoller((handle.slot = { done: false })); return true;'],
  ['that refuses', 'return false;'],
])('operations that nobody has any more, of an engine %s, are dropped once', async (_n, start) => {
  const work = `for (let n = 0; n < 100; n++) ${copy}.poll();`;
  const outcome = await counted(start, work);
  expect(outcome).toEqual({ create: 100, finish: 0, drop: 100, held: 0 });
});

test('those with a signal that lives on, too', async () => {
  const outcome = await counted(
    'return true;',
    `globalThis.controller = new AbortController();
    const { signal } = controller;
    for (let n = 0; n < 100; n++) m.futures.nop({ signal }).poll();`,
  );
  expect(outcome).toEqual({ create: 100, finish: 0, drop: 100, held: 0 });
});

test('those that ended are never dropped', async () => {
  const outcome = await counted(
    'handle.ended = true; return true;',
    `for (let n = 0; n < 100; n++) ${copy}.poll();`,
  );
  expect(outcome).toEqual({ create: 100, finish: 100, drop: 0, held: 0 });
});

test('those that were cancelled are not dropped again', async () => {
  const outcome = await counted(
    'return false;',
    `for (let n = 0; n < 100; n++) { const future = ${copy}; future.poll(); future.cancel(); }`,
  );
  expect(outcome).toEqual({ create: 100, finish: 0, drop: 100, held: 0 });
});

test.each([
  ['awaited', 'void m.futures.nop().then(() => ended++);'],
  ['eager', 'm.nop();'],
  [
    'polled by who is told',
    'const run = (f) => { f.poll(new Notifier({ wake: () => run(f) })); if (f.done) ended++; }; run(m.futures.nop());',
  ],
])('one that is %s lives until it ends, whoever holds it', async (_name, begin) => {
  const outcome = await childResult(
    `${setting('handle.wake = notifier.useWaker(); return true;')}
    let ended = 0;
    (() => { ${begin} })();
    await collect();
    const before = { ...counts };
    for (const handle of handles) { handle.ended = true; handle.wake(); }
    await collect();
    console.log(JSON.stringify([before, counts]));`,
    ['--expose-gc'],
  );
  const running = { create: 1, finish: 0, drop: 0 };
  expect(outcome).toEqual([running, { ...running, finish: 1 }]);
});

test('closing ends when what is under way was collected', async () => {
  const outcome = await childResult<string>(
    `${setting('handle.wake = notifier.useWaker(); return true;')}
    (() => { for (let n = 0; n < 10; n++) m.futures.nop().poll(); })();
    await collect();
    await m.close();
    console.log(JSON.stringify(counts.drop));`,
    ['--expose-gc'],
  );
  expect(outcome).toBe(10);
});

test.each([
  ['in a poll', 'start() { throw new Error("start"); }', 'future.poll();'],
  ['in cancel', 'start: () => false', 'future.poll(); future.cancel();'],
  ['in an abort', 'start: () => false', 'future.poll(); other.poll(); controller.abort();'],
  ['in the collector', 'start: () => true', 'future.poll(); future = undefined;'],
])('a drop that throws %s is reported, and stops nobody', async (_name, start, work) => {
  const [done, errors] = await childResult<[boolean, string[]]>(
    `${setting('return true;')}
    const controller = new AbortController();
    const { signal } = controller;
    const errors = [];
    process.on('uncaughtException', (error) => errors.push(error.message));
    const dropping = () => moverFrom({ ...engine, ${start}, drop() { throw new Error('drop'); } });
    let done = true;
    (() => {
      let future = dropping().futures.nop({ signal });
      const other = dropping().futures.nop({ signal });
      ${work}
      done = (future?.done ?? true) && (!signal.aborted || other.done);
    })();
    await collect();
    console.log(JSON.stringify([done, errors]));`,
    ['--expose-gc'],
  );
  expect(done).toBe(true);
  expect([...new Set(errors)]).toEqual(['drop']);
});

test.each([
  ['create', 'create() { throw new Error("lost"); }'],
  [
    'start, later',
    'start() { if (this.again) throw new Error("lost"); this.again = true; return false; }',
  ],
  ['check', 'check() { throw new Error("lost"); }'],
])('an eager failure that nobody looks at is reported once (%s)', async (_name, method) => {
  const [eager, lazy] = await Promise.all(
    ['m.nop();', 'm.futures.nop().poll();'].map((call) =>
      runChild(`${setting('return true;')}
        process.on('unhandledRejection', (error) => console.log(error.message));
        Object.assign(engine, { ${method} });
        ${call}
        await new Promise((resolve) => setTimeout(resolve, 10));`),
    ),
  );
  expect([eager.stdout, eager.code]).toEqual(['lost\n', 0]);
  expect([lazy.stdout, lazy.stderr, lazy.code]).toEqual(['', '', 0]);
});

test('an eager operation that was cancelled, or looked at, is not reported', async () => {
  const { code, stderr } = await runChild(`${setting('return false;')}
    m.nop().cancel();
    await m.close();
    m.nop().then(undefined, () => {});
    if (m.nop().error === undefined) throw new Error('it is not closed');`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a process with nothing but an idle custom mover ends', async () => {
  const { code, stderr } = await runChild(`${setting('handle.ended = true; return true;')}
    await m.nop();
    await Promise.all(Array.from({ length: 1000 }, () => m.futures.nop()));`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.each(['syncMover()', 'threadsMover({ threads: 1 })', 'await open()'])(
  'a process ends when what hundreds of futures began in %s is done',
  async (inner) => {
    const { code, stdout, stderr } = await runChild(`
      const inner = ${inner};
      const m = library.moverFrom({
        name: 'over another',
        capabilities: inner.capabilities,
        create: () => inner.futures.nop(),
        start: (future) => future.poll() !== 0,
        check: (future) => future.poll(),
        finish: () => undefined,
      });
      const begin = [() => m.futures.nop(), () => library.chain(() => inner.futures.nop())];
      const all = Array.from({ length: 700 }, (_, n) => begin[n % 2]());
      console.log((await Promise.all(all)).length);`);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '700\n', stderr: '' });
  },
);
