import { chain, completed, failed, future, FutureState, Notifier, type Chain } from '../../lib';
import { foreign, gate, outcome } from './gate';

const reason = new Error('enough');
const { Complete, Running } = FutureState;

/** Notes the end, and that it was reached. */
function watched(own: Chain<number>): [Chain<number>, string[]] {
  const log: string[] = [];
  const end = own
    .next((value) => (log.push('next'), value))
    .tap(() => log.push('tap'))
    .recover(() => (log.push('recover'), -1))
    .lastly(() => log.push('lastly'));
  return [end, log];
}

test('before it has begun: no step runs, not even lastly', () => {
  let begun = 0;
  const [own, log] = watched(chain(() => (begun++, completed(1))));
  expect(own.cancel(reason)).toBe(true);
  expect([own.poll(), own.error, begun, log]).toEqual([Complete, reason, 0, []]);
});

test('while a step can be stopped: it is, and lastly runs at once', () => {
  const first = gate();
  const [own, log] = watched(chain(first.future));
  own.poll();
  expect([own.cancel(reason), own.done]).toEqual([true, true]);
  expect([own.error, first.future.error, log]).toEqual([reason, reason, ['lastly']]);
});

test('while a step has to be waited for: no further one begins, and it fails then', () => {
  const first = gate(['async']);
  const [own, log] = watched(chain(first.future));
  own.poll();
  expect([own.cancel(reason), own.poll(), log]).toEqual([false, Running, []]);
  first.open(1);
  expect([own.poll(), own.error, log]).toEqual([Complete, reason, ['lastly']]);
  expect(first.future.output).toBe(1);
});

test('the waker is called when a step under way is done', () => {
  const first = gate(['async']);
  const own = chain(first.future).next((value) => value);
  let woken = 0;
  own.poll(new Notifier({ wake: () => woken++ }));
  own.cancel(reason);
  first.open(1);
  expect(woken).toBeGreaterThan(0);
  own.poll();
  expect(own.error).toBe(reason);
});

test('behind the end: too late', () => {
  const own = chain(completed(1));
  own.poll();
  expect([own.cancel(reason), own.output]).toEqual([false, 1]);
});

test('between two steps, at a second gate', () => {
  const second = gate();
  const log: string[] = [];
  const own = chain(completed(1))
    .tap(() => log.push('done before'))
    .next(() => second.future)
    .lastly(() => log.push('lastly'));
  own.poll();
  expect(own.cancel(reason)).toBe(true);
  expect([own.error, second.future.error, log]).toEqual([
    reason,
    reason,
    ['done before', 'lastly'],
  ]);
});

describe('from within', () => {
  const cases: [string, (cancel: () => unknown) => Chain<number>][] = [
    ['the first function', (cancel) => chain(() => (cancel(), completed(1)))],
    ['next', (cancel) => chain(completed(1)).next((value) => (cancel(), value))],
    ['tap', (cancel) => chain(completed(1)).tap(cancel)],
    ['recover', (cancel) => chain<number>(failed(new Error('no'))).recover(() => (cancel(), 1))],
    ['lastly', (cancel) => chain(completed(1)).lastly(cancel)],
  ];
  test.each(cases)('%s: no further step begins', (_name, make) => {
    const answers: boolean[] = [];
    const [own, log] = watched(make(() => answers.push(own.cancel(reason))));
    expect([own.poll(), own.error]).toEqual([Complete, reason]);
    expect([answers, log]).toEqual([[false], ['lastly']]);
  });

  test('a step that gives a future: that is stopped before it begins', () => {
    const slow = gate();
    const own: Chain<number> = chain(completed(1)).next(() => (own.cancel(reason), slow.future));
    own.poll();
    expect([own.error, slow.polls]).toEqual([reason, 0]);
  });

  test('the first function, made by has', () => {
    const slow = gate();
    const own: Chain<number> = chain(() => (own.cancel(reason), slow.future));
    own.has('async');
    own.poll();
    expect([own.error, slow.polls]).toEqual([reason, 0]);
  });
});

test('from within the poll of what it waits for it fails when that poll ends', () => {
  let cancelled: boolean | undefined;
  const own: Chain<number> = chain(
    future<null, number>(null, () => {
      cancelled ??= own.cancel(reason);
      return FutureState.Running;
    }),
  );
  own.poll();
  expect(cancelled).toBe(false);
  own.poll();
  own.cancel();
  expect(own.error).toBe(reason);
});

test('what is under way before the chain has begun is stopped, or waited for', () => {
  const [stoppable, unstoppable] = [gate(), gate(['async'])];
  for (const { future } of [stoppable, unstoppable]) future.poll();
  const [early, late] = [chain(stoppable.future), chain(unstoppable.future)];
  expect([early.cancel(reason), stoppable.future.error]).toEqual([true, reason]);
  expect([late.cancel(reason), late.done]).toEqual([false, false]);
  unstoppable.open(1);
  late.poll();
  expect(late.error).toBe(reason);
});

test('recover sees no cancellation of its chain, and sees the one of a shorter chain', () => {
  const make = (): [Chain<number>, Chain<number>, Error[]] => {
    const seen: Error[] = [];
    const short = chain(gate().future);
    return [short, short.recover((error) => (seen.push(error), 2)), seen];
  };
  const [, long, seen] = make();
  long.poll();
  long.cancel(reason);
  expect([long.error, seen]).toEqual([reason, []]);
  const [short, longer, seenLater] = make();
  longer.poll();
  short.cancel(reason);
  longer.poll();
  expect([short.error, longer.output, seenLater]).toEqual([reason, 2, [reason]]);
});

test('a shorter chain is cancelled with the longer, and not the other way round', () => {
  const [one, two] = [gate(), gate()];
  const short = chain(one.future);
  const long = short.next(() => two.future);
  long.poll();
  one.open(1);
  long.poll();
  expect([long.cancel(reason), short.output, long.error]).toEqual([true, 1, reason]);
  const [shorter, longer] = ((first) => [first, first.next((v) => v)] as const)(
    chain(gate().future),
  );
  longer.poll();
  longer.cancel(reason);
  expect([outcome(shorter), outcome(longer)]).toEqual([reason, reason]);
});

test('a step that fails when the chain is cancelled: the reason is told', () => {
  const first = gate(['async']);
  const own = chain(first.future);
  own.poll();
  own.cancel(reason);
  first.break(new Error('its own'));
  own.poll();
  expect(own.error).toBe(reason);
});

test('a lastly that throws does not replace the reason; those behind it run', () => {
  const log: string[] = [];
  const own = chain(gate().future)
    .lastly(() => {
      throw new Error('lastly');
    })
    .lastly(() => log.push('second'));
  own.poll();
  expect([own.cancel(reason), own.error, log]).toEqual([true, reason, ['second']]);
});

test('two cancellations: the first reason counts', () => {
  const first = gate(['async']);
  const own = chain(first.future);
  own.poll();
  expect([own.cancel(reason), own.cancel(new Error('second'))]).toEqual([false, false]);
  first.open(1);
  own.poll();
  expect(own.error).toBe(reason);
});

test.each([
  ['longer, then shorter', true],
  ['shorter, then longer', false],
])('two chains of one are cancelled, %s: no further step begins', (_name, longerFirst) => {
  const log: string[] = [];
  const first = gate(['async']);
  const short = chain(first.future);
  const long = short
    .recover(() => (log.push('recover'), 1))
    .next((value) => (log.push('next'), value));
  long.poll();
  for (const own of longerFirst ? [long, short] : [short, long]) own.cancel(reason);
  first.open(1);
  for (const own of [short, long]) own.poll();
  expect([short.error, long.error, log]).toEqual([reason, reason, []]);
});

test('dispose cancels', () => {
  const first = gate();
  const log: string[] = [];
  {
    using own = chain(first.future).lastly(() => log.push('lastly'));
    own.poll();
  }
  expect([first.future.error?.name, log]).toEqual(['AbortError', ['lastly']]);
});

test('a signal cancels it', async () => {
  const controller = new AbortController();
  const first = gate(['async']);
  const [own, log] = watched(chain(first.future));
  const promise = own.promise({ signal: controller.signal });
  own.poll();
  controller.abort(reason);
  expect(own.done).toBe(false);
  first.open(1);
  await expect(promise).rejects.toBe(reason);
  expect([own.error, log]).toEqual([reason, ['lastly']]);
});

test('a nested chain is cancelled with the one that waits for it', () => {
  const log: string[] = [];
  const slow = gate();
  const inner = chain(slow.future).lastly(() => log.push('inner'));
  const outer = chain(completed(1))
    .next(() => inner)
    .lastly(() => log.push('outer'));
  outer.poll();
  expect([outer.cancel(reason), inner.error, slow.future.error]).toEqual([true, reason, reason]);
  expect(log).toEqual(['inner', 'outer']);
});

test('a foreign future whose cancel throws has to be waited for', () => {
  const own = chain(
    foreign({
      cancel: () => {
        throw new Error('hostile');
      },
    }),
  );
  own.poll();
  expect(() => own.cancel(reason)).not.toThrow();
  expect(own.done).toBe(false);
});

describe('polls of other members, in the midst of a completion, pass over no step', () => {
  const members = (
    value: (poll: () => void) => unknown,
    begin: (own: Chain<unknown>, poll: () => void) => void,
  ) => {
    const [one, two] = [gate(), gate()];
    const poll = (): void => {
      for (const own of [long, longer]) own.poll();
    };
    const short = chain(one.future).next((): unknown => value(poll));
    const long = short.next(() => two.future).next((number) => number + 1);
    const longer = long.next((number) => number + 1);
    short.poll();
    begin(short, poll);
    one.open(0);
    short.poll();
    poll();
    expect([long.done, longer.done]).toEqual([false, false]);
    two.open(7);
    poll();
    expect([long.output, longer.output]).toEqual([8, 9]);
  };

  test('by a waker', () => {
    members(
      () => 1,
      (short, poll) => short.poll(new Notifier({ wake: poll })),
    );
  });

  test('by the `then` of an output', () => {
    const hostile = (poll: () => void): unknown =>
      Object.defineProperty({}, 'then', {
        get() {
          poll();
        },
      });
    members(hostile, (short) => void short.promise());
  });
});

test('a future of somebody else’s whose cancel throws counts as one that cannot be stopped', () => {
  let done = false;
  const other = foreign({
    get done() {
      return done;
    },
    output: 1,
    poll: () => (done ? Complete : Running),
    cancel: () => {
      throw new Error('its own');
    },
  });
  const own = chain(other);
  own.poll();
  expect([own.cancel(reason), own.done]).toEqual([false, false]);
  done = true;
  own.poll();
  expect(own.error).toBe(reason);
});
