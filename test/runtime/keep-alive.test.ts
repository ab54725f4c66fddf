import { childResult, runChild } from '../support/child';

const prelude = `
  const { future, fromPromise, FutureState } = library;
  let polls = 0;
  const endless = () => future(null, () => { polls++; return FutureState.Running; });
  const after = (n) => { let k = 0; return future(null, (c) => ++k < n ? FutureState.Running : c.resolve(n)); };
  process.on('exit', () => console.log('exit'));`;

test.concurrent.each([
  [
    'a future that is polled',
    `console.log(await new Runtime().wait(after(5000)));`,
    '5000\nexit\n',
  ],
  [
    'one on another runtime beside one that does not',
    `void new Runtime().unref().wait(endless());
     console.log(await new Runtime().wait(after(500)));`,
    '500\nexit\n',
  ],
  [
    'one that rests',
    `console.log(await new Runtime({ sleepMs: 200, spinsBeforeSleep: 1 }).wait(after(4)));`,
    '4\nexit\n',
  ],
  [
    'ref() behind unref(), while it rests',
    `const rt = new Runtime({ sleepMs: 50, spinsBeforeSleep: 1 });
     rt.unref();
     const wait = rt.wait(after(6));
     setTimeout(() => rt.ref(), 20);
     console.log(await wait);`,
    '6\nexit\n',
  ],
  [
    'a poll that makes another runtime do something',
    `const other = new Runtime({ budget: 1 }).unref();
     let n = 0;
     const busy = future(null, ({ resolve }) => {
       void other.wait(future(null, (c) => c.resolve(1)));
       return ++n < 20 ? FutureState.Running : resolve(n);
     });
     console.log(await new Runtime().wait(busy));`,
    '20\nexit\n',
  ],
  [
    'close()',
    `const rt = new Runtime({ drive: 'manual' }); void rt.wait(after(50)); await rt.close(); console.log(polls);`,
    '0\nexit\n',
  ],
])('keeps the process alive: %s', async (_name, script, output) => {
  expect(await runChild(prelude + script)).toMatchObject({ code: 0, signal: null, stdout: output });
});

test.concurrent.each([
  ['a future on a runtime after unref()', `void new Runtime().unref().wait(endless());`],
  [
    'unref() later',
    `const rt = new Runtime(); void rt.wait(endless()); setTimeout(() => rt.unref(), 10);`,
  ],
  [
    'unref() while it rests',
    `const rt = new Runtime({ spinsBeforeSleep: 1, sleepMs: 60_000 });
     void rt.wait(endless());
     setTimeout(() => rt.unref(), 20);`,
  ],
  ['immediate, after unref()', `void new Runtime({ drive: 'immediate' }).unref().wait(endless());`],
  [
    'a future that has taken the waker',
    `void new Runtime().wait(fromPromise(() => new Promise(() => {})));`,
  ],
  [
    'the same, immediate',
    `void new Runtime({ drive: 'immediate' }).wait(fromPromise(() => new Promise(() => {})));`,
  ],
  ['a runtime that is driven by hand', `void new Runtime({ drive: 'manual' }).wait(endless());`],
  [
    'a future whose polls wait for more, after unref()',
    `const rt = new Runtime().unref();
     void rt.wait(future(null, () => { void rt.wait(after(3)); return FutureState.Running; }));`,
  ],
  [
    'a rest that was cut short by the last completion',
    `let done = false;
    const rt = new Runtime({ spinsBeforeSleep: 1, sleepMs: 60_000 });
    const mover = threadsMover({ threads: 1 });
    const slow = mover.futures.fill(Buffer.alloc(16 << 20), 1);
    await rt.waitAll([slow, future(null, (c) => slow.done ? c.resolve(1) : FutureState.Running)]);`,
  ],
])('does not keep the process alive: %s', async (_name, script) => {
  const start = performance.now();
  const { code, signal, stdout } = await runChild(prelude + script);
  expect([code, signal, stdout]).toEqual([0, null, 'exit\n']);
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('waiting for a waker that comes late takes no CPU', async () => {
  const { milliseconds, turns } = await childResult<{ milliseconds: number; turns: number }>(`
    const { fromPromise } = library;
    const rt = new Runtime();
    await rt.wait(fromPromise(() => new Promise((resolve) => setTimeout(resolve, 1))));
    const cpu = process.cpuUsage();
    await rt.wait(fromPromise(() => new Promise((resolve) => setTimeout(resolve, 500))));
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ milliseconds: (user + system) / 1000, turns: rt.stats().turns }));`);
  expect(milliseconds).toBeLessThan(100);
  expect(turns).toBeLessThan(10);
});

test('waitSync that sleeps takes no CPU', async () => {
  const milliseconds = await childResult<number>(`
    const { future, FutureState } = library;
    const rt = new Runtime({ spinsBeforeSleep: 1, sleepMs: 1000 });
    const cpu = process.cpuUsage();
    try { rt.waitSync(future(null, () => FutureState.Running), 500); } catch {}
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify((user + system) / 1000));`);
  expect(milliseconds).toBeLessThan(100);
});
