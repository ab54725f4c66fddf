import { FutureState, type Mover } from '../../lib';
import { loopbackMover, type LoopbackOptions } from '../../lib/movers/loopback';

const fills = async (mover: Mover, count: number, bytes = 64): Promise<number> => {
  const targets = Array.from({ length: count }, () => Buffer.alloc(bytes));
  await Promise.all(targets.map((target) => mover.fill(target, 7)));
  return targets.filter((target) => target.equals(Buffer.alloc(bytes, 7))).length;
};

describe('counters add up', () => {
  type Expected = Partial<ReturnType<Mover['stats']>>;

  test.each<[name: string, options: LoopbackOptions, count: number, bytes: number, Expected]>([
    ['one alone is no batch', {}, 1, 64, { descriptors: 1, batches: 0, meanBatch: 0 }],
    ['a batch', {}, 32, 64, { descriptors: 1, batches: 1, meanBatch: 32 }],
    ['two batches', {}, 64, 64, { descriptors: 2, batches: 2, meanBatch: 32 }],
    ['a batch and one alone', {}, 33, 64, { descriptors: 2, batches: 1, meanBatch: 32 }],
    ['small batches', { maxBatch: 4 }, 10, 64, { descriptors: 3, batches: 3, meanBatch: 10 / 3 }],
    ['no batches', { maxBatch: 1 }, 10, 64, { descriptors: 10, batches: 0, meanBatch: 0 }],
    ['at the limit', { maxTransfer: 4096 }, 1, 4096, { descriptors: 1, splits: 0 }],
    ['beyond it', { maxTransfer: 4096 }, 1, 4097, { descriptors: 2, splits: 1 }],
    ['in pieces', { maxTransfer: 4096 }, 3, 40960, { descriptors: 30, splits: 3, batches: 0 }],
    ['nothing', {}, 5, 0, { descriptors: 0, batches: 0 }],
    ['one slot', { depth: 1 }, 10, 64, { descriptors: 10, batches: 0 }],
    ['two slots', { depth: 2 }, 10, 64, { descriptors: 5, batches: 5, meanBatch: 2 }],
    ['one entry', { size: 1, maxBatch: 1 }, 10, 64, { descriptors: 10, batches: 0 }],
  ])('%s', async (_name, options, count, bytes, expected) => {
    const mover = loopbackMover(options);
    expect(await fills(mover, count, bytes)).toBe(count);
    const none = { lost: 0, retries: 0, inFlight: 0, faults: { read: 0, write: 0, continued: 0 } };
    expect(mover.stats()).toMatchObject({ ...none, ...expected });
    const last = mover.stats();
    await mover.close();
    expect(mover.stats()).toEqual({ ...last, queues: { ...last.queues, serving: [] } });
  });

  test('faults', async () => {
    const mover = loopbackMover({ faultEvery: 2, maxBatch: 1 });
    expect(await fills(mover, 20, 4096)).toBe(20);
    const { faults, retries } = mover.stats();
    expect([faults.read + faults.write, faults.continued + retries]).toEqual([10, 10]);
    await mover.close();
  });

  test('what is under way, on whatever engine', async () => {
    const mover = loopbackMover({ path: 'auto', depth: 4 });
    const nops = Array.from({ length: 6 }, () => mover.nop());
    const futures = [...nops, mover.fill(Buffer.alloc(65536), 1)];
    expect(mover.stats().inFlight).toBe(7);
    await Promise.all(futures);
    expect(mover.stats().inFlight).toBe(0);
    await mover.close();
  });
});

describe('back-pressure', () => {
  test.each<[name: string, options: LoopbackOptions]>([
    ['one slot', { depth: 1 }],
    ['one entry', { size: 1, maxBatch: 1, depth: 4 }],
    ['one of each', { size: 1, maxBatch: 1, depth: 1 }],
  ])('ready() holds a producer back: %s', async (_name, options) => {
    const mover = loopbackMover(options);
    let most = 0;
    let underWay = 0;
    for (let n = 0; n < 100; n++) {
      await mover.ready();
      most = Math.max(most, ++underWay);
      void mover.fill(Buffer.alloc(64), 1).then(() => underWay--);
    }
    await mover.drain();
    expect(underWay).toBe(0);
    expect(most).toBeLessThanOrEqual(mover.capabilities.depth + 1);
    await mover.close();
  });

  test('lazy futures beyond the slots stay idle until there is room', async () => {
    const mover = loopbackMover({ depth: 2 });
    const futures = Array.from({ length: 3 }, () => mover.futures.fill(Buffer.alloc(64), 1));
    expect(futures.map((future) => future.poll()).at(-1)).toBe(FutureState.Idle);
    while (futures.some((future) => future.poll() !== FutureState.Complete)) {
      await new Promise(setImmediate);
    }
    expect(mover.stats().descriptors).toBeGreaterThan(1);
    await mover.close();
  });
});
