import { childResult } from '../support/child';

const work = `
  const m = threadsMover({ threads: 1 });
  const own = new Runtime({ sleepMs: 1, spinsBeforeSleep: 1 });
  const { future, FutureState } = library;
  let polls = 0;
  const polled = future(null, ({ resolve }) => (++polls < 50 ? FutureState.Running : resolve('polled')));
  const target = Buffer.alloc(1 << 20);
  await m.copy(target, Buffer.alloc(1 << 20, 3));
  await Promise.all(Array.from({ length: 1000 }, () => m.fill(Buffer.alloc(64), 1)));
  const outputs = [target[0], await own.wait(polled)];
  await m.drain();
  await m.close();
  console.log(JSON.stringify(outputs));
`;

test.each([
  ['of node:test', `require('node:test').mock.timers.enable();`],
  [
    'of @sinonjs/fake-timers',
    `const fake = () => ({ ref() { return this; }, unref() { return this; } });
     for (const owner of [require('node:timers'), globalThis]) {
       for (const name of ['setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask'])
         owner[name] = fake;
     }
     require('node:perf_hooks').performance.now = () => 0;`,
  ],
])('engines complete their work beside fake timers %s', async (_whose, fakes) => {
  expect(await childResult(`${fakes}${work}`)).toEqual([3, 'polled']);
});
