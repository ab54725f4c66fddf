import {
  chain,
  chainOf,
  completed,
  failed,
  future,
  FutureState,
  syncMover,
  threadsMover,
} from '../../lib';
import { after, gate } from './gate';

// What the C library miniasync says of chains, and what ours do: the same, or what the title says.

const { Complete, Running } = FutureState;

test('miniasync, chains, entry: a future or its init, and a map, over a state', () => {
  const state = { log: [] as unknown[] };
  const own = chainOf(state, [
    { name: 'given', future: completed(1), map: (output, _next, { log }) => void log.push(output) },
    {
      name: 'made',
      init: ({ log }) => completed(log.length),
      map: (output, _next, { log }) => void log.push(output),
    },
  ]);
  own.poll();
  expect(state.log).toEqual([1, 0]);
});

test('miniasync, chains, end: the last entry; the state may hold anything besides', () => {
  const state = { own: 'mine', count: 0 };
  const count = { map: () => (state.count++, undefined) };
  const own = chainOf(state, [count, count]);
  own.poll();
  expect(own.output).toEqual({ own: 'mine', count: 2 });
});

test('miniasync, chains, eager entry: a future that exists already; ours is the same, no copy', () => {
  const first = gate();
  first.future.poll();
  const own = chainOf({}, [{ future: first.future }]);
  own.poll();
  expect(first.polls).toBe(2);
  first.open(1);
  expect([own.poll(), first.future.done]).toEqual([Complete, true]);
});

test('miniasync, chains, lazy entry: init runs once, the first time that it is needed', () => {
  let inits = 0;
  const slow = gate();
  const own = chainOf({}, [{ init: () => (inits++, slow.future) }]);
  expect(inits).toBe(0);
  for (let n = 0; n < 4; n++) own.poll();
  expect([inits, slow.polls]).toEqual([1, 4]);
});

test('miniasync, chains, poll: goes on in the same poll; running while an entry is idle; ours begins at the first unprocessed', () => {
  const polls = [0, 0, 0];
  const idle = future<null, never>(null, () => (polls[2]++, FutureState.Idle));
  const quick = (index: number) =>
    future<null, number>(null, ({ resolve }) => (polls[index]++, resolve(index)));
  const own = chainOf({}, [{ future: quick(0) }, { future: quick(1) }, { future: idle }]);
  expect([own.poll(), own.poll(), own.poll()]).toEqual([Running, Running, Running]);
  expect([polls, idle.state, own.processed]).toEqual([
    [1, 1, 3],
    FutureState.Idle,
    [true, true, false],
  ]);
});

test('miniasync, chains, map of the last entry: has no next, and the state to write to', () => {
  const own = chainOf({ output: 0 }, [
    {
      future: completed(21),
      map: (output, next, state) => void (state.output = next === null ? output! * 2 : -1),
    },
  ]);
  own.poll();
  expect(own.output).toEqual({ output: 42 });
});

test('miniasync, chains, missing map: the init of the next runs when the poll comes to it', () => {
  const log: string[] = [];
  const first = gate();
  const own = chainOf({}, [
    { future: first.future },
    { init: () => (log.push('init'), undefined) },
  ]);
  own.poll();
  first.open(1);
  expect(log).toEqual([]);
  own.poll();
  expect(log).toEqual(['init']);
});

test('miniasync, chains, order guarantee: init(next) runs before map, map before poll(next)', () => {
  const log: string[] = [];
  const entry = (name: string) => ({
    init: () => {
      log.push(`init ${name}`);
      return future<null, string>(null, ({ resolve }) => {
        log.push(`poll ${name}`);
        return resolve(name);
      });
    },
    map: () => void log.push(`map ${name}`),
  });
  chainOf({}, ['a', 'b', 'c'].map(entry)).poll();
  const order = 'init a,poll a,init b,map a,poll b,init c,map b,poll c,map c';
  expect(log.join()).toBe(order);
});

test('miniasync, chains, order guarantee in the fluent form: a step sees the output before it is made', () => {
  const log: string[] = [];
  const step = (name: string) => (before: string) => {
    log.push(`make ${name} from ${before}`);
    return future<null, string>(null, ({ resolve }) => (log.push(`poll ${name}`), resolve(name)));
  };
  chain(completed('start')).next(step('a')).next(step('b')).poll();
  expect(log).toEqual(['make a from start', 'poll a', 'make b from a', 'poll b']);
});

test('miniasync, chains, skipping: the entry is not polled, its map runs; ours gives the slot back', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const memory = Buffer.alloc(8);
  const log: unknown[] = [];
  const own = chainOf({}, [
    { map: (_output, next) => void (next!.state = Complete) },
    { init: () => mover.futures.fill(memory, 9), map: (output) => void log.push(output) },
  ]);
  expect([own.poll(), own.processed, log]).toEqual([Complete, [true, true], [undefined]]);
  await mover.fill(Buffer.alloc(8), 1);
  expect(memory).toEqual(Buffer.alloc(8));
  await mover.close();
});

test('miniasync, chains, skipping in the fluent form: a step that gives a value', () => {
  const own = chain(completed(4)).next((value) => (value > 3 ? 'skipped' : after(5, 'done')));
  expect([own.poll(), own.output]).toEqual([Complete, 'skipped']);
});

test('miniasync, chains, running again: ours makes the future anew, in a later poll', () => {
  const tries = ['taken', 'taken', 'free'];
  const own = chainOf({ polls: 0 }, [
    {
      init: () => completed(tries.shift()),
      map: (lock) => (lock === 'taken' ? 'again' : undefined),
    },
    { map: (_output, _next, state) => (state.polls++, undefined) },
  ]);
  expect([own.poll(), own.poll(), own.poll()]).toEqual([Running, Running, Complete]);
  expect([tries, own.output.polls]).toEqual([[], 1]);
});

test('miniasync, chains, property: of the first unprocessed entry, whose init runs; none when all are processed', () => {
  const [first, second] = [gate(['async']), gate()];
  let inits = 0;
  const own = chainOf({}, [
    { init: () => (inits++, first.future) },
    { init: () => (inits++, second.future) },
  ]);
  expect([own.has('async'), inits]).toEqual([true, 1]);
  own.poll();
  first.open(1);
  own.poll();
  expect([own.has('async'), inits]).toEqual([false, 2]);
  second.open(2);
  own.poll();
  expect(own.has('async')).toBe(false);
});

test('miniasync, chains, flags: processed, as a list of answers that cannot be set', () => {
  const own = chainOf({}, [{}, { future: gate().future }]);
  expect(own.processed).toEqual([false, false]);
  own.poll();
  const { processed } = own;
  (processed as boolean[])[1] = true;
  expect([processed[0], own.processed, own.done]).toEqual([true, [true, false], false]);
});

test('miniasync, chains, nesting: a chain is a future, and an entry', () => {
  const inner = chainOf({ value: 0 }, [
    { init: () => after(3, 6), map: (output, _next, state) => void (state.value = output!) },
  ]);
  const own = chainOf({ value: 0 }, [
    { future: inner, map: (output, _next, state) => void (state.value = output!.value + 1) },
  ]);
  let polls = 0;
  while (own.poll() !== Complete) polls++;
  expect([polls, own.output.value]).toEqual([2, 7]);
});

test('miniasync, chains, a copy and then its print, in both forms', () => {
  const { futures } = syncMover();
  const source = Buffer.from('hello');
  const printed: string[] = [];
  const fluent = chain(futures.copy(Buffer.alloc(5), source)).tap((copy) =>
    printed.push(copy.toString()),
  );
  const exact = chainOf({ copy: Buffer.alloc(5) }, [
    { init: ({ copy }) => futures.copy(copy, source) },
    { map: (_output, _next, { copy }) => void printed.push(copy.toString()) },
  ]);
  expect([fluent.poll(), exact.poll(), printed]).toEqual([Complete, Complete, ['hello', 'hello']]);
});

test('miniasync, chains, errors: ours fail with the error of the entry, what is left is let go', () => {
  const error = new Error('no');
  const left = gate();
  const own = chainOf({}, [{ future: failed(error) }, { future: left.future }]);
  expect([own.poll(), own.error, left.future.error, left.polls]).toEqual([
    Complete,
    error,
    error,
    0,
  ]);
});
