import { all, chain, chainOf, FutureState, loop, race, type Notifier } from '../../lib';
import { after, foreign, gate } from './gate';

const { Complete, Running } = FutureState;

const hostile = (): never => {
  throw new Error('hostile');
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
