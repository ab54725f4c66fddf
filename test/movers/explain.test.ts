import { moverFrom, open, syncMover, type Explanation, type Mover, type OpName } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { backendOf } from '../../lib/movers/mover';
import { defaultThresholds, mapThresholds, thresholdsOf } from '../../lib/movers/thresholds';
import { expectThrows, outOfRange, wrongType, wrongValue, type Refusal } from '../border/refusals';
import { Recording } from '../support/recording';

const software = (why: string, threshold: number): Explanation => ({
  path: 'software',
  why,
  threshold,
});
const hardware = (why: string, threshold: number): Explanation => ({
  path: 'hardware',
  why,
  threshold,
});
const copies = 'copy goes to hardware from 8192 bytes on';

describe('who would do it', () => {
  const automatic = loopbackMover({ path: 'auto' });
  const alone = loopbackMover();
  const custom = moverFrom(new Recording());
  const none = software('this mover has no work queues', Infinity);
  afterAll(() => Promise.all([automatic, alone, custom].map((mover) => mover.close())));

  test.each<[name: string, mover: Mover, op: OpName, bytes: number, expected: Explanation]>([
    ['below', automatic, 'copy', 8191, software(copies, 8192)],
    ['at the threshold', automatic, 'copy', 8192, hardware(copies, 8192)],
    ['nothing', automatic, 'copy', 0, software(copies, 8192)],
    ['never', automatic, 'nop', 0, software('nop never goes to hardware', Infinity)],
    ['hardware alone', alone, 'copy', 1, hardware('hardware alone was asked for', 0)],
    [
      'a view for hardware',
      automatic.with({ path: 'hardware' }),
      'copy',
      1,
      hardware('hardware alone was asked for', 0),
    ],
    [
      'a view for software',
      automatic.with({ path: 'software' }),
      'copy',
      1e6,
      software('software alone was asked for', Infinity),
    ],
    [
      'a view that takes that back',
      automatic.with({ path: 'software' }).with({ path: 'auto' }),
      'copy',
      1e6,
      hardware(copies, 8192),
    ],
    [
      'a view with other options',
      automatic.with({ cache: 'llc' }),
      'copy',
      1,
      software(copies, 8192),
    ],
    ['no work queues', syncMover(), 'copy', 1e6, none],
    ['an engine of one’s own', custom, 'copy', 1e6, none],
  ])('%s', (_name, mover, op, bytes, expected) => {
    expect(mover.explain(op, bytes)).toEqual(expected);
  });

  test.each<[op: unknown, bytes: unknown, refusal: Refusal]>([
    ['Copy', 1, wrongValue],
    ['constructor', 1, wrongValue],
    [undefined, 1, wrongValue],
    [null, 1, wrongValue],
    [['copy'], 1, wrongValue],
    ['copy', -1, outOfRange],
    ['copy', 1.5, outOfRange],
    ['copy', NaN, outOfRange],
    ['copy', Infinity, outOfRange],
    ['copy', 2 ** 53, outOfRange],
    ['copy', '4096', wrongType],
    ['copy', 4096n, wrongType],
    ['copy', undefined, wrongType],
  ])('explain(%p, %p) is refused', (op, bytes, refusal) => {
    for (const mover of [automatic, alone, custom]) {
      expectThrows(() => mover.explain(op as OpName, bytes as number), refusal);
    }
  });

  test('not after the end', async () => {
    const mover = loopbackMover({ path: 'auto' });
    await mover.close();
    expectThrows(() => mover.explain('copy', 1), { code: 'ERR_MOVER_CLOSED', type: 'MoverError' });
  });

  test('thresholds hold for a mover and all its views', async () => {
    const mover = loopbackMover({ path: 'auto' });
    const view = mover.with({ cache: 'llc' });
    backendOf(view).setThresholds!(mapThresholds(() => 100));
    expect([mover, view].map((each) => each.explain('crc32c', 99).path)).toEqual(
      Array(2).fill('software'),
    );
    expect([mover, view].map((each) => each.explain('crc32c', 100).path)).toEqual(
      Array(2).fill('hardware'),
    );
    await mover.close();
  });
});

describe('thresholds', () => {
  const never = { nop: Infinity, drain: Infinity };

  test.each<[given: Parameters<typeof thresholdsOf>[0], expected: object]>([
    [undefined, defaultThresholds],
    ['auto', defaultThresholds],
    [{}, defaultThresholds],
    [{ copy: undefined as unknown as number }, defaultThresholds],
    [0, { copy: 0, flush: 0, ...never }],
    [4096, { copy: 4096, crc32c: 4096, flush: 4096, ...never }],
    [Infinity, { copy: Infinity, flush: Infinity, ...never }],
    [{ copy: 1 }, { copy: 1, move: defaultThresholds.move, ...never }],
    [
      { copy: Infinity, nop: 0 },
      { copy: Infinity, nop: 0, drain: Infinity },
    ],
  ])('%p', (given, expected) => {
    expect(thresholdsOf(given)).toMatchObject(expected);
  });

  test.each<[given: unknown, refusal: Refusal]>([
    [-1, outOfRange],
    [0.5, outOfRange],
    [NaN, outOfRange],
    [-Infinity, outOfRange],
    ['never', wrongValue],
    [true, wrongValue],
    [4096n, wrongValue],
    [null, wrongType],
    [[4096], wrongType],
    [{ batch: 1 }, wrongValue],
    [{ copy: -1 }, outOfRange],
    [{ copy: NaN }, outOfRange],
    [{ copy: 'auto' }, wrongType],
    [{ copy: null }, wrongType],
  ])('%p is refused, with or without hardware', async (threshold, refusal) => {
    for (const path of ['auto', 'software'] as const) {
      const opening = open({ path, threshold: threshold as number });
      await expect(opening).rejects.toMatchObject({ code: refusal.code });
    }
  });
});
