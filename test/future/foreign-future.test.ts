import {
  all,
  chain,
  chainOf,
  fromPromise,
  future,
  FutureState,
  loop,
  race,
  type Future,
  type Notifier,
} from '../../lib';
import { adopt } from '../../lib/future/foreign-future';
import { after, foreign, gate } from './gate';

const { Complete, Idle, Running } = FutureState;

const hostile = (): never => {
  throw new Error('hostile');
};

const thrown = (reason: unknown): never => {
  throw reason;
};

test('one whose cancel throws could not be cancelled', () => {
  for (const own of [
    chain(foreign({ cancel: hostile })),
    loop(
      () => foreign({ cancel: hostile }),
      () => true,
    ),
  ]) {
    own.poll();
    expect([own.cancel(), own.done]).toEqual([false, false]);
  }
});

test('one whose has throws is taken for one that does not go on by itself', async () => {
  const own = all([foreign({ has: hostile }), after(2, 1)]);
  expect(own.has('async')).toBe(false);
  expect(await race([foreign({ has: hostile }), after(3, 1)])).toBe(1);
});

test('entries of a chain that fails are cancelled, whosever they are', () => {
  const cancelled: unknown[] = [];
  const first = gate();
  const own = chainOf({}, [
    { future: first.future },
    { future: foreign({ cancel: (reason) => (cancelled.push(reason), true) }) },
  ]);
  own.poll();
  const error = new Error('broken');
  first.break(error);
  expect([own.poll(), own.error === error, cancelled.length]).toEqual([Complete, true, 1]);
});

test('a notifier of another copy of the library is one, too', () => {
  const calls: string[] = [];
  const other = {
    useWaker: () => void calls.push('useWaker'),
    usePoller: () => (calls.push('usePoller'), false),
    clear: () => void calls.push('clear'),
  };
  expect(gate().future.poll(other as unknown as Notifier)).toBe(Running);
  expect(calls).toEqual(['clear', 'useWaker']);
  const half = { useWaker: other.useWaker } as unknown as Notifier;
  expect(() => gate().future.poll(half)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
});

test.each([
  ['a proxy of one of ours', (own: Future<number>) => new Proxy(own, {})],
  ['one made after one of ours', (own: Future<number>) => Object.create(own) as Future<number>],
])('%s is waited for, or fails, and harms no others', async (_name, make) => {
  const others = after(3, 1);
  const both = [all([make(after(2, 5))]).promise(), others.promise()];
  const [, other] = await Promise.allSettled(both);
  expect(other).toEqual({ status: 'fulfilled', value: 1 });
});

test.each([
  ['thrown', (reason: unknown) => future(null, () => thrown(reason))],
  ['given to a promise', (reason: unknown) => fromPromise(() => Promise.reject(reason as Error))],
])('a revoked proxy %s fails the future, and no code of it runs', async (_name, make) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await expect(make(proxy)).rejects.toThrow('thrown: a proxy');
});

test.each(['done', 'poll', 'has', 'cancel'])('what has no %s is no future', (member) => {
  const type = expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' });
  const less = Object.fromEntries(Object.entries(foreign()).filter(([name]) => name !== member));
  expect(() => all([less as never])).toThrow(type);
});

describe('the one of ours that stands for it', () => {
  test('is the same for the same, and one of ours stands for itself', () => {
    const [one, own] = [foreign(), after(1, 1)];
    expect(adopt(one)).toBe(adopt(one));
    expect(adopt(one)).not.toBe(adopt(foreign()));
    expect(adopt(own)).toBe(own);
  });

  test('is as far as it is, from the first poll on', () => {
    const state = { state: Idle, done: false, output: 7 };
    const own = adopt(foreign({ ...state, poll: () => state.state }));
    const seen = foreign();
    expect([adopt(seen).state, adopt(seen).poll(), adopt(seen).state]).toEqual([
      Idle,
      Running,
      Running,
    ]);
    expect([own.poll(), own.state]).toEqual([Idle, Idle]);
  });

  test('takes over the output, and polls it no more', () => {
    let polls = 0;
    const theirs = Object.assign(foreign({ output: 7 }), {
      done: false,
      poll: () => ((theirs.done = ++polls === 2), Running),
    });
    const own = adopt(theirs);
    expect([own.poll(), own.poll(), own.output, own.poll(), polls]).toEqual([
      Running,
      Complete,
      7,
      Complete,
      2,
    ]);
    const complete = adopt(foreign({ done: true, output: 8, poll: hostile }));
    expect([complete.poll(), complete.output]).toEqual([Complete, 8]);
  });

  test('has its properties until it is done', () => {
    const theirs = Object.assign(foreign(), { done: false, has: () => true });
    const own = adopt(theirs);
    expect(own.has('async')).toBe(true);
    theirs.done = true;
    own.poll();
    expect(own.has('async')).toBe(false);
    expect(adopt(foreign()).has('async')).toBe(false);
  });

  test('is cancelled with it, and fails as it does', () => {
    const theirs = Object.assign(foreign(), {
      done: false,
      error: undefined as Error | undefined,
      cancel: (reason?: unknown) => {
        theirs.error = reason as Error;
        return (theirs.done = true);
      },
    });
    const own = adopt(theirs);
    const reason = new Error('enough');
    expect([own.cancel(reason), own.done, own.error]).toEqual([true, true, reason]);
    expect(own.cancel()).toBe(false);
    const going = adopt(foreign({ poll: hostile }));
    expect([going.cancel(), going.done]).toEqual([false, false]);
  });
});
