import {
  all,
  chain,
  chainOf,
  completed,
  failed,
  future,
  FutureState,
  loop,
  type Chain,
} from '../../lib';
import { after, foreign, gate, outcome } from './gate';

const { Idle, Complete, Running } = FutureState;
const error = new Error('no');
const invalidReturn = expect.objectContaining({ code: 'ERR_INVALID_RETURN_VALUE' });

test('nothing runs before the first poll, then every step that can', () => {
  const log: string[] = [];
  const own = chain(() => (log.push('first'), completed(1)))
    .next((value) => (log.push('next'), value + 1))
    .tap((value) => log.push(`tap ${value}`))
    .next((value) => completed(value * 2));
  expect([own.state, log]).toEqual([Idle, []]);
  expect([own.poll(), own.output]).toEqual([Complete, 4]);
  expect(log).toEqual(['first', 'next', 'tap 2']);
  expect([own.poll(), log.length]).toEqual([Complete, 3]);
});

test('a step is begun when the one before is complete, in the same poll', () => {
  const [one, two] = [gate(), gate()];
  const given: number[] = [];
  const own = chain(one.future).next((value) => (given.push(value), two.future));
  expect([own.poll(), own.poll(), given]).toEqual([Running, Running, []]);
  one.open(5);
  expect([own.poll(), given, two.polls]).toEqual([Running, [5], 1]);
  two.open(6);
  expect([own.poll(), own.output]).toEqual([Complete, 6]);
});

test('steps give values, futures, promises and other thenables', async () => {
  const thenable = { then: (onValue: (value: string) => void) => onValue('d') };
  const own = chain(completed('a'))
    .next((text) => `${text}b`)
    .next(async (text) => `${text}c`)
    .next((text) => Promise.all([text, thenable as PromiseLike<string>]))
    .next((texts) => after(3, texts.join('')));
  expect(await own).toBe('abcd');
});

test('a function with a `then` is a thenable; one without is a value', async () => {
  const thenable = Object.assign(() => 0, { then: (onValue: (n: number) => void) => onValue(7) });
  const plain = (): number => 8;
  expect(await chain(completed(0)).next(() => thenable as unknown as Promise<number>)).toBe(7);
  const own = chain(completed(0)).next(() => plain);
  own.poll();
  expect(own.output).toBe(plain);
});

test('undefined, null and false are values like any other', () => {
  for (const value of [undefined, null, false, 0, '']) {
    const own = chain(completed(value)).next((given) => [given]);
    own.poll();
    expect(own.output).toEqual([value]);
  }
});

test('tap: the value goes on, whatever the function returns', () => {
  const slow = gate();
  const own = chain(completed(1)).tap((() => slow.future) as unknown as () => void);
  own.poll();
  expect([own.output, slow.polls]).toEqual([1, 0]);
});

test('recover: for failures alone', () => {
  const asked: unknown[] = [];
  const well = chain(completed(1)).recover((why) => (asked.push(why), 2));
  const badly = chain<number>(failed(error)).recover((why) => (asked.push(why), completed('two')));
  well.poll();
  badly.poll();
  expect([well.output, badly.output, asked]).toEqual([1, 'two', [error]]);
});

test('recover: steps in between are passed over, those behind go on', () => {
  const log: string[] = [];
  const own = chain<number>(failed(error))
    .next(() => log.push('next'))
    .tap(() => log.push('tap'))
    .recover(() => 10)
    .recover(() => log.push('second'))
    .next((value) => value + 1);
  own.poll();
  expect([own.output, log]).toEqual([11, []]);
});

test('lastly: after success and after failure', () => {
  const log: string[] = [];
  const well = chain(completed(1)).lastly(() => log.push('well'));
  const badly = chain<number>(failed(error)).lastly(() => log.push('badly'));
  for (const own of [well, badly]) own.poll();
  expect([well.output, badly.error, log]).toEqual([1, error, ['well', 'badly']]);
});

describe('an error thrown at each point fails the chain there', () => {
  const fail = (): never => {
    throw error;
  };
  const cases: [string, () => ReturnType<typeof chain<unknown>>][] = [
    ['the first function', () => chain<unknown>(fail)],
    ['the first future', () => chain<unknown>(failed(error))],
    ['a task', () => chain<unknown>(future(null, fail))],
    ['next', () => chain(completed(1)).next(fail)],
    ['a future of next', () => chain(completed(1)).next(() => failed(error))],
    ['tap', () => chain<unknown>(completed(1)).tap(fail)],
    ['recover', () => chain(failed(new Error('other'))).recover(fail)],
    ['lastly', () => chain<unknown>(completed(1)).lastly(fail)],
    ['lastly, after another', () => chain<unknown>(failed(new Error('other'))).lastly(fail)],
    ['a nested chain', () => chain(completed(1)).next(() => chain(completed(2)).next(fail))],
    ['an entry', () => chain<unknown>(chainOf({}, [{ map: fail }]))],
    ['one of all', () => chain<unknown>(all([completed(1), failed(error)]))],
    ['the body of a loop', () => chain<unknown>(loop(fail, () => true))],
    [
      'a `then`',
      () => chain(completed(1)).next(() => Object.defineProperty({}, 'then', { get: fail })),
    ],
    ['poll of a foreign future', () => chain<unknown>(foreign({ poll: fail }))],
    [
      'output of a foreign future',
      () =>
        chain<unknown>(
          foreign({
            done: true,
            get output() {
              return fail();
            },
          }),
        ),
    ],
  ];
  test.each(cases)('%s', (_name, make) => {
    const log: unknown[] = [];
    const own = make()
      .next(() => log.push('next'))
      .lastly(() => log.push('lastly'));
    const recovered = own.recover((why) => why);
    expect(() => own.poll()).not.toThrow();
    recovered.poll();
    expect([own.error, log, recovered.output]).toEqual([error, ['lastly'], error]);
  });

  test('a rejected promise', async () => {
    const own = chain(completed(1)).next(() => Promise.reject(error));
    await expect(own).rejects.toBe(error);
  });

  test.each([undefined, null, 'text'])('%p that is thrown becomes a cause', (value) => {
    const own = chain(completed(1)).next(() => {
      throw value as unknown as Error;
    });
    own.poll();
    expect(own.error).toMatchObject({ name: 'Error', cause: value });
  });
});

describe('the shorter chains', () => {
  test('are complete when the steps up to them are', () => {
    const { future: slow, open } = gate();
    const one = chain(completed(1));
    const two = one.next((value) => value + 1);
    const three = two.next(() => slow);
    three.poll();
    expect([one.output, two.output, three.done]).toEqual([1, 2, false]);
    open(3);
    two.poll();
    expect(three.done).toBe(false);
    three.poll();
    expect(three.output).toBe(3);
  });

  test('polling one goes no further', () => {
    const log: number[] = [];
    const one = chain(completed(1)).tap(() => log.push(1));
    const two = one.tap(() => log.push(2));
    one.poll();
    expect([one.done, two.done, log]).toEqual([true, false, [1]]);
    two.poll();
    expect(log).toEqual([1, 2]);
  });

  test('are awaited together with the longer: a step runs once', async () => {
    let runs = 0;
    const one = chain(() => after(2, 1)).tap(() => runs++);
    const two = one.next((value) => after(2, value + 1));
    expect(await Promise.all([two, one, two.next((value) => value + 1)])).toEqual([2, 1, 3]);
    expect(runs).toBe(1);
  });

  test('branch: each successor sees the value, what is shared runs once', () => {
    let runs = 0;
    const { future: slow, open } = gate();
    const trunk = chain(() => (runs++, slow));
    const branches = [1, 10, 100].map((factor) => trunk.next((value) => value * factor));
    for (const branch of branches) branch.poll();
    open(7);
    for (const branch of branches) branch.poll();
    expect([branches.map((branch) => branch.output), runs]).toEqual([[7, 70, 700], 1]);
  });

  test('branch: a failure is recovered from in one, not in the other', () => {
    const trunk = chain<number>(failed(error));
    const [safe, unsafe] = [trunk.recover(() => 1), trunk.next((value) => value)];
    for (const branch of [safe, unsafe]) branch.poll();
    expect([outcome(safe), outcome(unsafe)]).toEqual([1, error]);
  });

  test('may be longer when they are complete', () => {
    const one = chain(completed(1));
    one.poll();
    const two = one.next((value) => value + 1);
    expect([two.poll(), two.output]).toEqual([Complete, 2]);
  });
});

describe('a step that waits for', () => {
  test('the chain itself fails', () => {
    const own: ReturnType<typeof chain<number>> = chain(completed(1)).next((): typeof own => own);
    own.poll();
    expect(own.error).toEqual(invalidReturn);
  });

  test('a longer one of its chains fails', () => {
    const short = chain(completed(1)).next((): typeof long => long);
    const long: ReturnType<typeof chain<number>> = short.next((value) => value);
    long.poll();
    expect(long.error).toEqual(invalidReturn);
  });

  test('a shorter one of its chains gets its output', () => {
    const short = chain(completed(1));
    const long = short
      .next((value) => value + 1)
      .next((value) => chain(short).next((v) => v + value));
    const again = long.next(() => short);
    again.poll();
    expect([long.output, again.output]).toEqual([3, 1]);
  });

  test('another chain gets what that one gives', () => {
    const inner = chain(after(2, 1)).next((value) => value + 1);
    const own = chain(inner).next((value) =>
      chain(completed(value)).next((v) => chain(after(2, v))),
    );
    while (own.poll() !== Complete);
    expect([inner.output, own.output]).toEqual([2, 2]);
  });
});

test('a step that polls its chain, or another member of it, makes no progress by it', () => {
  const log: string[] = [];
  const short = chain(completed(1)).tap(() => {
    log.push('short');
    long.poll();
    short.poll();
  });
  const long = short.tap(() => log.push('long'));
  short.poll();
  expect([short.output, log]).toEqual([1, ['short']]);
  long.poll();
  expect(log).toEqual(['short', 'long']);
});

test('a step may make the chain longer', () => {
  const log: string[] = [];
  const short = chain(completed(1)).tap(() => {
    longer = short.tap(() => log.push('longer'));
  });
  let longer = short;
  short.poll();
  longer.poll();
  expect([longer === short, longer.output, log]).toEqual([false, 1, ['longer']]);
});

test('has: of the step that it is at', () => {
  let made = 0;
  const [first, second] = [gate(['async']), gate()];
  const own = chain(() => (made++, first.future)).next(() => second.future);
  expect([own.has('async'), own.has('async'), made]).toEqual([true, true, 1]);
  own.poll();
  first.open(1);
  own.poll();
  expect([own.has('async'), made]).toEqual([false, 1]);
  second.open(2);
  own.poll();
  expect(own.has('async')).toBe(false);
});

test('has: begins no step but the first, and that once', () => {
  let begun = 0;
  const first: Chain<number> = chain(() => {
    begun++;
    first.has('async');
    return completed(1);
  });
  expect([first.has('async'), begun]).toEqual([false, 1]);
  first.poll();
  const second = first.next(() => ++begun);
  expect([second.has('async'), begun]).toEqual([false, 1]);
});

test('what is no function, and no future, is refused at once', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const own = chain(completed(1)) as unknown as Record<string, (step: unknown) => unknown>;
  for (const garbage of [undefined, null, 1, 'step', {}, completed(1)]) {
    for (const name of ['next', 'tap', 'recover', 'lastly']) {
      expect(() => own[name]!(garbage)).toThrow(type);
    }
  }
  for (const first of [undefined, null, 1, {}, Promise.resolve(1)]) {
    expect(() => chain(first as never)).toThrow(type);
  }
});
