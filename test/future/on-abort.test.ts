import { getEventListeners } from 'node:events';
import { onAbort } from '../../lib/future/on-abort';
import { childResult } from '../support/child';

let controller: AbortController;
let signal: AbortSignal;
const called: string[] = [];

beforeEach(() => {
  controller = new AbortController();
  ({ signal } = controller);
  called.length = 0;
});

const listeners = (): number => getEventListeners(signal, 'abort').length;
const watch = (name: string): (() => void) => onAbort(signal, () => called.push(name));

test('a signal has one listener for all, and none once all are taken back', () => {
  const back = ['a', 'b', 'c'].map(watch);
  expect(listeners()).toBe(1);
  back[0]!();
  back[2]!();
  expect(listeners()).toBe(1);
  back[1]!();
  expect(listeners()).toBe(0);
  controller.abort();
  expect(called).toEqual([]);
});

test('what is taken back, once or twice, is not called; the others are', () => {
  const back = watch('a');
  watch('b');
  back();
  back();
  watch('c');
  controller.abort();
  expect(called).toEqual(['b', 'c']);
});

test('a signal that has aborted has no listener left', () => {
  watch('a');
  controller.abort();
  expect([called, listeners()]).toEqual([['a'], 0]);
});

test('watched again when nobody did any more', () => {
  watch('a')();
  watch('b');
  controller.abort();
  expect(called).toEqual(['b']);
});

test('a signal whose methods throw is reported, and stops nobody', async () => {
  const { errors, done } = await childResult<{ errors: string[]; done: boolean[] }>(`
    const errors = [];
    process.on('uncaughtException', ({ message }) => errors.push(message));
    const m = threadsMover({ threads: 1 });
    const signal = (own) => {
      const look = { aborted: false, reason: undefined, addEventListener() { }, removeEventListener() { } };
      return Object.defineProperties(look, Object.getOwnPropertyDescriptors(own));
    };
    const fail = (text) => () => { throw new Error(text); };
    const futures = [
      m.nop({ signal: signal({ addEventListener: fail('add') }) }),
      m.nop({ signal: signal({ removeEventListener: fail('remove') }) }),
      m.nop(),
    ];
    await Promise.all(futures);
    await new Promise(setImmediate);
    await m.close();
    console.log(JSON.stringify({ errors, done: futures.map(({ done }) => done) }));`);
  expect([errors.sort(), done]).toEqual([
    ['add', 'remove'],
    [true, true, true],
  ]);
});

test('a signal that throws when it is asked, while a promise waits, has no listener left, and is reported', async () => {
  const result = await childResult<unknown>(`
    const { chain, completed, future, FutureState } = library;
    const reported = [];
    process.on('uncaughtException', ({ message }) => reported.push(message));
    const rest = [];
    for (const good of [0, 1, 2, 3, 4]) {
      let asked = 0;
      let listeners = 0;
      const signal = {
        get aborted() { if (asked++ === good) throw new Error('asked'); return false; },
        addEventListener() { listeners++; },
        removeEventListener() { listeners--; },
      };
      let polls = 0;
      const own = future({}, (context) => ++polls < 3 ? FutureState.Running : context.resolve(7));
      const outcome = await own.promise({ signal }).catch((error) => error.message);
      rest.push([outcome, listeners]);
    }
    console.log(JSON.stringify({ rest, reported }));`);
  // At first it is looked at as an argument.
  const refused = ['asked', 0];
  const fine = [7, 0];
  expect(result).toEqual({ rest: [refused, refused, fine, fine, fine], reported: ['asked'] });
});
