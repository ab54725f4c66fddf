import {
  moverFrom,
  open,
  syncMover,
  threadsMover,
  type Explanation,
  type Mover,
  type OpName,
  type ThresholdOption,
} from '../../lib';
import { operationNames } from '../../lib/movers/capabilities';
import { loopbackMover } from '../../lib/movers/loopback';
import {
  defaultThreadsThresholds,
  defaultThresholds,
  startingThresholds,
  thresholdsOf,
} from '../../lib/movers/thresholds';
import { expectThrows, outOfRange, wrongType, wrongValue, type Refusal } from '../border/refusals';
import { Recording } from '../support/recording';

const copies = 'copy goes to hardware from 8192 bytes on';
const alone = {
  path: 'hardware',
  engine: 'hardware',
  why: 'hardware alone was asked for',
} as const;
const noQueues = { path: 'software', why: 'this mover has no work queues' } as const;
const never = Infinity;

describe('who would do it', () => {
  const automatic = loopbackMover({ path: 'auto' });
  const queuesAlone = loopbackMover();
  const software = open({ path: 'software' });
  const custom = moverFrom(new Recording());
  afterAll(async () => {
    const movers = [automatic, queuesAlone, custom, await software];
    await Promise.all(movers.map((mover) => mover.close()));
  });
  const view = (...paths: ('auto' | 'hardware' | 'software')[]): Mover =>
    paths.reduce((mover, path) => mover.with({ path }), automatic);

  type Expected = Omit<Explanation, 'threshold' | 'threadsThreshold' | 'from' | 'measured'>;
  test.each<[name: string, mover: Mover, bytes: number, threshold: number, expected: Expected]>([
    ['below', automatic, 8191, 8192, { path: 'software', engine: 'inline', why: copies }],
    [
      'at the threshold',
      automatic,
      8192,
      8192,
      { path: 'hardware', engine: 'hardware', why: copies },
    ],
    ['nothing', automatic, 0, 8192, { path: 'software', engine: 'inline', why: copies }],
    ['hardware alone', queuesAlone, 1, 0, alone],
    ['a view for hardware', view('hardware'), 1, 0, alone],
    [
      'a view for software',
      view('software'),
      1e6,
      never,
      { path: 'software', engine: 'threads', why: 'software alone was asked for' },
    ],
    [
      'a view that takes that back',
      view('software', 'auto'),
      1e6,
      8192,
      { path: 'hardware', engine: 'hardware', why: copies },
    ],
    [
      'a view with other options',
      automatic.with({ cache: 'llc' }),
      1,
      8192,
      { path: 'software', engine: 'inline', why: copies },
    ],
    ['the calling thread alone', syncMover(), 1e6, never, { ...noQueues, engine: 'inline' }],
    ['threads alone', threadsMover({ threads: 1 }), 1, never, { ...noQueues, engine: 'threads' }],
    ['an engine of one’s own', custom, 1e6, never, { ...noQueues, engine: 'own' }],
  ])('%s', (_name, mover, bytes, threshold, expected) => {
    expect(mover.explain('copy', bytes)).toMatchObject({ ...expected, threshold });
  });

  test('nothing to do goes nowhere', () => {
    expect(automatic.explain('nop', 0)).toMatchObject({
      ...{ path: 'software', engine: 'inline', why: 'nop never goes to hardware' },
      ...{ threshold: never, threadsThreshold: never },
    });
  });

  test('without hardware: the calling thread, and threads', async () => {
    const mover = await software;
    const at = mover.explain('copy', 1).threadsThreshold;
    expect(at).toBe(131072);
    const engines = [at - 1, at].map((bytes) => mover.explain('copy', bytes).engine);
    expect(engines).toEqual(['inline', 'threads']);
  });

  test('where thresholds come from, and what was measured, where there is something to choose', async () => {
    const mover = await open({ path: 'software', threshold: 5, threadsThreshold: { copy: 7 } });
    expect(mover.explain('copy', 6)).toMatchObject({
      ...{ engine: 'inline', threadsThreshold: 7, measured: {} },
      from: { threshold: 'given', threadsThreshold: 'given' },
    });
    expect(mover.explain('fill', 6).from).toEqual({
      threshold: 'given',
      threadsThreshold: 'default',
    });
    await mover.close();
    for (const each of [custom, queuesAlone, view('hardware'), syncMover()]) {
      const explanation = each.explain('copy', 6);
      expect([explanation.from, explanation.measured]).toEqual([undefined, undefined]);
    }
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
    for (const mover of [automatic, queuesAlone, custom]) {
      expectThrows(() => mover.explain(op as OpName, bytes as number), refusal);
    }
  });

  test('not after the end', async () => {
    const mover = loopbackMover({ path: 'auto' });
    await mover.close();
    expectThrows(() => mover.explain('copy', 1), { code: 'ERR_MOVER_CLOSED', type: 'MoverError' });
  });
});

describe('thresholds', () => {
  const idle = { nop: Infinity, drain: Infinity };

  test.each<[given: ThresholdOption | undefined, expected: object]>([
    [undefined, defaultThresholds],
    ['auto', defaultThresholds],
    [{}, defaultThresholds],
    [{ copy: undefined as unknown as number }, defaultThresholds],
    [0, { copy: 0, flush: 0, ...idle }],
    [4096, { copy: 4096, crc32c: 4096, flush: 4096, ...idle }],
    [Infinity, { copy: Infinity, flush: Infinity, ...idle }],
    [{ copy: 1 }, { copy: 1, move: defaultThresholds.move, ...idle }],
    [
      { copy: Infinity, nop: 0 },
      { copy: Infinity, nop: 0, drain: Infinity },
    ],
  ])('%p', (given, expected) => {
    const { thresholds, given: named } = thresholdsOf('threshold', given, defaultThresholds);
    expect(thresholds).toMatchObject(expected);
    const all = typeof given === 'number';
    const names = typeof given === 'object' ? given : {};
    expect(named).toEqual(
      new Set(operationNames.filter((name) => all || names[name] !== undefined)),
    );
  });

  test('those of threads are their own', () => {
    const { threads, hardware } = startingThresholds({ threshold: 1, threadsThreshold: 2 });
    expect([threads.thresholds.copy, hardware.thresholds.copy]).toEqual([2, 1]);
    expect(startingThresholds({}).threads.thresholds).toEqual(defaultThreadsThresholds);
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
      for (const name of ['threshold', 'threadsThreshold']) {
        const opening = open({ path, [name]: threshold });
        await expect(opening).rejects.toMatchObject({
          code: refusal.code,
          message: expect.stringMatching(/threshold|threadsThreshold|option/),
        });
      }
    }
  });
});
