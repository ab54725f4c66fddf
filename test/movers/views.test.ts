import { getEventListeners } from 'node:events';
import { open, syncMover, threadsMover, type Demand } from '../../lib';

describe('with()', () => {
  test('defaults apply to every operation of the view, and to no other', async () => {
    const mover = syncMover();
    const controller = new AbortController();
    const view = mover.with({ signal: controller.signal });
    controller.abort(new Error('all of them'));
    await expect(view.nop()).rejects.toThrow('all of them');
    await expect(view.futures.nop()).rejects.toThrow('all of them');
    await expect(mover.nop()).resolves.toBeUndefined();
  });

  test('the call’s options go before the view’s, and views nest', async () => {
    const mover = syncMover();
    const never = AbortSignal.abort(new Error('default'));
    const other = new AbortController().signal;
    const view = mover.with({ signal: never }).with({ cache: 'llc' });
    await expect(view.nop()).rejects.toThrow('default');
    await expect(view.nop({ signal: other })).resolves.toBeUndefined();
    await expect(view.with({ signal: other }).nop()).resolves.toBeUndefined();
  });

  test('options are looked at once', async () => {
    let looks = 0;
    const options = {
      get cache() {
        looks++;
        return 'llc' as const;
      },
    };
    const view = syncMover().with(options);
    const before = looks;
    await view.nop();
    await view.fill(Buffer.alloc(8), 1);
    expect(looks).toBe(before);
  });

  test('a view has its mover’s engine, name, and end', async () => {
    const mover = threadsMover({ threads: 1, ring: 2 });
    const view = mover.with({ path: 'software' });
    expect(view.name).toBe(mover.name);
    expect(view.capabilities).toEqual(mover.capabilities);
    const target = Buffer.alloc(1_000_000);
    const future = mover.fill(target, 3);
    await view.drain();
    expect(future.done).toBe(true);
    await view.close();
    await expect(mover.nop()).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  });

  test('a default signal has no listener while nothing is under way', async () => {
    const { signal } = new AbortController();
    const view = syncMover().with({ signal });
    await Promise.all([view.nop(), view.nop()]);
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });
});

test('a view with nothing changed', async () => {
  const target = Buffer.alloc(3);
  await syncMover().with().fill(target, 7);
  expect(target[2]).toBe(7);
});

describe('capabilities', () => {
  const operations = [
    ...['copy', 'move', 'fill', 'dualcast', 'compare', 'comparePattern', 'equals'],
    ...['crc32c', 'copyCrc32c', 'createDelta', 'applyDelta', 'flush', 'nop', 'drain'],
    ...['difCheck', 'difInsert', 'difStrip', 'difUpdate'],
  ];

  test('of the software engine', async () => {
    const automatic = await open({ depth: 64 });
    const all = [
      [syncMover(), false, 4096],
      [threadsMover({ threads: 1 }), true, 4096],
      [threadsMover({ threads: 1, ring: 16 }), true, 16],
      [automatic, true, 64],
    ] as const;
    for (const [mover, async, depth] of all) {
      expect([...mover.capabilities.operations].sort()).toEqual([...operations].sort());
      expect(mover.capabilities).toMatchObject({
        durable: true,
        cacheHint: false,
        overlapping: true,
        readback: true,
        maxTransfer: 0xffff_ffff,
        async,
        depth,
      });
      expect(mover.name).not.toBe('');
      await mover.close();
    }
  });

  test('every operation that is named is there, in both tenses', () => {
    const mover = syncMover();
    for (const name of mover.capabilities.operations) {
      for (const front of [mover, mover.futures]) {
        const dif = /^dif(.*)/.exec(name)?.[1]?.toLowerCase();
        const methods = (dif === undefined ? front : front.dif) as unknown as Record<
          string,
          unknown
        >;
        expect(typeof methods[dif ?? name]).toBe('function');
      }
    }
  });

  test.each<[Demand, boolean]>([
    [{}, true],
    [{ op: 'copy' }, true],
    [{ op: 'flush' }, true],
    [{ op: 'teleport' as 'copy' }, false],
    [{ durable: true }, true],
    [{ durable: false }, true],
    [{ cacheHint: true }, false],
    [{ cacheHint: false }, true],
    [{ bytes: 0 }, true],
    [{ bytes: 0xffff_ffff }, true],
    [{ bytes: 2 ** 32 }, false],
    [{ op: 'copy', bytes: 100, durable: false, cacheHint: false }, true],
    [{ op: 'copy', durable: true, cacheHint: true }, false],
    [{ op: 'copy', bytes: 2 ** 33 }, false],
  ])('supports(%p): %s', (demand, answer) => {
    expect(syncMover().supports(demand)).toBe(answer);
  });
});
