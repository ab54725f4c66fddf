import { completed, failed, FutureState, loop, Notifier, type Future } from '../../lib';
import { after, gate, outcome } from './gate';

const { Idle, Complete, Running } = FutureState;
const reason = new Error('enough');
const error = new Error('no');
const fail = (): never => {
  throw error;
};

test('turn by turn, until a value is accepted', async () => {
  const turns: number[] = [];
  const own = loop(
    (turn) => (turns.push(turn), after(2, turn * turn)),
    (value) => value >= 9,
  );
  expect([own.state, turns]).toEqual([Idle, []]);
  expect(await own).toBe(9);
  expect(turns).toEqual([0, 1, 2, 3]);
});

test('a turn begins when the one before is complete', () => {
  const parts = [gate(), gate()];
  const own = loop(
    (turn) => parts[turn]!.future,
    (value) => value === 1,
  );
  own.poll();
  own.poll();
  expect(parts.map(({ polls }) => polls)).toEqual([2, 0]);
  parts[0]!.open(0);
  own.poll();
  expect(parts.map(({ polls }) => polls)).toEqual([2, 1]);
  parts[1]!.open(1);
  expect([own.poll(), own.output]).toEqual([Complete, 1]);
});

test('bodies that are complete at once do not hold up the caller', () => {
  let turns = 0;
  const own = loop(
    () => completed(++turns),
    (value) => value === 1000,
  );
  expect(own.poll()).toBe(Running);
  expect(turns).toBeLessThan(10);
  while (own.poll() !== Complete);
  expect(turns).toBe(1000);
});

test('then the waker is called: there is more to do', () => {
  let woken = 0;
  const own = loop(
    () => completed(0),
    () => false,
  );
  own.poll(new Notifier({ wake: () => woken++ }));
  expect(woken).toBeGreaterThan(0);
});

test.each([
  ['body', () => loop(fail, () => true)],
  ['until', () => loop(() => completed(1), fail)],
  [
    'a turn',
    () =>
      loop(
        () => failed(error),
        () => true,
      ),
  ],
])('a failure of %s ends it', (_name, make) => {
  const own = make();
  own.poll();
  expect(own.error).toBe(error);
});

test.each([undefined, null, 1, Promise.resolve(1)])('a body that gives %p fails it', (value) => {
  const own = loop((() => value) as never, () => true);
  own.poll();
  expect(own.error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_RETURN_VALUE' });
});

test('has: of the turn under way', () => {
  const part = gate(['async']);
  const own = loop(
    () => part.future,
    () => true,
  );
  expect(own.has('async')).toBe(false);
  own.poll();
  expect(own.has('async')).toBe(true);
  part.open(1);
  own.poll();
  expect(own.has('async')).toBe(false);
});

describe('cancel', () => {
  const always = (): boolean => true;

  test('before the first turn', () => {
    let turns = 0;
    const own = loop(() => completed(++turns), always);
    expect([own.cancel(reason), own.poll(), own.error, turns]).toEqual([true, Complete, reason, 0]);
  });

  test('in a turn that can be stopped', () => {
    const part = gate();
    const own = loop(() => part.future, always);
    own.poll();
    expect([own.cancel(reason), own.error, part.future.error]).toEqual([true, reason, reason]);
  });

  test('in a turn that has to be waited for', () => {
    const part = gate(['async']);
    let turns = 0;
    const own = loop(() => (turns++, part.future), always);
    own.poll();
    expect([own.cancel(reason), own.poll()]).toEqual([false, Running]);
    part.open(1);
    expect([own.poll(), own.error, turns]).toEqual([Complete, reason, 1]);
  });

  test('between two turns', () => {
    const own = loop(
      () => completed(1),
      () => false,
    );
    own.poll();
    expect([own.cancel(reason), own.poll(), own.error]).toEqual([true, Complete, reason]);
  });

  test('from within body: what it gives is not begun', () => {
    const part = gate();
    const own: Future<number> = loop(() => (own.cancel(reason), part.future), always);
    own.poll();
    own.poll();
    expect([outcome(own), part.polls]).toEqual([reason, 0]);
  });

  test('from within until, which accepts: the reason counts', () => {
    const own: Future<number> = loop(
      () => completed(1),
      () => (own.cancel(reason), true),
    );
    own.poll();
    expect(outcome(own)).toBe(reason);
  });

  test('from within until: no further turn', () => {
    let turns = 0;
    const own: Future<number> = loop(
      () => completed(++turns),
      () => (own.cancel(reason), false),
    );
    own.poll();
    own.poll();
    expect([own.error, turns]).toEqual([reason, 1]);
  });
});

test('until that gives a promise is refused: nobody waits for it', () => {
  const own = loop(() => completed(1), (() => Promise.resolve(true)) as never);
  expect([own.poll(), own.error]).toEqual([
    Complete,
    expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_RETURN_VALUE' }),
  ]);
});

test('a body that waits for the loop itself makes no progress, and can be cancelled', () => {
  const own: Future<number> = loop(
    () => own,
    () => true,
  );
  own.poll();
  own.poll();
  expect(own.done).toBe(false);
});

test('arguments of the wrong kind', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const make = loop as (...args: unknown[]) => unknown;
  for (const body of [undefined, 1, completed(1)])
    expect(() => make(body, () => true)).toThrow(type);
  for (const until of [undefined, 1, true])
    expect(() => make(() => completed(1), until)).toThrow(type);
});
