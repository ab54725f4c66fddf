import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  future,
  FutureState,
  Notifier,
  type Future,
  type FutureContext,
  type Task,
} from '../../lib';
import { outcome } from './gate';

const { Idle, Complete, Running } = FutureState;
const invalidReturn = expect.objectContaining({
  name: 'TypeError',
  code: 'ERR_INVALID_RETURN_VALUE',
});

test('nothing runs before the first poll; the task gets the data in every poll', () => {
  const data = { seen: 0 };
  const counting = future(data, (context: FutureContext<{ seen: number }, string>) =>
    ++context.data.seen < 3 ? Running : context.resolve('third'),
  );
  expect([data.seen, counting.state]).toEqual([0, Idle]);
  expect([counting.poll(), counting.poll(), counting.poll()]).toEqual([Running, Running, Complete]);
  expect([counting.output, counting.poll(), data.seen]).toEqual(['third', Complete, 3]);
});

test('a task that cannot start stays idle and is tried again', () => {
  const states = [Idle, Idle, Running];
  const starting = future(null, (context: FutureContext<null, number>) =>
    states.length > 0 ? states.shift()! : context.resolve(1),
  );
  expect(Array.from({ length: 4 }, () => starting.poll())).toEqual([Idle, Idle, Running, Complete]);
});

test('reject fails it; resolve and reject count once', () => {
  const first = future<null, number>(null, (context) => {
    context.reject(new Error('first'));
    return context.resolve(2);
  });
  const other = future<null, number>(null, (context) => {
    context.resolve(1);
    throw new Error('too late');
  });
  expect([first.poll(), other.poll()]).toEqual([Complete, Complete]);
  expect(first.error).toMatchObject({ message: 'first' });
  expect(other.output).toBe(1);
});

test('the context may be resolved between polls', async () => {
  const later = future<null, string>(null, ({ resolve }, notifier) => {
    const wake = notifier?.useWaker();
    setImmediate(() => {
      resolve('later');
      wake?.();
    });
    return Running;
  });
  expect(await later).toBe('later');
});

test('what is resolved later is complete without another poll, and wakes', () => {
  let context!: FutureContext<null, number>;
  let polls = 0;
  let woken = 0;
  const later = future<null, number>(null, (own, notifier) => {
    polls++;
    context = own;
    notifier?.useWaker();
    return Running;
  });
  later.poll(new Notifier({ wake: () => woken++ }));
  expect(context.resolve(8)).toBe(Complete);
  expect([later.state, later.output, polls, woken]).toEqual([Complete, 8, 1, 1]);
  expect([context.resolve(9), context.reject(new Error('no')), later.output]).toEqual([1, 1, 8]);
});

test('a throwing task fails the future; poll does not throw', () => {
  const error = new Error('from the task');
  const throwing = future<null, never>(null, () => {
    throw error;
  });
  expect([throwing.poll(), throwing.error]).toEqual([Complete, error]);
});

test.each([undefined, null, 'text', 7])('thrown %p becomes the cause of an error', (value) => {
  const throwing = future<null, never>(null, () => {
    throw value as unknown as Error;
  });
  throwing.poll();
  expect(throwing.error).toMatchObject({ name: 'Error', cause: value });
});

test.each([undefined, null, 3, -1, '2', NaN, {}])('the task returns %p: it fails', (value) => {
  const bad = future<null, never>(null, (() => value) as unknown as Task<null, never>);
  expect([bad.poll(), bad.error]).toEqual([Complete, invalidReturn]);
});

test('Complete without an output fails it', () => {
  const bad = future<null, never>(null, () => Complete);
  bad.poll();
  expect(bad.error).toEqual(invalidReturn);
});

test('a task that polls its own future makes no progress by it', () => {
  let depth = 0;
  const selfish: Future<number> = future<null, number>(null, (context) => {
    depth++;
    return selfish.poll() === Idle ? context.resolve(depth) : Running;
  });
  selfish.poll();
  expect([outcome(selfish), depth]).toEqual([1, 1]);
});

describe('cancel', () => {
  const reason = new Error('enough');
  const make = (properties: readonly 'async'[] = [], state: FutureState = Running) => {
    const runs: number[] = [];
    const task = (): FutureState => (runs.push(1), state);
    return { runs, own: future<null, number>(null, task, properties) };
  };

  test.each([[[]], [['async'] as const]])('before the first poll: it never runs (%p)', (p) => {
    const { runs, own } = make(p);
    expect(own.cancel(reason)).toBe(true);
    expect([own.poll(), own.error, runs.length]).toEqual([Complete, reason, 0]);
  });

  test('while it runs by polling: it runs no more', () => {
    const { runs, own } = make();
    own.poll();
    expect(own.cancel(reason)).toBe(true);
    own.poll();
    expect([own.error, runs.length]).toEqual([reason, 1]);
  });

  test('while it goes on without being polled: too late', () => {
    const { runs, own } = make(['async']);
    own.poll();
    expect([own.cancel(reason), own.state]).toEqual([false, Running]);
    own.poll();
    expect(runs.length).toBe(2);
  });

  test('while it could not start', () => {
    const { own } = make(['async'], Idle);
    own.poll();
    expect([own.cancel(reason), own.error]).toEqual([true, reason]);
  });

  test('when it is complete', () => {
    const own = future<null, number>(null, (context) => context.resolve(1));
    own.poll();
    expect([own.cancel(reason), own.output]).toEqual([false, 1]);
  });

  test.each([
    ['a task: it runs no more', [], true],
    ['an asynchronous task, which may have begun its work: too late', ['async'] as const, false],
  ])('from within %s', (_name, properties, stopped) => {
    const answers: boolean[] = [];
    const own: Future<number> = future<null, number>(
      null,
      (context) => {
        answers.push(own.cancel(reason));
        return context.resolve(1);
      },
      properties,
    );
    own.poll();
    expect([answers, outcome(own)]).toEqual([[stopped], stopped ? reason : 1]);
  });
});

test('has: only while it is pending', () => {
  const plain = future<null, number>(null, (context) => context.resolve(1));
  const goesOn = future<null, number>(null, (context) => context.resolve(1), ['async']);
  expect([plain.has('async'), goesOn.has('async')]).toEqual([false, true]);
  goesOn.poll();
  expect(goesOn.has('async')).toBe(false);
});

test('the properties are those at the time of the call', () => {
  const properties: 'async'[] = [];
  const plain = future<null, number>(null, () => Running, properties);
  properties.push('async');
  expect(plain.has('async')).toBe(false);
});

test('arguments of the wrong kind', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const value = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  const make = future as (...args: unknown[]) => unknown;
  for (const task of [undefined, null, {}, 'task']) expect(() => make(null, task)).toThrow(type);
  for (const p of [null, 'async', {}]) expect(() => make(null, () => Running, p)).toThrow(type);
  expect(() => make(null, () => Running, ['fast'])).toThrow(value);
});

describe('data and task are let go at the end', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  const ends: [string, (own: Future<unknown>) => void][] = [
    ['complete', (own) => own.poll()],
    ['cancelled', (own) => own.cancel()],
  ];
  test.each(ends)('%s', async (_name, end) => {
    const make = (): [Future<number>, WeakRef<object>, WeakRef<object>] => {
      const data = { large: new Uint8Array(1000) };
      const task: Task<object, number> = (context) => context.resolve(data.large.length);
      return [future<object, number>(data, task), new WeakRef(data), new WeakRef(task)];
    };
    const [own, data, task] = make();
    end(own);
    await new Promise(setImmediate);
    collect();
    expect([own.done, data.deref(), task.deref()]).toEqual([true, undefined, undefined]);
  });
});

test('what a task may not return is told from what is missing', () => {
  const returns = (state: unknown) => {
    const made = future(null, () => state as FutureState);
    made.poll();
    return made.error?.message;
  };
  expect(returns(Complete)).toBe(
    'the task said Complete and gave no output: return context.resolve(value)',
  );
  expect(returns(7)).toBe('the task must return a FutureState; got number 7');
});
