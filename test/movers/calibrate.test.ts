import {
  calibrate,
  moverFrom,
  open,
  syncMover,
  threadsMover,
  type Mover,
  type OpName,
} from '../../lib';
import { operationNames } from '../../lib/movers/capabilities';
import { loopbackMover } from '../../lib/movers/loopback';
import { MAX_BYTES } from '../../lib/operations/arguments';
import {
  closed,
  expectRejects,
  outOfRange,
  unsupported,
  wrongType,
  wrongValue,
  type Refusal,
} from '../border/refusals';
import { Recording } from '../support/recording';

const claims = { operations: operationNames, paths: ['hardware', 'software'] as const };

test.each<[name: string, make: () => unknown, options: unknown, refusal: Refusal]>([
  ['no mover', () => ({}), undefined, wrongType],
  ['nothing', () => undefined, undefined, wrongType],
  ['software alone', syncMover, undefined, unsupported],
  ['threads', () => threadsMover({ threads: 1 }), undefined, unsupported],
  ['hardware alone', loopbackMover, undefined, unsupported],
  ['an engine of one’s own', () => moverFrom(new Recording()), undefined, unsupported],
  [
    'one that claims both paths',
    () => moverFrom(new Recording({ capabilities: { ...claims, maxTransfer: MAX_BYTES } })),
    undefined,
    unsupported,
  ],
  ['no object', loopbackMover, 5, wrongType],
  ['a misspelt option', loopbackMover, { budget: 5 }, wrongValue],
  ['no time', loopbackMover, { budgetMs: 0 }, outOfRange],
  ['half a millisecond', loopbackMover, { budgetMs: 0.5 }, outOfRange],
  ['for ever', loopbackMover, { budgetMs: Infinity }, outOfRange],
  ['text', loopbackMover, { budgetMs: '5' }, wrongType],
])('refused: %s', async (_name, make, options, refusal) => {
  const mover = make() as Mover;
  await expectRejects(calibrate(mover, options as object), refusal);
});

test('a mover that is closed is refused', async () => {
  const mover = loopbackMover({ path: 'auto' });
  await mover.close();
  await expectRejects(calibrate(mover), closed);
});

/** What explain() says of each operation, as calibrate() returns it. */
const explained = (mover: Mover): object =>
  Object.fromEntries(
    operationNames.map((op) => {
      const { threshold, threadsThreshold } = mover.explain(op, 1);
      return [op, { threshold, threadsThreshold }];
    }),
  );

test.each([1, 50])(
  '%d ms: every operation has a threshold, by which the mover goes',
  async (budgetMs) => {
    const mover = loopbackMover({ path: 'auto' });
    const found = await calibrate(mover, { budgetMs });
    expect(Object.keys(found).sort()).toEqual([...operationNames].sort());
    for (const [op, { threshold, threadsThreshold }] of Object.entries(found)) {
      const { engine, from, measured } = mover.explain(op as OpName, 0);
      if (op === 'nop' || op === 'drain') {
        expect([threshold, threadsThreshold, measured]).toEqual([Infinity, Infinity, {}]);
        continue;
      }
      expect(engine).toBe(threshold === 0 ? 'hardware' : 'inline');
      expect(from).toEqual({ threshold: 'calibrated', threadsThreshold: 'calibrated' });
      expect(Object.keys(measured!).sort()).toEqual(['hardware', 'inline', 'threads']);
      expect(threadsThreshold).toBeGreaterThanOrEqual(4096);
      if (threshold === 0 || threshold === Infinity) continue;
      expect(mover.explain(op as OpName, threshold).path).toBe('hardware');
      expect(mover.explain(op as OpName, threshold - 1).path).toBe('software');
    }
    expect(explained(mover)).toEqual(found);
    expect(explained(mover.with({ cache: 'llc' }))).toEqual(found);
    expect(mover.stats()).toMatchObject({ inFlight: 0, lost: 0 });
    await mover.close();
  },
);

test('without hardware it is threads, or the calling thread', async () => {
  const mover = await open({ path: 'software', threadsThreshold: 100 });
  expect(mover.explain('copy', 100)).toMatchObject({ engine: 'threads' });
  const found = await calibrate(mover, { budgetMs: 1 });
  expect(found.copy.threshold).toBe(Infinity);
  expect(explained(mover)).toEqual(found);
  const { from, measured } = mover.explain('copy', 1);
  expect(from!.threadsThreshold).toBe('calibrated');
  expect(Object.keys(measured!).sort()).toEqual(['inline', 'threads']);
  await mover.close();
});

test('a view for one path calibrates its mover', async () => {
  const mover = loopbackMover({ path: 'auto' });
  const found = await calibrate(mover.with({ path: 'software' }), { budgetMs: 1 });
  expect(explained(mover)).toEqual(found);
  await mover.close();
});

test('the end of the mover is the end of the calibration', async () => {
  const mover = loopbackMover({ path: 'auto' });
  const calibration = expectRejects(calibrate(mover, { budgetMs: 60_000 }), closed);
  await mover.nop();
  await mover.close();
  await calibration;
});

test('an abort ends it, and all is as before', async () => {
  const mover = loopbackMover({ path: 'auto' });
  const before = explained(mover);
  const controller = new AbortController();
  const view = mover.with({ signal: controller.signal });
  const calibration = calibrate(view, { budgetMs: 60_000 });
  await mover.nop();
  controller.abort();
  await expect(calibration).rejects.toMatchObject({ name: 'AbortError' });
  expect(explained(mover)).toEqual(before);
  await mover.drain();
  expect(mover.stats().inFlight).toBe(0);
  await mover.close();
});
