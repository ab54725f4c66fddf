import { open, threadsMover, type OpOptions } from '../../lib';
import { operations, bytesPositions, good } from './positions';
import {
  expectRefused,
  expectThrows,
  mover,
  noDevice,
  outOfRange,
  refusalOf,
  unsupported,
  wrongType,
  wrongValue,
  type Refusal,
} from './refusals';

const notObjects: readonly unknown[] = [null, true, 1, 'llc', Symbol('options'), 1n];

/** Options that every operation refuses. */
const wrong: readonly [object, Refusal][] = [
  [{ path: 'hardware' }, noDevice],
  [{ path: 'gpu' }, wrongValue],
  [{ path: 1 }, wrongValue],
  [{ path: null }, wrongValue],
  [{ cache: 'l1' }, wrongValue],
  [{ cache: true }, wrongValue],
  [{ onFault: 'panic' }, wrongValue],
  [{ onFault: {} }, wrongValue],
  [{ durable: true, cache: 'llc' }, unsupported],
  [{ durable: 'yes' }, wrongType],
  [{ durable: 1 }, wrongType],
  [{ durable: null }, wrongType],
  [{ readback: 'yes' }, wrongType],
  [{ blockOnFault: 1 }, wrongType],
  [{ blockOnFault: 'no' }, wrongType],
  [{ numa: 0 }, unsupported],
  [{ numa: -1 }, outOfRange],
  [{ numa: 1.5 }, outOfRange],
  [{ numa: 'here' }, wrongValue],
  [{ numa: {} }, wrongValue],
  [{ signal: null }, wrongType],
  [{ signal: true }, wrongType],
  [{ signal: 'abort' }, wrongType],
  [{ signal: {} }, wrongType],
  [{ signal: { aborted: false } }, wrongType],
  [{ signal: new AbortController() }, wrongType],
];

/** Options that change nothing about the result, here. */
const right: readonly OpOptions[] = [
  {},
  { path: 'auto' },
  { path: 'software' },
  { cache: 'auto' },
  { cache: 'llc' },
  { cache: 'memory' },
  { durable: false },
  { durable: true },
  { durable: true, readback: true, cache: 'memory' },
  { readback: true, cache: 'llc' },
  { readback: false },
  { blockOnFault: true },
  { blockOnFault: false },
  { onFault: 'continue' },
  { onFault: 'retry' },
  { onFault: 'error' },
  { numa: 'any' },
  { numa: 'data' },
  { signal: new AbortController().signal },
  Object.create(null) as OpOptions,
];

describe.each(operations)('$name', ({ call }) => {
  test.each(notObjects)('options: %p', async (options) => {
    await expectRefused((m) => call(m, options), wrongType);
  });

  test.each(wrong)('%p', async (options, refusal) => {
    await expectRefused((m) => call(m, options), refusal);
  });

  test('what can be honoured is accepted', async () => {
    for (const options of right) await call(mover(), options);
  });

  test('options that throw', async () => {
    const thrown = new Error('no');
    const options = Object.defineProperty({}, 'path', {
      get() {
        throw thrown;
      },
    });
    for (const m of [mover(), mover().futures]) {
      await expect(call(m, options)).rejects.toBe(thrown);
    }
  });

  test('options that throw nothing at all still fail', async () => {
    const options = Object.defineProperty({}, 'path', {
      get() {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw undefined;
      },
    });
    const outcome = call(mover(), options).then(
      () => 'success',
      () => 'failure',
    );
    expect(await outcome).toBe('failure');
  });
});

test.each(notObjects)('with(%p)', (options) => {
  expectThrows(() => mover().with(options as OpOptions), wrongType);
});

test.each(wrong)('with(%p)', (options, refusal) => {
  expectThrows(() => mover().with(options as OpOptions), refusal);
});

test.each([
  ['compare', { expect: 'same' }],
  ['compare', { expect: true }],
  ['compare', { expect: null }],
  ['comparePattern', { expect: 'unequal' }],
] as const)('%s %p', async (name, options) => {
  const { call } = operations.find((operation) => operation.name === name)!;
  await expectRefused((m) => call(m, options), wrongValue);
});

describe.each(['crc32c src', 'copyCrc32c src'])('%s', (name) => {
  const { call } = bytesPositions.find((position) => position.name === name)!;
  const src = good();

  test.each<[object, Refusal]>([
    [{ seed: -1 }, outOfRange],
    [{ seed: 2 ** 32 }, outOfRange],
    [{ seed: 0.5 }, outOfRange],
    [{ seed: NaN }, outOfRange],
    [{ seed: '1' }, wrongType],
    [{ seed: 1n }, wrongType],
    [{ seed: null }, wrongType],
    [{ reflectValue: 1 }, wrongType],
    [{ reflectValue: null }, wrongType],
    [{ reflectData: 'no' }, wrongType],
  ])('%p', async (options, refusal) => {
    await expectRefused((m) => call(m, src, options), refusal);
  });
});

test.each([1, 'yes', null, {}])('flush keep: %p', async (keep) => {
  await expectRefused((m) => m.flush(good(), { keep } as any), wrongType);
});

const wrongThreads: readonly [unknown, Refusal][] = [
  [null, wrongType],
  [4, wrongType],
  ['4', wrongType],
  [{ threads: 0 }, outOfRange],
  [{ threads: -1 }, outOfRange],
  [{ threads: 1.5 }, outOfRange],
  [{ threads: 1e6 }, outOfRange],
  [{ threads: NaN }, outOfRange],
  [{ threads: '2' }, wrongType],
  [{ threads: null }, wrongType],
];

const depths: readonly [unknown, Refusal][] = [
  [0, outOfRange],
  [3, outOfRange],
  [-2, outOfRange],
  [2 ** 17, outOfRange],
  [0.5, outOfRange],
  ['2', wrongType],
  [null, wrongType],
];

test.each([...wrongThreads, ...depths.map(([ring, r]) => [{ ring }, r] as const)])(
  'threadsMover(%p)',
  (options, refusal) => {
    expectThrows(() => threadsMover(options as object), refusal);
  },
);

test.each<readonly [unknown, Refusal]>([
  ...wrongThreads,
  ...depths.map(([depth, refusal]) => [{ depth }, refusal] as const),
  [{ path: 'hardware' }, noDevice],
  [{ path: 'gpu' }, wrongValue],
  [{ path: null }, wrongValue],
  [{ batching: 1 }, wrongType],
  [{ batching: null }, wrongType],
  [{ batching: { gather: 'sometimes' } }, wrongValue],
  [{ batching: { gather: null } }, wrongValue],
  [{ batching: { max: 0 } }, outOfRange],
  [{ batching: { max: -1 } }, outOfRange],
  [{ batching: { max: '8' } }, wrongType],
])('open(%p)', async (options, refusal) => {
  const error: unknown = await open(options as object).then(undefined, (e: unknown) => e);
  expect(refusalOf(error)).toEqual(refusal);
});

test('the refusal of hardware says what was looked for', async () => {
  await expect(open({ path: 'hardware' })).rejects.toThrow(/dsa/i);
});
