import {
  all,
  chain,
  chainOf,
  completed,
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
  mover,
  outOfRange,
  wrongType,
  wrongValue,
  type Refusal,
} from './refusals';

const notObjects = [null, 1, 'object', true, Symbol('object'), 1n];

describe('Notifier', () => {
  test.each<[unknown, Refusal]>([
    ...notObjects.map((offer): [unknown, Refusal] => [offer, wrongType]),
    [{ poller: 1 }, wrongType],
    [{ poller: null }, wrongType],
    [{ waker: () => 1 }, wrongValue],
  ])('new Notifier(%p)', (offer, refusal) => {
    expectThrows(() => new Notifier(offer as any), refusal);
  });

  test.each([undefined, null, 1, 'slot', true, {}, () => true])('usePoller(%p)', (slot) => {
    for (const notifier of [new Notifier(), new Notifier({ poller: true })]) {
      expectThrows(() => notifier.usePoller(slot as any), wrongType);
      expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
    }
  });

  const kinds: readonly [string, () => Future<unknown>][] = [
    ['task', () => future({}, () => FutureState.Running)],
    ['chain', () => chain(() => future({}, () => FutureState.Running))],
    ['entries', () => chainOf({}, [{ init: () => future({}, () => FutureState.Running) }])],
    ['all', () => all([future({}, () => FutureState.Running)])],
    ['race', () => race([future({}, () => FutureState.Running)])],
    [
      'loop',
      () =>
        loop(
          () => future({}, () => FutureState.Running),
          () => true,
        ),
    ],
    ['promise', () => fromPromise(() => new Promise(() => undefined))],
    ['custom', () => moverFrom(new Recording({ check: () => 2 })).futures.nop()],
  ];

  test.each(kinds)('garbage instead of one: %s', (_name, make) => {
    for (const garbage of [1, 'x', true, {}, [], () => 1, { wake: () => 1 }]) {
      const pending = make();
      expectThrows(() => pending.poll(garbage as any), wrongType);
      expect(pending.poll(null)).toBe(FutureState.Running);
    }
  });
});

describe('Runtime', () => {
  test.each<[unknown, Refusal]>([
    ...notObjects.map((options): [unknown, Refusal] => [options, wrongType]),
    [{ drive: 'fast' }, wrongValue],
    [{ drive: 1 }, wrongValue],
    [{ drive: null }, wrongValue],
    [{ budget: 0 }, outOfRange],
    [{ budget: -1 }, outOfRange],
    [{ budget: NaN }, outOfRange],
    [{ budget: 'all' }, outOfRange],
    [{ spinsBeforeSleep: -1 }, outOfRange],
    [{ spinsBeforeSleep: 0.5 }, outOfRange],
    [{ spinsBeforeSleep: '1' }, wrongType],
    [{ sleepMs: -1 }, outOfRange],
    [{ sleepMs: NaN }, outOfRange],
    [{ sleepMs: Infinity }, outOfRange],
    [{ sleepMs: '1' }, wrongType],
    [{ sleepms: 1 }, wrongValue],
  ])('new Runtime(%p)', (options, refusal) => {
    expectThrows(() => new Runtime(options as any), refusal);
  });

  test.each<[unknown, Refusal]>([
    ...notObjects.map((options): [unknown, Refusal] => [options, wrongType]),
    [{ signal: null }, wrongType],
    [{ signal: {} }, wrongType],
    [{ timeoutMs: -1 }, outOfRange],
    [{ timeoutMs: NaN }, outOfRange],
    [{ timeoutMs: '1' }, wrongType],
    [{ timeout: 1 }, wrongValue],
  ])('wait(future, %p)', async (options, refusal) => {
    const runtime = new Runtime();
    const pending = future({}, () => FutureState.Running);
    await expectRejects(runtime.wait(pending, options as any), refusal);
    expect(runtime.pending).toBe(0);
  });

  test.each([null, -1, NaN, '1', {}])('waitSync(future, %p)', (timeout) => {
    const pending = future({}, () => FutureState.Running);
    expect(() => new Runtime().waitSync(pending, timeout as any)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_(OUT_OF|INVALID_ARG)/) }),
    );
  });

  test.each([NaN, -1, 0, null, 'x', {}])('poll(%p)', (budget) => {
    expectThrows(() => new Runtime().poll(budget as any), outOfRange);
  });

  test('methods without their runtime fail without harm', async () => {
    const { poll, wait, waitAll, waitSync, close, stats } = new Runtime() as any;
    for (const method of [poll, stats, waitSync]) expect(() => method(completed(1))).toThrow();
    for (const method of [wait, waitAll, async () => close()]) {
      await expect(method(completed(1))).rejects.toThrow();
    }
  });

  test('whatever its methods are given, the runtime of the thread goes on', async () => {
    const { prototype } = Runtime;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, name)!;
      if (typeof value !== 'function' || name === 'constructor') continue;
      for (const argument of [undefined, null, {}, { pending: 1 }, () => 1]) {
        const call = async (): Promise<unknown> => value.call(Runtime.default, argument);
        await call().catch(() => undefined);
      }
    }
    Runtime.default.ref();
    const target = Buffer.alloc(100_000);
    await mover().fill(target, 1);
    expect(target.every((byte) => byte === 1)).toBe(true);
    expect(Runtime.default.pending).toBe(0);
  });

  test.each([null, 1, {}, { drive: 1 }])('promise({ runtime: %p })', async (runtime) => {
    await expectRejects(completed(1).promise({ runtime } as any), wrongType);
  });
});
