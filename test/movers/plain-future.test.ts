import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  FutureState,
  Notifier,
  open,
  Runtime,
  syncMover,
  type Future,
  type Mover,
} from '../../lib';

// Copies, moves and nops without options that begin at their first poll.
describe('plain futures', () => {
  let mover: Mover;
  let target: Buffer;
  const source = Buffer.alloc(64, 7);
  beforeEach(async () => {
    mover = await open({ batching: { gather: 'tick', max: 4096 } });
    target = Buffer.alloc(64);
  });
  afterEach(() => mover.close());

  test('do nothing before they are polled, and say nothing of what they will come to', async () => {
    const future = mover.futures.copy(target, source);
    expect(future.state).toBe(FutureState.Idle);
    expect(inspect(future)).not.toContain('output');
    expect(() => future.output).toThrow(expect.objectContaining({ code: 'ERR_FUTURE_PENDING' }));
    await mover.drain();
    expect(target[0]).toBe(0);
  });

  test('come to their destination', async () => {
    const { futures } = mover;
    const copied = futures.copy(target, source);
    const moved = futures.move(target.subarray(1), target.subarray(0, 63));
    expect(copied.poll()).toBe(FutureState.Running);
    expect(inspect(copied)).not.toContain('output');
    expect(copied.poll()).toBe(FutureState.Complete);
    expect(copied.output).toBe(target);
    expect((await moved).length).toBe(63);
    expect(await futures.nop()).toBeUndefined();
    expect(target).toEqual(source);
  });

  test('of no bytes are complete at once', () => {
    const empty = Buffer.alloc(0);
    const future = mover.futures.copy(empty, empty);
    expect(future.poll()).toBe(FutureState.Complete);
    expect(future.output).toBe(empty);
  });

  test('can be cancelled as long as they are not handed over', async () => {
    const cancelled = mover.futures.copy(target, source);
    const never = mover.futures.copy(target, source);
    cancelled.poll();
    expect([cancelled.cancel(), never.cancel()]).toEqual([true, true]);
    expect(cancelled.poll()).toBe(FutureState.Complete);
    await mover.drain();
    expect(target[0]).toBe(0);
    expect(cancelled.error?.name).toBe('AbortError');
    expect(inspect(never)).not.toContain('output');
  });

  test.each(['destination', 'source'])('fail alone where their %s goes away', async (which) => {
    const buffer = new ArrayBuffer(64);
    const gone =
      which === 'source' ? mover.futures.copy(target, buffer) : mover.futures.copy(buffer, source);
    const good = mover.futures.copy(target.subarray(0, 32), source.subarray(0, 32));
    for (const future of [gone, good]) future.poll();
    structuredClone(buffer, { transfer: [buffer] });
    await expect(gone.promise()).rejects.toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
    await good;
    expect(target.filter((byte) => byte === 7)).toHaveLength(32);
  });

  test.each(['destination', 'source'])(
    'fail, and nothing is written, where their %s has gone when they are polled to the end',
    (which) => {
      const buffers = [new ArrayBuffer(64), new ArrayBuffer(64)];
      const all = Buffer.alloc(64);
      const pieces = Array.from({ length: 6 }, (_, n) => all.subarray(8 * n, 8 * n + 8));
      const lost = (n: number): Buffer => Buffer.from(buffers[n % 2]!, 8 * n, 8);
      const futures = pieces.map((piece, n) => {
        if (n < 2) return mover.futures.copy(piece, source.subarray(0, 8));
        return which === 'source'
          ? mover.futures.copy(piece, lost(n))
          : mover.futures.copy(lost(n), source.subarray(0, 8));
      });
      for (const future of futures) future.poll();
      structuredClone(buffers[0], { transfer: [buffers[0]!] });
      for (const future of futures) while (future.poll() !== FutureState.Complete);
      const codes = futures.map(({ error }) => (error as { code?: string } | undefined)?.code);
      const gone = 'ERR_MOVER_BUFFER_DETACHED';
      expect(codes).toEqual([undefined, undefined, gone, undefined, gone, undefined]);
      expect([...all.subarray(0, 16)].every((byte) => byte === 7)).toBe(true);
      expect([...all.subarray(16)].every((byte) => byte === 0)).toBe(true);
    },
  );

  test('fail when the mover is closed before they begin', async () => {
    const late = mover.futures.copy(target, source);
    const begun = mover.futures.copy(target.subarray(32), source.subarray(32));
    begun.poll();
    await mover.close();
    expect(begun.output).toHaveLength(32);
    expect(late.poll()).toBe(FutureState.Complete);
    expect(late.error).toMatchObject({ code: 'ERR_MOVER_CLOSED' });
    expect(target[0]).toBe(0);
  });

  test('are handed over though nobody polls them again', async () => {
    const future = mover.futures.copy(target, source);
    future.poll();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(future.done).toBe(true);
  });

  test('wake whoever polls them with a notifier', async () => {
    const future = mover.futures.copy(target, source);
    let woken = 0;
    expect(future.poll(new Notifier({ wake: () => woken++ }))).toBe(FutureState.Running);
    await mover.drain();
    expect([woken, future.done]).toEqual([1, true]);
  });

  test('of much are not all done at once', async () => {
    const large = Buffer.alloc(200_000, 1);
    const targets = Array.from({ length: 8 }, () => Buffer.alloc(large.length));
    const futures = targets.map((to) => mover.futures.copy(to, large));
    for (const future of futures) future.poll();
    await Promise.all(futures);
    expect(targets.every((to) => to.equals(large))).toBe(true);
  });

  test('say whether they go on by themselves, also once they have begun', () => {
    const small = mover.futures.copy(target, source);
    expect(small.has('async')).toBe(false);
    small.poll();
    expect(small.has('async')).toBe(false);
    expect(small.poll()).toBe(FutureState.Complete);
    expect(small.output).toBe(target);
  });
});

test('once they are complete all can be asked for that any future has', async () => {
  const mover = await open();
  const target = Buffer.alloc(64);
  const future = mover.futures.copy(target, Buffer.alloc(64, 1));
  while (future.poll() !== FutureState.Complete);
  expect([future.has('async'), future.cancel(), future.done, future.error]).toEqual([
    false,
    false,
    true,
    undefined,
  ]);
  expect(await future.promise()).toBe(target);
  expect(future.poll(new Notifier({}))).toBe(FutureState.Complete);
  expect(future.output).toBe(target);
  await mover.close();
});

// A plain future becomes another as soon as more than polls is wanted, at whatever point that is.
test('whatever is asked of plain futures, and when, each is done whole, or not at all', async () => {
  const mover = await open({ batching: { max: 8 } });
  const count = 6;
  const wanted = (future: Future<Buffer>): void => {
    future.promise().catch(() => undefined);
  };
  const acts: Record<string, (future: Future<Buffer>, source: ArrayBuffer) => unknown> = {
    poll: (future) => future.poll(),
    'poll with a notifier': (future) => future.poll(new Notifier({ wake: () => undefined })),
    'want a promise': wanted,
    cancel: (future) => future.cancel(),
    'give the source away': (_, source) =>
      source.byteLength > 0 && structuredClone(source, { transfer: [source] }),
    'ask what it is': (future) => [future.has('async'), future.state, inspect(future)],
    'begin something else': () => {
      mover.futures.crc32c(Buffer.from('other')).poll();
    },
    'do what is gathered': () => Runtime.default.poll(),
  };
  const script = fc.array(fc.tuple(fc.nat(count - 1), fc.constantFrom(...Object.keys(acts))), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const sources = Array.from({ length: count }, () => new Uint8Array(16).fill(7).buffer);
      const targets = Array.from({ length: count }, () => Buffer.alloc(16));
      const futures = targets.map((target, index) => mover.futures.copy(target, sources[index]!));
      for (const [index, act] of steps) acts[act]!(futures[index]!, sources[index]!);
      const ends = await Promise.allSettled(futures.map((future) => future.promise()));
      for (const [index, { status }] of ends.entries()) {
        const done = status === 'fulfilled';
        expect(futures[index]!.state).toBe(FutureState.Complete);
        expect(futures[index]!.error === undefined).toBe(done);
        expect(targets[index]!.equals(Buffer.alloc(16, done ? 7 : 0))).toBe(true);
        const asked = steps.filter(([which]) => which === index).map(([, act]) => act);
        if (!asked.includes('cancel') && !asked.includes('give the source away'))
          expect(done).toBe(true);
      }
      expect(mover.stats().inFlight).toBe(0);
    }),
    { numRuns: 300, seed: 1 },
  );
  await mover.close();
});

test('plain futures of a mover without threads are complete after the first poll', () => {
  const mover = syncMover();
  const target = Buffer.alloc(2_000_000);
  const future = mover.futures.copy(target, Buffer.alloc(target.length, 9));
  expect(future.poll()).toBe(FutureState.Complete);
  expect(target.at(-1)).toBe(9);
});

test('whoever writes the state of a plain future does nothing to others', async () => {
  const mover = await open();
  const target = Buffer.alloc(64);
  const future = mover.futures.copy(target, Buffer.alloc(64, 1));
  future.poll();
  Object.defineProperties(future, { phase: { value: 0 }, outcome: { value: 'mine' } });
  future.poll();
  await mover.drain();
  future.poll();
  expect(target[0]).toBe(1);
  expect(mover.stats().inFlight).toBe(0);
  await mover.close();
});

test('plain futures of one kind are measured, and those that others are gathered with are not', async () => {
  const mover = await open({ path: 'software' });
  const [target, source] = [Buffer.alloc(64), Buffer.alloc(64)];
  /** What is known of copies and moves after so many gatherings of a copy and another. */
  const samples = (other: () => Future<unknown>): (number | undefined)[] => {
    for (let gathering = 0; gathering < 17 * 8; gathering++) {
      const both = [mover.futures.copy(target, source), other()];
      for (const future of both) future.poll();
      for (const future of both) while (future.poll() !== FutureState.Complete);
    }
    return [mover.explain('copy', 64), mover.explain('move', 64)].map(
      ({ measured }) => measured?.inline?.samples,
    );
  };
  expect(samples(() => mover.futures.move(target, source))).toEqual([undefined, undefined]);
  expect(samples(() => mover.futures.fill(target, 1))).toEqual([undefined, undefined]);
  const [copies, moves] = samples(() => mover.futures.copy(target, source));
  expect(copies).toBeGreaterThan(3);
  expect(moves).toBeUndefined();
  await mover.close();
});
