import {
  all,
  chain,
  chainOf,
  completed,
  failed,
  fromPromise,
  future,
  FutureState,
  loop,
  moverFrom,
  Notifier,
  race,
  Runtime,
  type Future,
} from '../../lib';
import { Recording } from '../support/recording';
import {
  expectRejects,
  expectThrows,
  refusalOf,
  wrongReturn,
  wrongType,
  wrongValue,
  type Refusal,
} from './refusals';

const notFunctions = [undefined, null, 1, 'fn', true, {}, [], Symbol('fn'), 1n];
const notObjects = [null, 1, 'object', true, Symbol('object'), 1n];
const notFutures = [
  undefined,
  null,
  1,
  'future',
  true,
  Symbol('future'),
  {},
  [],
  () => 1,
  { poll: () => 1 },
  { done: true },
  { poll: 1, done: false },
  Promise.resolve(1),
];
const notLists = [undefined, null, 1, true, {}, completed(1), Symbol('list')];

const step = (): Future<number> => completed(1);

test.each(notFunctions)('what must be a function: %p', (fn) => {
  const any = fn as any;
  const begun = chain(step);
  const calls: (() => unknown)[] = [
    () => future({}, any),
    () => fromPromise(any),
    () => loop(any, () => true),
    () => loop(step, any),
    () => begun.next(any),
    () => begun.tap(any),
    () => begun.recover(any),
    () => begun.lastly(any),
    ...(fn === undefined ? [] : [() => new Notifier({ wake: any })]),
    ...['create', 'start', 'check', 'finish'].map(
      (name) => () => moverFrom(Object.assign(new Recording(), { [name]: fn })),
    ),
    ...(fn === undefined
      ? []
      : ['drop', 'close'].map(
          (name) => () => moverFrom(Object.assign(new Recording(), { [name]: fn })),
        )),
  ];
  for (const call of calls) expectThrows(call, wrongType);
});

test.each(notFutures)('what must be a future: %p', async (value) => {
  const any = value as any;
  for (const call of [() => all([any]), () => race([completed(1), any])]) {
    expectThrows(call, wrongType);
  }
  if (value !== undefined) expectThrows(() => chainOf({}, [{ future: any }]), wrongType);
  const runtime = new Runtime();
  for (const call of [() => runtime.waitSync(any), () => runtime.waitAllSync([any])]) {
    expectThrows(call, wrongType);
  }
  for (const promise of [
    runtime.wait(any),
    runtime.waitAll([any]),
    runtime.completions([any]).next(),
  ]) {
    await expectRejects(promise, wrongType);
  }
  expect(runtime.pending).toBe(0);
});

test.each(notLists)('what must be an array of futures: %p', async (list) => {
  const any = list as any;
  const runtime = new Runtime();
  for (const call of [() => all(any), () => race(any), () => runtime.waitAllSync(any)]) {
    expectThrows(call, wrongType);
  }
  for (const promise of [runtime.waitAll(any), runtime.completions(any).next()]) {
    await expectRejects(promise, wrongType);
  }
});

test('an iterable that throws', async () => {
  const thrown = new Error('iterable');
  const list = {
    [Symbol.iterator]() {
      throw thrown;
    },
  } as any;
  const runtime = new Runtime();
  for (const call of [() => all(list), () => race(list), () => runtime.waitAllSync(list)]) {
    expect(call).toThrow(thrown);
  }
  await expect(runtime.waitAll(list)).rejects.toBe(thrown);
  await expect(runtime.completions(list).next()).rejects.toBe(thrown);
});

test.each<[unknown, Refusal]>([
  ['async', wrongType],
  [{}, wrongType],
  [null, wrongType],
  [['sync'], wrongValue],
  [[1], wrongValue],
  [['async', null], wrongValue],
])('properties of a future: %p', (properties, refusal) => {
  expectThrows(() => future({}, () => FutureState.Running, properties as any), refusal);
});

test.each<[unknown, Refusal]>([
  [undefined, wrongType],
  [null, wrongType],
  [1, wrongType],
  [{}, wrongType],
  [[null], wrongType],
  [[undefined], wrongType],
  [[1], wrongType],
  [[{ init: 1 }], wrongType],
  [[{ map: {} }], wrongType],
  [[{ future: completed(1), init: step }], wrongValue],
])('chainOf({}, %p)', (entries, refusal) => {
  expectThrows(() => chainOf({}, entries as any), refusal);
});

test.each(notFutures.filter((value) => value !== undefined))('an init that gives %p', (value) => {
  const steps = chainOf({}, [{ init: () => value as any }]);
  expect(steps.poll()).toBe(FutureState.Complete);
  expect(refusalOf(steps.error)).toEqual(wrongReturn);
});

test.each(notFutures)('a body of a loop that gives %p', (value) => {
  const turns = loop(
    () => value as any,
    () => true,
  );
  expect(turns.poll()).toBe(FutureState.Complete);
  expect(refusalOf(turns.error)).toEqual(wrongReturn);
});

test.each([1, null, undefined, 'x', {}, Symbol('value'), () => 1])(
  'a chain takes any value, and a step may give any: %p',
  async (value) => {
    expect(await chain(() => value as any).next((previous) => previous)).toBe(value);
  },
);

test('a race of nothing fails, all of nothing is complete', async () => {
  await expect(race([])).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  expect(await all([])).toEqual([]);
});

describe('moverFrom', () => {
  test.each([undefined, ...notObjects])('%p', (backend) => {
    expectThrows(() => moverFrom(backend as any), wrongType);
  });

  test.each([undefined, null, 1, {}, Symbol('name')])('name: %p', (name) => {
    expectThrows(() => moverFrom(Object.assign(new Recording(), { name }) as any), wrongType);
  });

  test('a backend whose properties throw', () => {
    for (const property of ['name', 'capabilities', 'create', 'check']) {
      const thrown = new Error(property);
      const backend = Object.defineProperty(new Recording(), property, {
        get() {
          throw thrown;
        },
      });
      expect(() => moverFrom(backend)).toThrow(thrown);
    }
  });
});

test('reasons of every kind make errors', () => {
  for (const reason of [undefined, null, 1, 'reason', {}, Symbol('reason'), new Error('reason')]) {
    const pending = future({}, () => FutureState.Running);
    pending.poll();
    expect(pending.cancel(reason)).toBe(true);
    expect(typeof pending.error!.message).toBe('string');
    expect(typeof failed(reason as any).error!.message).toBe('string');
  }
});
