import {
  all,
  FutureState,
  moverFrom,
  open,
  Runtime,
  syncMover,
  threadsMover,
  type DataOperations,
  type Future,
  type Mover,
} from '../../lib';
import { Recording } from '../support/recording';

// What miniasync's virtual data movers do, and where they fail.

const small = (): Buffer => Buffer.alloc(64);
const none = Buffer.alloc(0);

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['sync', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['threads, one slot', () => threadsMover({ threads: 1, ring: 1 })],
  ['automatic', () => open()],
];

const ready = (): Promise<unknown> => new Promise(setImmediate);

async function pollToTheEnd(futures: readonly Future<unknown>[]): Promise<void> {
  while (!futures.every((future) => future.poll() === FutureState.Complete)) await ready();
}

describe.each(movers)('miniasync, movers, %s', (name, make) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());

  test('outputs: the destination of memcpy, memmove and memset', async () => {
    for (const m of [mover, mover.futures]) {
      const dst = small();
      expect(await m.copy(dst, Buffer.alloc(64, 3))).toBe(dst);
      expect(await m.move(dst.subarray(1), dst.subarray(0, 63))).toEqual(Buffer.alloc(63, 3));
      expect(await m.fill(dst, 5)).toBe(dst);
      expect(dst).toEqual(Buffer.alloc(64, 5));
    }
  });

  test('constructors take no slot: as many as one likes before the first poll', async () => {
    const { depth } = mover.capabilities;
    const futures = Array.from({ length: depth + 1 }, () => mover.futures.nop());
    const dst = small();
    await mover.fill(dst, 1);
    expect(futures.every(({ state }) => state === FutureState.Idle)).toBe(true);
    expect(futures[0]!.poll()).not.toBe(FutureState.Idle);
    await futures[0];
  });

  test('defect f: futures that are never polled block nothing', async () => {
    const never = mover.futures.fill(small(), 1);
    const dst = small();
    const rounds = Math.min(mover.capabilities.depth * 3, 5000);
    for (let round = 0; round < rounds; round += 100) {
      await Promise.all(Array.from({ length: 100 }, () => mover.fill(dst, round & 255)));
    }
    expect([never.state, never.error]).toEqual([FutureState.Idle, undefined]);
    await never;
  });

  test('defect a: waiting for what failed or was complete at construction ends at once', async () => {
    const runtime = new Runtime();
    const failing = [mover.futures.copy(small(), none), mover.copy(small(), none)];
    for (const future of failing) {
      await expect(runtime.wait(future)).rejects.toMatchObject({ code: 'ERR_MOVER_LENGTH' });
      expect(() => runtime.waitSync(future)).toThrow();
    }
    const complete = mover.copy(none, Buffer.alloc(0));
    await pollToTheEnd([complete]);
    expect(runtime.waitAllSync([complete, complete])).toEqual([none, none]);
    expect(await runtime.waitAll([complete, mover.futures.nop()])).toEqual([none, undefined]);
    await runtime.close();
  });

  test('defect g: flush is an operation like any other', async () => {
    const range = Buffer.from('to be flushed');
    for (const m of [mover, mover.futures]) {
      for (const keep of [false, true]) expect(await m.flush(range, { keep })).toBeUndefined();
    }
    expect(Runtime.default.waitSync(mover.futures.flush(range))).toBeUndefined();
    expect(range.toString()).toBe('to be flushed');
  });

  test('an unknown flag is refused by all, not asserted or ignored by some', async () => {
    await expect(mover.fill(small(), 1, { noCacheHint: true } as object)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  test('memmove overlaps, memcpy is checked, in software as in hardware', async () => {
    const bytes = Buffer.from('abcdef');
    await mover.move(bytes.subarray(1), bytes.subarray(0, 5));
    expect(bytes.toString()).toBe('aabcde');
    await expect(mover.copy(bytes.subarray(1), bytes.subarray(0, 5))).rejects.toMatchObject({
      code: 'ERR_MOVER_OVERLAP',
    });
  });

  test('full: idle, retried by each poll, nothing is lost', async () => {
    const { depth } = mover.capabilities;
    const count = name === 'threads, one slot' ? 50 : depth + 50;
    const targets = Array.from({ length: count }, () => Buffer.alloc(8));
    const futures = targets.map((target, n) => mover.futures.fill(target, BigInt(n)));
    for (const future of futures) future.poll();
    const idle = futures.filter(({ state }) => state === FutureState.Idle).length;
    // What is done on the spot needs no room.
    expect(idle > 0).toBe(name.startsWith('threads'));
    await pollToTheEnd(futures);
    expect(targets.every((target, n) => target.readBigUInt64LE() === BigInt(n))).toBe(true);
  });

  test('has("async") tells the truth: complete after the first poll, or not', () => {
    const future = mover.futures.fill(small(), 1);
    if (name === 'sync' || name === 'automatic') expect(future.has('async')).toBe(false);
    else expect(future.has('async')).toBe(true);
    if (name === 'sync') expect(future.poll()).toBe(FutureState.Complete);
  });

  test('operations of many movers in one wait', async () => {
    const engine = new Recording({ finish: () => 7 });
    const others: DataOperations[] = [moverFrom(engine), syncMover().futures, mover.futures];
    const futures = others.map((m) => m.crc32c(Buffer.from('123456789')));
    expect(await new Runtime().waitAll(futures)).toEqual([7, 0xe3069283, 0xe3069283]);
    expect(await all(futures)).toEqual([7, 0xe3069283, 0xe3069283]);
  });

  test('by reading, 6: closed with operations in flight, each ends', async () => {
    const own = await make();
    const targets = [64, 100_000, 3_000_000, 64].map((bytes) => Buffer.alloc(bytes));
    const eager = targets.map((target) => own.fill(target, 1));
    const idle = own.futures.nop();
    const withNobody = own.fill(Buffer.alloc(2_000_000), 1);
    await own.close();
    expect(eager.every(({ done, error }) => done && error === undefined)).toBe(true);
    expect(withNobody.done).toBe(true);
    expect(targets.every((target) => target.at(-1) === 1)).toBe(true);
    await expect(idle).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  });
});

describe('miniasync, movers, threads', () => {
  test.each([0, 3, 5, -1, 1.5, 2 ** 17, NaN])('defect h: a ring of %d is refused', (ring) => {
    expect(() => threadsMover({ ring })).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    );
  });

  test.each([1, 2, 128])('a ring of %d has as many entries, not bytes', async (ring) => {
    const mover = threadsMover({ threads: 1, ring });
    expect(mover.capabilities.depth).toBe(ring);
    const futures = Array.from({ length: ring + 1 }, () => mover.futures.nop());
    const states = futures.map((future) => future.poll());
    expect(states.filter((state) => state === FutureState.Idle).length).toBe(1);
    await Promise.all(futures);
    await mover.close();
  });

  test('many more operations than entries, from a few futures at a time', async () => {
    const mover = threadsMover({ threads: 2, ring: 8 });
    const dst = Buffer.alloc(8 * 1000);
    const operations = Array.from({ length: 1000 }, (_, n) =>
      mover.fill(dst.subarray(8 * n, 8 * n + 8), BigInt(n)),
    );
    await new Runtime().waitAll(operations);
    for (let n = 0; n < 1000; n++) expect(dst.readBigUInt64LE(8 * n)).toBe(BigInt(n));
    await mover.close();
  });
});

describe('miniasync, movers, DML', () => {
  test('by reading, 10: hardware that is not there is an error, not an endless wait', async () => {
    await expect(open({ path: 'hardware' })).rejects.toMatchObject({ code: 'ERR_MOVER_NO_DEVICE' });
  });

  test('by reading, 7 and 8: durability is refused where it is not given, with every hint', async () => {
    const notDurable = moverFrom(new Recording({ capabilities: { cacheHint: true } }));
    for (const cache of ['auto', 'llc', 'memory'] as const) {
      await expect(notDurable.nop({ durable: true, cache })).rejects.toMatchObject({
        code: 'ERR_MOVER_UNSUPPORTED',
      });
    }
  });

  test('by reading, 9: an engine that fails is an error of that operation alone', async () => {
    const broken = new Error('page fault');
    let number = 0;
    const engine = new Recording({
      check() {
        if (++number === 2) throw broken;
        return FutureState.Complete;
      },
    });
    const mover = moverFrom(engine);
    const outcomes = await Promise.allSettled([mover.nop(), mover.nop(), mover.nop()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: broken });
  });
});

describe('miniasync, movers, an engine of one’s own', () => {
  test('no slot: complete with that error, and waiting for it ends', async () => {
    const mover = moverFrom(new Recording({ create: () => null }));
    const full = { code: 'ERR_MOVER_OUT_OF_SLOTS' };
    await expect(mover.futures.nop()).rejects.toMatchObject(full);
    const runtime = new Runtime();
    await expect(runtime.waitAll([mover.futures.nop(), syncMover().nop()])).rejects.toMatchObject(
      full,
    );
    expect(() => runtime.waitSync(mover.futures.nop())).toThrow(expect.objectContaining(full));
  });
});
