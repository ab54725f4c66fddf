import {
  all,
  chain,
  completed,
  failed,
  future,
  FutureState,
  Notifier,
  race,
  syncMover,
  type Future,
} from '../../lib';
import { settled } from '../../lib/future/combinators';
import { after, foreign, gate, outcome } from './gate';

const { Idle, Complete, Running } = FutureState;
const reason = new Error('enough');
const error = new Error('no');
const gates = (count: number, properties: readonly 'async'[] = []) =>
  Array.from({ length: count }, () => gate(properties));
const futures = <T>(parts: readonly { readonly future: Future<T> }[]) =>
  parts.map(({ future: part }) => part);

describe('all', () => {
  test('outputs by position, whatever the order of completion', () => {
    const parts = gates(3);
    const own = all(futures(parts));
    expect([own.state, own.poll()]).toEqual([Idle, Running]);
    for (const index of [2, 0, 1]) {
      expect(own.poll()).toBe(Running);
      parts[index]!.open(index * 10);
    }
    expect([own.poll(), own.output]).toEqual([Complete, [0, 10, 20]]);
  });

  test('of none, of complete ones, of one twice', () => {
    const twice = after(2, 7);
    const cases = [all([]), all([completed(1), completed('b')]), all([twice, twice])];
    for (const own of cases) while (own.poll() !== Complete);
    expect(cases.map((own) => own.output)).toEqual([[], [1, 'b'], [7, 7]]);
  });

  test('fails with the first error in the array, when all are complete', () => {
    const parts = gates(3);
    const own = all(futures(parts));
    own.poll();
    parts[2]!.break(new Error('third'));
    parts[1]!.break(error);
    expect(own.poll()).toBe(Running);
    parts[0]!.open(1);
    expect([own.poll(), own.error]).toEqual([Complete, error]);
  });

  test('the array may be changed afterwards, and may be frozen', () => {
    const parts = [completed(1), completed(2)];
    const own = all(parts);
    parts.length = 0;
    own.poll();
    expect(own.output).toEqual([1, 2]);
    const frozen = all(Object.freeze([completed(3)] as const));
    frozen.poll();
    expect(frozen.output).toEqual([3]);
  });

  test('has: when all that is pending has it', () => {
    const [goesOn, plain] = [gate(['async']), gate()];
    const own = all([goesOn.future, plain.future]);
    expect(own.has('async')).toBe(false);
    own.poll();
    plain.open(1);
    expect(own.has('async')).toBe(true);
    goesOn.open(2);
    own.poll();
    expect([own.done, own.has('async')]).toEqual([true, false]);
  });

  test('with a waker, a part is polled when it has something to do', () => {
    const parts = gates(3);
    const own = all(futures(parts));
    let woken = 0;
    const notifier = new Notifier({ wake: () => woken++ });
    own.poll(notifier);
    for (let n = 0; n < 5; n++) own.poll(notifier);
    expect([notifier.used, parts.map(({ polls }) => polls)]).toEqual(['waker', [1, 1, 1]]);
    parts[1]!.open(1);
    expect(woken).toBeGreaterThan(0);
  });

  test('with a part that has to be polled, it has to be', () => {
    const own = all([gate().future, after(5, 1)]);
    const notifier = new Notifier({ wake: () => undefined, poller: true });
    own.poll(notifier);
    expect(notifier.used).toBe('none');
  });

  test('a part that somebody else completes is seen', () => {
    const part = gate();
    const own = all([part.future]);
    let woken = 0;
    own.poll(new Notifier({ wake: () => woken++ }));
    part.future.cancel(reason);
    expect(woken).toBeGreaterThan(0);
    own.poll();
    expect(own.error).toBe(reason);
  });

  test.each([1, 2, 3])('nested %i deep, without a notifier', (depth) => {
    const part = gate();
    let own: Future<unknown> = part.future;
    for (let n = 0; n < depth; n++) own = all([own]);
    own.poll();
    own.poll();
    expect(part.polls).toBe(2);
    part.open(1);
    expect(own.poll()).toBe(Complete);
  });

  test('cancel: parts that are complete already do not matter', () => {
    const [early, late] = [gate(), gate()];
    const own = all([early.future, late.future]);
    own.poll();
    early.open(1);
    expect([own.cancel(reason), own.error, late.future.error]).toEqual([true, reason, reason]);
  });

  describe('cancel', () => {
    test.each([0, 1])('parts that can be stopped (polls before: %i)', (polls) => {
      const parts = gates(2);
      const own = all(futures(parts));
      for (let n = 0; n < polls; n++) own.poll();
      expect([own.cancel(reason), own.error]).toEqual([true, reason]);
      expect(parts.map(({ future: part }) => part.error)).toEqual([reason, reason]);
    });

    test.each([0, 1])('a part has to be waited for (polls before: %i)', (polls) => {
      const [early, late] = [gate(), gate(['async'])];
      late.future.poll();
      const own = all([early.future, late.future]);
      for (let n = 0; n < polls; n++) own.poll();
      expect([own.cancel(reason), early.future.error, own.done]).toEqual([false, reason, false]);
      expect(own.poll()).toBe(Running);
      late.open(1);
      expect([own.poll(), own.error]).toEqual([Complete, reason]);
    });

    test('from within a part: the others are not begun', () => {
      const other = gate();
      const own: Future<unknown> = all([
        future(null, () => (own.cancel(reason), Running)),
        other.future,
      ]);
      own.poll();
      own.poll();
      expect([outcome(own), other.polls]).toEqual([reason, 0]);
    });
  });

  test('a foreign part that throws fails it, the others are waited for', () => {
    const part = gate();
    const hostile = foreign({
      poll: () => {
        throw error;
      },
    });
    const own = all([hostile, part.future]);
    expect([own.poll(), own.poll()]).toEqual([Running, Running]);
    part.open(1);
    expect([own.poll(), own.error]).toEqual([Complete, error]);
  });

  test('10,000 parts', () => {
    const own = all(Array.from({ length: 10_000 }, (_, n) => after(1 + (n % 3), n)));
    while (own.poll() !== Complete);
    expect(own.output.every((value, index) => value === index)).toBe(true);
  });
});

describe('race', () => {
  test('completes like the first that does; the others are cancelled', () => {
    const parts = gates(3);
    const own = race(futures(parts));
    own.poll();
    parts[1]!.open(5);
    expect([own.poll(), own.output]).toEqual([Complete, 5]);
    expect(parts.map(({ future: part }) => part.error?.name)).toEqual([
      'AbortError',
      undefined,
      'AbortError',
    ]);
  });

  test('fails like the first that does', () => {
    const parts = gates(2);
    const own = race(futures(parts));
    own.poll();
    parts[1]!.break(error);
    own.poll();
    expect([own.error, parts[0]!.future.error?.name]).toEqual([error, 'AbortError']);
  });

  test('a loser that cannot be stopped goes on', () => {
    const [winner, loser] = [gate(), gate(['async'])];
    const own = race([winner.future, loser.future]);
    own.poll();
    winner.open(1);
    own.poll();
    expect([own.output, loser.future.state]).toEqual([1, Running]);
    loser.open(2);
    expect(loser.future.output).toBe(2);
  });

  test.each([0, 1, 2])('of one that is complete, at place %i: nothing else begins', (place) => {
    const memory = Buffer.alloc(8);
    const other = gate();
    const parts: Future<unknown>[] = [other.future, syncMover().futures.fill(memory, 7)];
    const own = race(parts.toSpliced(place, 0, completed(1)));
    own.poll();
    expect([own.output, other.polls, memory]).toEqual([1, 0, Buffer.alloc(8)]);
  });

  test('of two that are complete the first in the array wins', () => {
    const own = race([gate().future, failed(error), completed(1)]);
    own.poll();
    expect(own.error).toBe(error);
  });

  test('of none fails', () => {
    expect(race([]).error).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
  });

  test.each([0, 1])('cancel stops all parts (polls before: %i)', (polls) => {
    const parts = gates(2);
    const own = race(futures(parts));
    for (let n = 0; n < polls; n++) own.poll();
    expect([own.cancel(reason), own.error]).toEqual([true, reason]);
    expect(parts.map(({ future: part }) => part.error)).toEqual([reason, reason]);
  });

  test('cancelled too late, it fails with the reason, though a part completes', () => {
    const parts = gates(2, ['async']);
    const own = race(futures(parts));
    own.poll();
    expect(own.cancel(reason)).toBe(false);
    parts[0]!.open(1);
    own.poll();
    parts[1]!.open(2);
    own.poll();
    expect(outcome(own)).toBe(reason);
  });

  test('a loser whose cancel throws changes nothing', () => {
    const hostile = foreign({
      cancel: () => {
        throw new Error('hostile');
      },
    });
    const own = race([hostile, after(1, 3)]);
    own.poll();
    expect(outcome(own)).toBe(3);
  });
});

test('chains side by side, and side by side in a chain', async () => {
  const side = (value: number) => chain(after(value, value)).next((n) => n * 2);
  const own = chain(() => all([side(3), side(1), side(2)])).next((values) =>
    race(values.map((value) => after(value, value))),
  );
  expect(await own).toBe(2);
});

test.each([
  ['all', all],
  ['race', race],
])('%s: arguments of the wrong kind', (_name, combine) => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  for (const parts of [
    undefined,
    null,
    1,
    'parts',
    {},
    [1],
    [Promise.resolve(1)],
    [completed(1), null],
  ]) {
    expect(() => combine(parts as never)).toThrow(type);
  }
});

test('a loser of a race that has to be waited for is seen to its end', async () => {
  const part = gate(['async']);
  const loser = all([part.future]);
  const own = race([loser, after(1, 1)]);
  expect([own.poll(), own.output, loser.done]).toEqual([Complete, 1, false]);
  await new Promise((resolve) => setImmediate(resolve));
  part.open(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(loser.done).toBe(true);
});

describe('settled', () => {
  test('tells of each that it is done, failed or not, and never fails', () => {
    const parts = gates(2);
    const told: number[] = [];
    const own = settled([...futures(parts), completed(1), failed(error)], (index) => {
      told.push(index);
    });
    expect([own.state, told]).toEqual([Idle, []]);
    expect([own.poll(), told]).toEqual([Running, [2, 3]]);
    parts[1]!.break(error);
    expect([own.poll(), told]).toEqual([Running, [2, 3, 1]]);
    parts[0]!.open(1);
    expect([own.poll(), told, own.error]).toEqual([Complete, [2, 3, 1, 0], undefined]);
  });

  test('of none', () => {
    const own = settled([], () => undefined);
    expect([own.poll(), own.done, own.error]).toEqual([Complete, true, undefined]);
  });
});
