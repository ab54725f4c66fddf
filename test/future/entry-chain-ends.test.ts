import { chainOf, completed, failed, future, FutureState, type EntryChain } from '../../lib';
import { foreign, gate, outcome } from './gate';

const { Complete, Running } = FutureState;
const reason = new Error('enough');
const error = new Error('no');

describe('a failure of', () => {
  const fail = (): never => {
    throw error;
  };
  const cases: [string, object][] = [
    ['init', { init: fail }],
    ['map', { map: fail }],
    ['a future', { future: failed(error) }],
    ['a future that init gives', { init: () => failed(error) }],
    ['a task', { init: () => future(null, fail) }],
    ['poll of a foreign future', { init: () => foreign({ poll: fail }) }],
    [
      'output of a foreign future',
      { init: () => Object.defineProperty(foreign({ done: true }), 'output', { get: fail }) },
    ],
  ];
  test.each(cases)(
    '%s: fails the chain, no map runs, the other futures are let go',
    (_name, entry) => {
      const rest = [gate(), gate()];
      const own = chainOf({}, [
        {},
        entry,
        ...rest.map(({ future: left }) => ({ future: left, map: fail })),
      ]);
      expect(() => own.poll()).not.toThrow();
      expect([own.error, own.processed]).toEqual([error, [true, false, false, false]]);
      expect(rest.map(({ polls, future: left }) => [polls, left.error])).toEqual([
        [0, error],
        [0, error],
      ]);
    },
  );

  test('a foreign future that is cancelled, or does not let itself be', () => {
    const [gives, throws] = [
      foreign({ cancel: () => true, done: true, error: reason }),
      foreign({ cancel: fail, has: fail }),
    ];
    const [one, other] = [gives, throws].map((part) => chainOf({}, [{ future: part }]));
    for (const own of [one!, other!]) own.poll();
    expect([one!.error, other!.has('async'), other!.cancel(reason)]).toEqual([
      reason,
      false,
      false,
    ]);
  });

  test('init, when has asks', () => {
    const own = chainOf({}, [{ init: fail }]);
    expect([own.has('async'), own.error]).toEqual([false, error]);
  });

  test('an init that gives no future', () => {
    for (const value of [1, null, {}, 'x', Promise.resolve(1)]) {
      const own = chainOf({}, [{ name: 'odd', init: () => value as never }]);
      own.poll();
      expect(own.error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_RETURN_VALUE' });
      expect(own.error!.message).toContain("'odd'");
    }
  });

  test('one, and cancel of another that throws: the error is told, poll does not throw', () => {
    const cancel = (): never => {
      throw new Error('hostile');
    };
    const own = chainOf({}, [
      { init: fail },
      { future: foreign({ cancel }) },
      { future: gate().future },
    ]);
    expect(() => own.poll()).not.toThrow();
    expect(own.error).toBe(error);
  });
});

describe('cancel', () => {
  test('before the start: futures that were given are cancelled, no init runs', () => {
    let inits = 0;
    const given = gate();
    const own = chainOf({}, [{ future: given.future }, { init: () => (inits++, completed(1)) }]);
    expect([own.cancel(reason), own.error, given.future.error]).toEqual([true, reason, reason]);
    expect([own.poll(), given.polls, inits]).toEqual([Complete, 0, 0]);
  });

  test('while an entry can be stopped', () => {
    const [first, second] = [gate(), gate()];
    const own = chainOf({}, [{ future: first.future }, { future: second.future }]);
    own.poll();
    expect([own.cancel(reason), own.error]).toEqual([true, reason]);
    expect([first.future.error, second.future.error, second.polls]).toEqual([reason, reason, 0]);
  });

  test('while an entry has to be waited for', () => {
    const first = gate(['async']);
    const log: string[] = [];
    const own = chainOf({}, [
      { future: first.future, map: () => void log.push('map') },
      { init: () => (log.push('init'), completed(1)) },
    ]);
    own.poll();
    expect([own.cancel(reason), own.poll(), own.cancel(new Error('second'))]).toEqual([
      false,
      Running,
      false,
    ]);
    first.open(1);
    expect([own.poll(), own.error, log]).toEqual([Complete, reason, []]);
  });

  test('from within init: what it gives is not begun', () => {
    const slow = gate();
    const own: EntryChain<object> = chainOf({}, [
      { init: () => (own.cancel(reason), slow.future) },
    ]);
    own.poll();
    own.poll();
    expect([outcome(own), slow.polls]).toEqual([reason, 0]);
  });

  test('from within map: the next is not begun', () => {
    const slow = gate();
    const own: EntryChain<object> = chainOf({}, [
      { map: () => void own.cancel(reason) },
      { init: () => slow.future },
    ]);
    own.poll();
    own.poll();
    expect([outcome(own), slow.polls]).toEqual([reason, 0]);
  });

  test('between two runs of an entry', () => {
    const own = chainOf({}, [{ map: () => 'again' }]);
    own.poll();
    expect([own.cancel(reason), own.error, own.poll()]).toEqual([true, reason, Complete]);
  });

  test('behind the end', () => {
    const own = chainOf({}, []);
    own.poll();
    expect([own.cancel(reason), own.error]).toEqual([false, undefined]);
  });
});
