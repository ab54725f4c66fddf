import { chain, chainOf, completed, future, FutureState, type EntryChain } from '../../lib';
import { after, gate } from './gate';

const { Idle, Complete, Running } = FutureState;

/** Polls to the end. */
function finish<S>(own: EntryChain<S>): EntryChain<S> {
  for (let polls = 0; own.poll() !== Complete; polls++) {
    if (polls > 1000) throw new Error('never complete');
  }
  return own;
}

test('the state is the output, and is handed to init and map', () => {
  const state = { inputs: [] as unknown[] };
  const own = chainOf(state, [
    { init: (given) => (given.inputs.push('init'), completed(1)) },
    { map: (output, next, given) => void given.inputs.push(output, next) },
  ]);
  expect([own.poll(), own.output === state, state.inputs]).toEqual([
    Complete,
    true,
    ['init', undefined, null],
  ]);
});

test('init of the next, then map, then the first poll of the next, in one poll', () => {
  const log: string[] = [];
  const own = chainOf({}, [
    {
      init: () => (log.push('init a'), after(2, 'a')),
      map: (output, next) => void log.push(`map ${output!}, next is ${next!.state}`),
    },
    {
      init: () => {
        log.push('init b');
        return future<null, string>(null, (context) => {
          log.push('poll b');
          return context.resolve('b');
        });
      },
      map: (output, next) =>
        void log.push(`map ${output!}, next is ${next === null ? 'null' : 'there'}`),
    },
  ]);
  expect([own.state, log]).toEqual([Idle, []]);
  expect([own.poll(), log]).toEqual([Running, ['init a']]);
  expect(own.poll()).toBe(Complete);
  expect(log).toEqual([
    'init a',
    'init b',
    `map a, next is ${Idle}`,
    'poll b',
    'map b, next is null',
  ]);
});

test('without a map, the next is initialised when the chain comes to it', () => {
  const log: string[] = [];
  const first = gate();
  const own = chainOf({}, [
    { future: first.future },
    { init: () => (log.push('init'), completed(1)) },
  ]);
  own.poll();
  expect(log).toEqual([]);
  first.open(1);
  own.poll();
  expect([log, own.done]).toEqual([['init'], true]);
});

test('processed tells how far it has come', () => {
  const gates = [gate(), gate(), gate()];
  const own = chainOf(
    {},
    gates.map(({ future: entry }) => ({ future: entry })),
  );
  const seen = gates.map(({ open }) => {
    own.poll();
    open(1);
    return own.processed;
  });
  own.poll();
  expect([...seen, own.processed]).toEqual([
    [false, false, false],
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
});

test('an entry under way is polled once per poll, those before it no more', () => {
  const [first, second] = [gate(), gate()];
  const own = chainOf({}, [{ future: first.future }, { future: second.future }]);
  own.poll();
  first.open(1);
  for (let n = 0; n < 5; n++) own.poll();
  expect([first.polls, second.polls]).toEqual([1, 5]);
});

test('with neither future nor init, or with an init that gives none, an entry is complete', () => {
  const outputs: unknown[] = [];
  const own = chainOf({}, [
    { map: (output) => void outputs.push(output) },
    { init: () => undefined, map: (output) => void outputs.push(output) },
    {},
  ]);
  expect([own.poll(), outputs]).toEqual([Complete, [undefined, undefined]]);
});

test('no entries: complete with the first poll', () => {
  const own = chainOf({ n: 1 }, []);
  expect([own.state, own.poll(), own.output, own.processed]).toEqual([
    Idle,
    Complete,
    { n: 1 },
    [],
  ]);
});

describe('skipping the next', () => {
  test('its future is not polled and is cancelled, its map runs', () => {
    const skipped = gate();
    const log: unknown[] = [];
    const own = chainOf({}, [
      {
        map: (_output, next) => {
          next!.state = Complete;
          log.push(next!.state);
          return undefined;
        },
      },
      { future: skipped.future, map: (output) => void log.push(output) },
      { map: () => void log.push('last') },
    ]);
    expect([own.poll(), log, own.error]).toEqual([
      Complete,
      [Complete, undefined, 'last'],
      undefined,
    ]);
    expect([skipped.polls, skipped.future.error?.name]).toEqual([0, 'AbortError']);
    expect(own.processed).toEqual([true, true, true]);
  });

  test('nothing but Complete can be set', () => {
    for (const state of [Idle, Running, 7, undefined]) {
      const own = chainOf({}, [
        { map: (_output, next) => void (next!.state = state as typeof Idle) },
        { init: () => completed(1) },
      ]);
      own.poll();
      expect(own.error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    }
  });
});

describe('again', () => {
  test('runs the entry once more in a later poll, from init on', () => {
    let runs = 0;
    const log: string[] = [];
    const own = chainOf({}, [
      {
        init: () => (log.push('init'), completed(++runs)),
        map: (output) => (log.push(`map ${output!}`), output! < 3 ? 'again' : undefined),
      },
      { init: () => (log.push('next'), completed(0)) },
    ]);
    expect([own.poll(), own.processed, own.poll(), own.poll()]).toEqual([
      Running,
      [false, false],
      Running,
      Complete,
    ]);
    // The init of the next comes before the map, and once.
    expect(log).toEqual(['init', 'next', 'map 1', 'init', 'map 2', 'init', 'map 3']);
  });

  test('runs an entry without a future once more, too', () => {
    const state = { runs: 0 };
    const own = chainOf(state, [{ map: () => (++state.runs < 4 ? 'again' : undefined) }]);
    finish(own);
    expect(state.runs).toBe(4);
  });

  test('cannot run a future once more that is complete', () => {
    const own = chainOf({}, [{ name: 'copy', future: completed(1), map: () => 'again' }]);
    own.poll();
    expect(own.error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_RETURN_VALUE' });
    expect(own.error!.message).toContain("'copy'");
  });

  test('does not undo the skipping of the next', () => {
    let maps = 0;
    const skipped = gate();
    const own = chainOf({}, [
      {
        map: (_output, next) => {
          if (maps++ > 0) return undefined;
          next!.state = Complete;
          return 'again';
        },
      },
      { future: skipped.future },
    ]);
    finish(own);
    expect([own.error, skipped.polls]).toEqual([undefined, 0]);
  });
});

test.each([
  ['a promise', Promise.resolve('again')],
  ['another word', 'once more'],
])('map that gives %s fails the chain', (_name, said) => {
  const own = chainOf({}, [{ name: 'copy', future: completed(1), map: () => said as never }]);
  finish(own);
  expect(own.error).toMatchObject({
    code: 'ERR_INVALID_RETURN_VALUE',
    message: expect.stringContaining('copy') as string,
  });
});

test('has: of the first entry that is not processed, whose init runs once', () => {
  let inits = 0;
  const [first, second] = [gate(['async']), gate()];
  const own = chainOf({}, [
    { init: () => (inits++, first.future) },
    { init: () => (inits++, second.future) },
  ]);
  expect([own.has('async'), own.has('async'), inits]).toEqual([true, true, 1]);
  own.poll();
  expect(inits).toBe(1);
  first.open(1);
  own.poll();
  expect([own.has('async'), inits]).toEqual([false, 2]);
  second.open(2);
  own.poll();
  expect([own.done, own.has('async'), inits]).toEqual([true, false, 2]);
});

test('has: of an entry that has no future, and of a chain without entries', () => {
  const [bare, none] = [chainOf({}, [{}]), chainOf({}, [])];
  expect([bare, none].map((own) => [own.has('async'), own.state])).toEqual([
    [false, 0],
    [false, 0],
  ]);
  expect([bare, none].map((own) => own.poll())).toEqual([Complete, Complete]);
});

test('has: an init that polls the chain makes no progress by it', () => {
  const outputs: unknown[] = [];
  const own: EntryChain<object> = chainOf({}, [
    { init: () => (own.poll(), completed(5)), map: (output) => void outputs.push(output) },
  ]);
  own.has('async');
  expect(outputs).toEqual([]);
  own.poll();
  expect(outputs).toEqual([5]);
});

test('has: within a poll, it lets nobody poll', () => {
  let maps = 0;
  const own: EntryChain<object> = chainOf({}, [
    { map: () => void (maps++, own.has('async'), own.poll()) },
    {},
  ]);
  own.poll();
  expect([own.done, maps]).toEqual([true, 1]);
});

test('nested, in itself and in the other kind of chain', () => {
  const log: unknown[] = [];
  const inner = chainOf({ name: 'inner' }, [{ init: () => after(2, 1) }]);
  const fluent = chain(after(2, 3)).next((value) => value + 1);
  const own = chainOf({ name: 'outer' }, [
    { future: inner, map: (state) => void log.push(state!.name) },
    { future: fluent, map: (value) => void log.push(value! + 1) },
  ]);
  const outermost = chain(own).next((state) => state.name);
  while (outermost.poll() !== Complete);
  expect([log, outermost.output]).toEqual([['inner', 5], 'outer']);
});

test('an entry that waits for the chain itself fails it', () => {
  const own: EntryChain<object> = chainOf({}, [{ init: () => own }]);
  own.poll();
  expect(own.error).toBeInstanceOf(TypeError);
});

test('a map that polls the chain makes no progress by it', () => {
  let maps = 0;
  const own: EntryChain<object> = chainOf({}, [
    { map: () => void (maps++, own.poll()) },
    { map: () => void (maps++, own.has('async')) },
  ]);
  own.poll();
  expect([own.done, maps]).toEqual([true, 2]);
});

test('the entries are those at the time of the call', () => {
  const log: string[] = [];
  const entries = [{ map: () => void log.push('first') }];
  const own = chainOf({}, entries);
  entries.push({ map: () => void log.push('pushed') });
  own.poll();
  expect(log).toEqual(['first']);
});

test('100,000 entries take one poll', () => {
  const state = { sum: 0 };
  const entry = {
    init: () => completed(1),
    map: (one: number | undefined) => void (state.sum += one!),
  };
  const own = chainOf(state, Array<typeof entry>(100_000).fill(entry));
  expect([own.poll(), own.output.sum]).toEqual([Complete, 100_000]);
});

test('arguments of the wrong kind', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const value = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  const make = chainOf as unknown as (...args: unknown[]) => unknown;
  for (const state of [undefined, null, 1, 'state']) expect(() => make(state, [])).toThrow(type);
  for (const entries of [undefined, {}, 'entries', [1], [null], [undefined]]) {
    expect(() => make({}, entries)).toThrow(type);
  }
  for (const entry of [{ future: 1 }, { future: null }, { init: 1 }, { map: {} }]) {
    expect(() => make({}, [entry])).toThrow(type);
  }
  expect(() => make({}, [{ future: completed(1), init: () => completed(1) }])).toThrow(value);
});
