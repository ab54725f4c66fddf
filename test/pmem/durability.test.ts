import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import {
  mover as standard,
  moverFrom,
  pmem,
  syncMover,
  type Granularity,
  type Mover,
} from '../../lib';
import { addon } from '../../lib/addon';
import { expectRejects, unsupported } from '../border/refusals';
import { Recording } from '../support/recording';
import { turnUntil } from '../support/waiting';
import { newFile } from './files';

/** An engine that says whether it can do durable writes, and what it was asked for. */
function recording(durable: boolean): { mover: Mover; asked: () => unknown[] } {
  const engine = new Recording({
    capabilities: { operations: ['copy', 'move', 'fill'], durable },
  });
  const asked = (): unknown[] =>
    engine.handles.map(({ op, args }) => [op, args.options.durable ?? false]);
  return { mover: moverFrom(engine), asked };
}

const sync = addon().pmemSync;
const syncs = jest.spyOn(addon(), 'pmemSync');
const lines = jest.spyOn(standard.futures, 'flush');
beforeEach(() => {
  syncs.mockClear();
  lines.mockClear();
});

const rows: readonly [Granularity, boolean, boolean, number][] = [
  ['byte', true, false, 0],
  ['byte', false, false, 0],
  ['cacheline', true, true, 0],
  ['cacheline', false, false, 0],
  ['page', true, false, 3],
  ['page', false, false, 3],
];

test.each(rows)(
  '%s, on an engine whose writes can be durable: %p',
  async (forceGranularity, able, durable, synced) => {
    const { mover, asked } = recording(able);
    const map = await pmem.map(newFile(8192), { mover, forceGranularity });
    await map.copy(0, Buffer.alloc(9));
    await map.move(0, 100, 9);
    await map.fill(0, 9, 1);
    expect(asked()).toEqual([
      ['copy', durable],
      ['move', durable],
      ['fill', durable],
    ]);
    expect(syncs).toHaveBeenCalledTimes(synced);
    await map.close();
  },
);

test('lines that an engine leaves in the caches are written back by the CPU', async () => {
  const { mover } = recording(false);
  const map = await pmem.map(newFile(8192), { mover, forceGranularity: 'cacheline' });
  await map.copy(100, Buffer.alloc(9));
  expect(lines).toHaveBeenCalledTimes(1);
  expect(lines.mock.calls[0]![0]).toEqual(map.bytes.subarray(100, 109));
  expect(lines.mock.calls[0]![1]).toMatchObject({ keep: true });
  await map.close();
});

test.each([
  ['byte', 0, 0],
  ['cacheline', 1, 0],
  ['page', 0, 1],
] as const)('persist, %s', async (forceGranularity, flushed, synced) => {
  const map = await pmem.map(newFile(8192), { forceGranularity });
  map.bytes.fill(1);
  await map.persist(100, 5000);
  expect(lines).toHaveBeenCalledTimes(flushed);
  expect(syncs).toHaveBeenCalledTimes(synced);
  await map.deepFlush(100, 5000);
  expect(lines).toHaveBeenCalledTimes(2 * flushed);
  expect(syncs).toHaveBeenCalledTimes(2 * synced);
  map.flush(100, 5000);
  map.drain();
  await map.close();
});

test('durable writes cannot be left in a cache', async () => {
  const map = await pmem.map(newFile(4096), { forceGranularity: 'cacheline' });
  await expectRejects(map.copy(0, Buffer.alloc(9), { cache: 'llc' }).promise(), unsupported);
  await expectRejects(map.copy(0, Buffer.alloc(9), { durable: false }).promise(), unsupported);
  await map.copy(0, Buffer.alloc(9), { cache: 'memory', durable: true });
  await map.close();
});

describe('pages', () => {
  /** Ends of syncs, which wait for us to call them. */
  const held: ((errno: number) => void)[] = [];
  const hold = (): void => {
    syncs.mockImplementation((_mapping, _offset, _bytes, done) => void held.push(done));
  };
  afterEach(() => {
    held.length = 0;
    syncs.mockReset();
    syncs.mockImplementation(sync);
  });

  const asked = (count: number): Promise<void> => turnUntil(() => held.length === count);
  const ranges = (): unknown[] => syncs.mock.calls.map(([, offset, bytes]) => [offset, bytes]);

  test('a copy is not complete before its pages are synced', async () => {
    const map = await pmem.map(newFile(8192), { forceGranularity: 'page' });
    hold();
    const copy = map.copy(10, Buffer.from('words'));
    await asked(1);
    expect(map.bytes.toString('latin1', 10, 15)).toBe('words');
    expect(copy.done).toBe(false);
    expect(ranges()).toEqual([[10, 5]]);
    held[0]!(0);
    await copy;
    await map.close();
  });

  test('what is asked for during a sync is done together in the next', async () => {
    const map = await pmem.map(newFile(65_536), { mover: syncMover(), forceGranularity: 'page' });
    hold();
    const copies = [map.fill(0, 10, 1)];
    await asked(1);
    copies.push(map.fill(5000, 10, 2), map.fill(20, 10, 3), map.persist(60_000, 1));
    expect(ranges()).toEqual([[0, 10]]);
    held[0]!(0);
    await copies[0];
    expect(copies.slice(1).some(({ done }) => done)).toBe(false);
    expect(ranges()).toEqual([
      [0, 10],
      [20, 59_981],
    ]);
    held[1]!(0);
    await Promise.all(copies);
    await map.close();
  });

  test('what cannot be written back fails, and with it what had to be', async () => {
    const map = await pmem.map(newFile(8192), { forceGranularity: 'page' });
    hold();
    const failed = expect.objectContaining({ code: 'ERR_MOVER_DEVICE' });
    const copies = [map.fill(0, 10, 1), map.persist(100, 10)];
    const outcomes = copies.map((copy) => expect(copy).rejects.toEqual(failed));
    await asked(1);
    held[0]!(constants.errno.EIO);
    await Promise.all(outcomes);
    const next = map.fill(0, 10, 1);
    await asked(2);
    held[1]!(0);
    await next;
    jest.spyOn(addon(), 'pmemFlush').mockReturnValueOnce(constants.errno.EIO);
    expect(() => map.flush(0, 1)).toThrow('EIO');
    await map.close();
  });

  test('a copy that is aborted during its sync fails after it', async () => {
    const map = await pmem.map(newFile(8192), { forceGranularity: 'page' });
    hold();
    const controller = new AbortController();
    const copy = map.fill(0, 10, 1, { signal: controller.signal });
    const outcome = expect(copy).rejects.toThrow('enough');
    await asked(1);
    controller.abort(new Error('enough'));
    expect(copy.done).toBe(false);
    held[0]!(0);
    await outcome;
    await map.close();
  });

  // On Linux; elsewhere there is no such file system, or none that is known.
  const onTmpfs = existsSync('/dev/shm') ? test : test.skip;
  onTmpfs('of a file that is in memory alone are not synced', async () => {
    const map = await pmem.map(newFile(8192));
    expect(map.granularity).toBe('page');
    await map.fill(0, 10, 1);
    await map.persist(0, 8192);
    expect(syncs).not.toHaveBeenCalled();
    await map.close();
  });
});
