import { completed, failed, FutureState, fromPromise, Notifier, type Future } from '../../lib';
import { Procedure, type Steps } from '../../lib/future/procedure';
import { gate } from './gate';

const procedure = <T>(begin: () => Steps<T>): Procedure<T> => new Procedure(begin);

test('goes as far as what it waits for is complete', () => {
  const last = gate();
  const steps: string[] = [];
  const future = procedure(function* () {
    steps.push('begun');
    const one: number = yield completed(1);
    steps.push('waiting');
    const two: number = yield last.future;
    return one + two;
  });
  expect([future.state, steps]).toEqual([FutureState.Idle, []]);
  expect(future.poll()).toBe(FutureState.Running);
  expect(steps).toEqual(['begun', 'waiting']);
  last.open(2);
  expect(future.poll()).toBe(FutureState.Complete);
  expect(future.output).toBe(3);
});

test('one that waits for nothing is complete in its first poll', () => {
  const future = procedure(function* (): Steps<string> {
    yield* [];
    return 'at once';
  });
  expect(future.poll()).toBe(FutureState.Complete);
  expect(future.output).toBe('at once');
});

test('an error is thrown where it waits, and can be caught', () => {
  const error = new Error('inner');
  const caught = procedure(function* (): Steps<unknown> {
    try {
      return yield failed(error);
    } catch (reason) {
      return reason;
    }
  });
  caught.poll();
  expect(caught.output).toBe(error);
  const uncaught = procedure(function* (): Steps<unknown> {
    return yield failed(error);
  });
  uncaught.poll();
  expect(uncaught.error).toBe(error);
});

test('the notifier that it is given is that of what it waits for', async () => {
  let resolve!: (value: string) => void;
  const promise = new Promise<string>((r) => (resolve = r));
  let wakes = 0;
  const future = procedure(function* (): Steps<string> {
    yield completed(0);
    return (yield fromPromise(() => promise)) as string;
  });
  const notifier = new Notifier({ wake: () => wakes++ });
  expect(future.poll(notifier)).toBe(FutureState.Running);
  expect(notifier.used).toBe('waker');
  resolve('woken');
  await promise;
  await null;
  expect(wakes).toBe(1);
  expect(future.poll()).toBe(FutureState.Complete);
  expect(await future).toBe('woken');
});

describe('cancelled', () => {
  const reason = new Error('enough');
  let ends: number;
  let second: boolean;
  const waiting = (first: Future<unknown>): Procedure<void> =>
    procedure(function* (): Steps<void> {
      try {
        yield first;
        second = true;
        yield completed(0);
      } finally {
        ends++;
      }
    });
  beforeEach(() => {
    ends = 0;
    second = false;
  });

  test('before it has begun: nothing runs', () => {
    const future = waiting(completed(0));
    expect(future.cancel(reason)).toBe(true);
    expect(future.error).toBe(reason);
    expect(ends).toBe(0);
  });

  test('where what it waits for can be withdrawn: at once', () => {
    const future = waiting(gate().future);
    future.poll();
    expect(future.cancel(reason)).toBe(true);
    expect([future.error, ends, second]).toEqual([reason, 1, false]);
  });

  test('where that has to be waited for: behind it, and no further step begins', () => {
    const first = gate(['async']);
    const future = waiting(first.future);
    future.poll();
    expect(future.has('async')).toBe(true);
    expect(future.cancel(reason)).toBe(false);
    expect(future.poll()).toBe(FutureState.Running);
    first.open(1);
    expect(future.poll()).toBe(FutureState.Complete);
    expect([future.error, ends, second]).toEqual([reason, 1, false]);
  });

  test('from within its own step', () => {
    const future: Procedure<void> = procedure(function* (): Steps<void> {
      future.cancel(reason);
      yield completed(0);
      second = true;
    });
    future.poll();
    expect([future.error, second]).toEqual([reason, false]);
  });
});

test('has what that has which it waits for', () => {
  const part = gate(['async']);
  const future = procedure(function* (): Steps<unknown> {
    return yield part.future;
  });
  expect(future.has('async')).toBe(false);
  future.poll();
  expect(future.has('async')).toBe(true);
  part.open(1);
  future.poll();
  expect([future.done, future.has('async')]).toEqual([true, false]);
  const other = procedure(function* (): Steps<unknown> {
    return yield gate().future;
  });
  other.poll();
  expect(other.has('async')).toBe(false);
});
