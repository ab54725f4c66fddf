import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { FutureState, open, syncMover, threadsMover, type Future, type Mover } from '../../lib';
import { delegatingMover } from '../conformance/delegating';
import { childResult } from '../support/child';

// Operations that take several jobs behave as those that take one.

const WINDOW = 2 ** 19;
/** In two groups of windows. */
const LENGTH = 5 * WINDOW + 3;

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['automatic', () => open()],
  ['two slots', () => threadsMover({ threads: 1, ring: 2 })],
  ['custom', () => delegatingMover()],
];

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

const transfer = ({ buffer }: Buffer): void => {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
};

const record = Buffer.alloc(24 + 10);
record.writeUInt32LE(10, 20);
record.writeUInt8(7, 26);

interface Sample {
  readonly memory: Buffer;
  /** What it writes to is another after success alone. */
  readonly written: Buffer;
  readonly begin: (
    m: Pick<Mover, 'dualcast' | 'createDelta' | 'applyDelta'>,
    o?: any,
  ) => Future<unknown>;
}

const samples: Readonly<Record<string, () => Sample>> = {
  dualcast() {
    const memory = Buffer.alloc(4 * WINDOW);
    const [a, b] = [memory.subarray(0, WINDOW), memory.subarray(WINDOW + 1, 2 * WINDOW + 1)];
    const source = Buffer.alloc(WINDOW, 9);
    return { memory, written: b, begin: (m, o) => m.dualcast([a, b], source, o) };
  },
  createDelta() {
    const memory = Buffer.alloc(LENGTH);
    const after = Buffer.alloc(LENGTH);
    after[LENGTH - 2] = 1;
    const written = Buffer.alloc(120);
    return { memory, written, begin: (m, o) => m.createDelta(memory, after, written, o) };
  },
  applyDelta() {
    const memory = Buffer.alloc(LENGTH);
    const written = memory.subarray(LENGTH - 8);
    return { memory, written, begin: (m, o) => m.applyDelta(memory, record, o) };
  },
};

describe.each(movers)('%s', (name, make) => {
  let mover: Mover;
  beforeEach(async () => {
    mover = await make();
  });
  afterEach(() => mover.close());

  describe.each(Object.entries(samples))('%s', (_op, make) => {
    const closed = { code: 'ERR_MOVER_CLOSED', name: 'MoverError' };

    test('an eager one is complete as soon as any other', async () => {
      const sample = make();
      const future = sample.begin(mover);
      if (name === 'inline') expect(future.done).toBe(true);
      await future;
      expect(sample.written.some((byte) => byte !== 0)).toBe(true);
    });

    test('polled by hand, it needs no event loop', () => {
      const { begin, written } = make();
      const future = begin(mover.futures);
      expect(future.state).toBe(FutureState.Idle);
      const patience = Date.now() + 20_000;
      while (future.poll() !== FutureState.Complete && Date.now() < patience);
      expect(future.error).toBeUndefined();
      expect(written.some((byte) => byte !== 0)).toBe(true);
    });

    test('close waits for it, however it was begun', async () => {
      const [eager, lazy] = [make(), make()];
      const futures = [eager.begin(mover), lazy.begin(mover.futures)];
      futures[1]!.poll();
      await mover.close();
      expect(futures.map(({ done, error }) => [done, error])).toEqual([
        [true, undefined],
        [true, undefined],
      ]);
    });

    test('one that is dropped once it has begun goes to its end', async () => {
      const { begin, written } = make();
      begin(mover.futures).poll();
      await mover.close();
      expect(written.some((byte) => byte !== 0)).toBe(true);
    });

    test('close refuses those that have not begun', async () => {
      const { begin, written } = make();
      const [first, second] = [begin(mover.futures), begin(mover.futures)];
      const closing = mover.close();
      await expect(first).rejects.toMatchObject(closed);
      await expect(begin(mover)).rejects.toMatchObject(closed);
      await closing;
      expect(second.poll()).toBe(FutureState.Complete);
      expect(second.error).toMatchObject(closed);
      expect(written.every((byte) => byte === 0)).toBe(true);
    });

    test('aborted before: nothing is done', async () => {
      const { begin, written } = make();
      const reason = new Error('before');
      const signal = AbortSignal.abort(reason);
      await expect(begin(mover, { signal })).rejects.toBe(reason);
      const controller = new AbortController();
      const lazy = begin(mover.futures, { signal: controller.signal });
      expect(listeners(controller.signal)).toBe(0);
      controller.abort(reason);
      await expect(lazy).rejects.toBe(reason);
      expect(listeners(controller.signal)).toBe(0);
      expect(written.every((byte) => byte === 0)).toBe(true);
    });

    test('aborted under way: rejects when the memory is free', async () => {
      const { begin, memory } = make();
      const controller = new AbortController();
      const reason = new Error('under way');
      const { signal } = controller;
      const future = begin(mover.futures, { signal });
      future.poll();
      future.poll();
      const { done } = future;
      controller.abort(reason);
      if (done) await future;
      else await expect(future).rejects.toBe(reason);
      const copy = Buffer.from(memory);
      await sleep(5);
      expect(memory.equals(copy)).toBe(true);
      expect(listeners(signal)).toBe(0);
    });

    test('cancelled', async () => {
      const { begin } = make();
      const idle = begin(mover.futures);
      expect(idle.cancel()).toBe(true);
      expect(idle.error?.name).toBe('AbortError');
      const running = begin(mover);
      const reason = new Error('cancelled');
      if (running.done) return;
      running.cancel(reason);
      await expect(running).rejects.toBe(reason);
    });

    test('memory that is transferred away', async () => {
      const { begin, memory } = make();
      const future = begin(mover.futures);
      transfer(memory);
      await expect(future).rejects.toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
    });

    test('memory that is transferred away under way', async () => {
      const { begin, memory } = make();
      const future = begin(mover.futures);
      future.poll();
      transfer(memory);
      const code = await future.then(
        () => 'success',
        (error: Error) => (error as { code?: string }).code,
      );
      // What is complete by then has succeeded.
      expect(['success', 'ERR_MOVER_BUFFER_DETACHED']).toContain(code);
    });

    test('drain waits for it', async () => {
      const { begin } = make();
      const futures = [begin(mover), begin(mover.futures)];
      futures[1]!.poll();
      await mover.drain();
      expect(futures.map(({ done }) => done)).toEqual([true, true]);
      const lazy = mover.futures.drain();
      const third = begin(mover);
      await lazy;
      expect(third.done).toBe(true);
    });

    test('a drain that is cancelled, or behind a failure, takes nothing with it', async () => {
      const [one, other] = [make(), make()];
      const future = one.begin(mover);
      mover.drain().cancel();
      await future;
      const failing = other.begin(mover, { signal: AbortSignal.timeout(0) });
      const drain = mover.drain();
      await failing.then(undefined, () => undefined);
      expect(await drain).toBeUndefined();
    });

    test('as a member of a batch, between fences', async () => {
      const { begin, written } = make();
      const copy = Buffer.alloc(written.length);
      let member: Future<unknown> | undefined;
      const result = await mover.batch((batch) => {
        member = begin(batch);
        batch.fence();
        batch.copy(copy, written);
      });
      expect(result).toEqual({ completed: 2, ok: true });
      expect(member!.error).toBeUndefined();
      expect(copy.equals(written)).toBe(true);
      expect(copy.some((byte) => byte !== 0)).toBe(true);
    });

    test('close waits for a batch that it is in, and that has not come to it', async () => {
      const { begin, written } = make();
      const future = mover.batch((batch) => {
        batch.fill(Buffer.alloc(100_000), 1);
        batch.fence();
        begin(batch);
      });
      await mover.close();
      expect(future.output).toMatchObject({ completed: 2, ok: true });
      expect(written.some((byte) => byte !== 0)).toBe(true);
    });

    test('many at once', async () => {
      const made = Array.from({ length: 5 }, make);
      await Promise.all(made.map(({ begin }) => begin(mover)));
      for (const { written } of made) expect(written.some((byte) => byte !== 0)).toBe(true);
    });
  });

  test('many drains behind the same work', async () => {
    const { begin } = samples['createDelta']!();
    const future = begin(mover);
    const drains = Array.from({ length: 100 }, (_, n) =>
      (n % 2 === 0 ? mover : mover.futures).drain(),
    );
    await Promise.all(drains);
    expect(future.done).toBe(true);
  });

  test('statistics say what was done otherwise than asked for', async () => {
    const of = (): number[] => {
      const { deltasInWindows, throughScratch, dualcastsAsCopies } = mover.stats();
      return [deltasInWindows, throughScratch, dualcastsAsCopies];
    };
    const memory = Buffer.alloc(2 * WINDOW);
    const small = memory.subarray(0, 64);
    await mover.createDelta(small, memory.subarray(64, 128));
    await mover.applyDelta(small, Buffer.alloc(10));
    expect(of()).toEqual([0, 0, 0]);
    await mover.createDelta(small.subarray(1), memory.subarray(65, 128));
    expect(of()).toEqual([0, 1, 0]);
    await mover.applyDelta(memory, Buffer.alloc(8));
    expect(of()).toEqual([1, 1, 0]);
    await mover.createDelta(memory.subarray(3), Buffer.alloc(memory.length - 3));
    expect(of()).toEqual([2, 2, 0]);
    await mover.dualcast([small, memory.subarray(65, 129)], memory.subarray(200, 264));
    expect(of()).toEqual([2, 2, 1]);
  });
});

test('a delta of many windows takes memory for a few', async () => {
  const mover = threadsMover({ threads: 1 });
  const [before, after] = [1, 2].map((value) => Buffer.alloc(24 * WINDOW, value).subarray(1));
  const room = Buffer.alloc(32 * WINDOW);
  const used = process.memoryUsage().arrayBuffers;
  let most = 0;
  const future = mover.futures.createDelta(before!, after!, room);
  while (future.poll() !== FutureState.Complete) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - used);
  }
  expect(future.error).toBeUndefined();
  expect(most).toBeGreaterThan(WINDOW);
  expect(most).toBeLessThan(16 * WINDOW);
  await mover.close();
});

test('a failure that nobody looks at is reported, as with any other eager operation', async () => {
  const program = `
    let unhandled = 0;
    process.on('unhandledRejection', () => unhandled++);
    mover.applyDelta(Buffer.alloc(9), Buffer.alloc(20));
    mover.futures.applyDelta(Buffer.alloc(9), Buffer.alloc(20)).poll();
    setTimeout(() => console.log(JSON.stringify(unhandled)), 20);
  `;
  expect(await childResult(program)).toBe(1);
});
