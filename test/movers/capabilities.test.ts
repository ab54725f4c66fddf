import {
  moverFrom,
  open,
  syncMover,
  threadsMover,
  type BackendCapabilities,
  type Demand,
  type Mover,
  type OpName,
} from '../../lib';
import { expectThrows, outOfRange, wrongType, wrongValue, type Refusal } from '../border/refusals';
import { Recording } from '../support/recording';

const able = (capabilities: Partial<BackendCapabilities>): Mover =>
  moverFrom(new Recording({ capabilities }));

const flags = [false, true];

/** All that can be asked and answered of the two flags, in one table. */
const truth = flags.flatMap((durable) =>
  flags.flatMap((cacheHint) =>
    flags.flatMap((wantsDurable) =>
      flags.map((wantsHint) => ({ durable, cacheHint, wantsDurable, wantsHint })),
    ),
  ),
);

test.each(truth)(
  'miniasync, defect b: $durable, $cacheHint asked for $wantsDurable, $wantsHint',
  ({ durable, cacheHint, wantsDurable, wantsHint }) => {
    const mover = able({ durable, cacheHint });
    const expected = (durable || !wantsDurable) && (cacheHint || !wantsHint);
    expect(mover.supports({ durable: wantsDurable, cacheHint: wantsHint })).toBe(expected);
  },
);

test('miniasync, defect b: other capabilities do not make a mover durable', async () => {
  const able = {
    cacheHint: true,
    blockOnFault: true,
    overlapping: true,
    readback: true,
    async: true,
  };
  const mover = moverFrom(new Recording({ capabilities: able }));
  expect(mover.supports({ durable: true })).toBe(false);
  await expect(mover.nop({ durable: true })).rejects.toMatchObject({
    code: 'ERR_MOVER_UNSUPPORTED',
  });
});

test('miniasync, defect b: what none is asked of is supported by all, also by those that can nothing', () => {
  const none = able({ operations: [] });
  expect(none.supports({})).toBe(true);
  expect(none.supports({ durable: false, cacheHint: false, bytes: 0 })).toBe(true);
  expect(none.supports({ op: 'nop' })).toBe(false);
});

const demands: readonly (readonly [Demand, boolean])[] = [
  [{ op: 'copy' }, true],
  [{ op: 'flush' }, false],
  [{ op: 'constructor' as OpName }, false],
  [{ bytes: 0 }, true],
  [{ bytes: 4096 }, true],
  [{ bytes: 4097 }, false],
  [{ bytes: Number.MAX_SAFE_INTEGER }, false],
  [{ op: 'copy', bytes: 4096, durable: true }, true],
  [{ op: 'copy', bytes: 4097, durable: true }, false],
  [{ op: 'flush', bytes: 1, durable: true }, false],
  [{ op: 'copy', durable: true, cacheHint: true }, false],
  [{ durable: undefined, bytes: undefined } as unknown as Demand, true],
];

test.each(demands)('supports(%p): every part of it, %p', (demand, expected) => {
  const mover = able({ operations: ['copy'], durable: true, maxTransfer: 4096 });
  expect(mover.supports(demand)).toBe(expected);
  expect(mover.with({}).supports(demand)).toBe(expected);
});

test.each<[object, Refusal]>([
  [{ durable: 'yes' }, wrongType],
  [{ durable: 1 }, wrongType],
  [{ durable: null }, wrongType],
  [{ cacheHint: 0 }, wrongType],
  [{ durabel: true }, wrongValue],
  [{ bytes: -1 }, outOfRange],
  [{ bytes: 0.5 }, outOfRange],
  [{ bytes: '1' }, wrongType],
])('supports(%p) has no answer: a wrong yes costs data', (demand, refusal) => {
  for (const mover of [syncMover(), able({ durable: true })]) {
    expectThrows(() => mover.supports(demand), refusal);
  }
});

describe('as moverFrom takes them', () => {
  test('what is not said is not there', () => {
    const { capabilities } = able({ operations: ['nop', 'copy', 'nop'] });
    expect(capabilities).toEqual({
      operations: new Set(['nop', 'copy']),
      paths: new Set(['software']),
      numaNodes: new Set(),
      notifiers: new Set(),
      durable: false,
      cacheHint: false,
      blockOnFault: false,
      overlapping: false,
      readback: false,
      async: false,
      maxTransfer: 2 ** 32 - 1,
      depth: 1,
    });
  });

  test('those of another mover', () => {
    const { capabilities } = threadsMover();
    expect(able(capabilities).capabilities).toEqual(capabilities);
  });

  test('they are those of the time when the mover was made', () => {
    const operations: OpName[] = ['nop'];
    const given = { operations, durable: false };
    const engine = Object.assign(new Recording(), { capabilities: given });
    const mover = moverFrom(engine);
    operations.push('copy');
    given.durable = true;
    expect([...mover.capabilities.operations]).toEqual(['nop']);
    expect(mover.supports({ durable: true })).toBe(false);
  });

  test.each<[unknown, Refusal]>([
    [undefined, wrongType],
    [null, wrongType],
    ['all', wrongType],
    [{}, wrongType],
    [{ operations: null }, wrongType],
    [{ operations: 1 }, wrongType],
    [{ operations: { copy: true } }, wrongType],
    [{ operations: 'copy' }, wrongType],
    [{ operations: ['memcpy'] }, wrongValue],
    [{ operations: [null] }, wrongValue],
    [{ operations: [undefined] }, wrongValue],
    [{ operations: [], notifiers: null }, wrongType],
    [{ operations: [], notifiers: 'waker' }, wrongType],
    [{ operations: [], notifiers: ['umwait'] }, wrongValue],
    [{ operations: [], durable: 'no' }, wrongType],
    [{ operations: [], async: 1 }, wrongType],
    [{ operations: [], maxTransfer: 0 }, outOfRange],
    [{ operations: [], maxTransfer: 2 ** 32 }, outOfRange],
    [{ operations: [], maxTransfer: '1' }, wrongType],
    [{ operations: [], depth: 0 }, outOfRange],
    [{ operations: [], depth: Infinity }, outOfRange],
    [{ operations: [], durability: true }, wrongValue],
  ])('refused: %p', (capabilities, refusal) => {
    const engine = Object.assign(new Recording(), { capabilities });
    expectThrows(() => moverFrom(engine as Recording), refusal);
  });
});

describe.each<[string, () => Mover | Promise<Mover>, boolean]>([
  ['miniasync, movers, sync: no flag is dropped in silence', () => syncMover(), false],
  ['miniasync, movers, threads: no flag is dropped in silence', () => threadsMover(), true],
  ['automatic', () => open(), true],
])('%s', (_name, make, async) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());

  test('what it cannot, it says and refuses', async () => {
    expect(mover.supports({ durable: true })).toBe(true);
    expect(mover.supports({ cacheHint: true })).toBe(false);
    await mover.nop({ durable: true });
    await expect(mover.nop({ durable: true, cache: 'llc' })).rejects.toMatchObject({
      code: 'ERR_MOVER_UNSUPPORTED',
    });
    await expect(mover.with({ durable: true }).nop({ cache: 'llc' })).rejects.toMatchObject({
      code: 'ERR_MOVER_UNSUPPORTED',
    });
  });

  test('what it can', async () => {
    const { operations, notifiers, async: goesOn, maxTransfer, depth } = mover.capabilities;
    expect([goesOn, maxTransfer]).toEqual([async, 2 ** 32 - 1]);
    expect(Math.log2(depth) % 1).toBe(0);
    expect([...notifiers].sort()).toEqual(async ? ['poller', 'waker'] : []);
    for (const op of operations) expect(mover.supports({ op })).toBe(true);
    await mover.flush(Buffer.alloc(64));
  });
});

test('who changes what is said of a mover changes no mover', async () => {
  const mover = able({ operations: ['copy'] });
  const said = mover.capabilities as unknown as { maxTransfer: number; operations: Set<string> };
  said.maxTransfer = 2 ** 40;
  said.operations.add('fill').delete('copy');
  expect(mover.supports({ op: 'copy' })).toBe(true);
  expect(mover.supports({ op: 'fill' })).toBe(false);
  expect(mover.supports({ bytes: 2 ** 40 })).toBe(false);
  await expect(mover.fill(Buffer.alloc(8), 1)).rejects.toMatchObject({
    code: 'ERR_MOVER_UNSUPPORTED',
  });
});
