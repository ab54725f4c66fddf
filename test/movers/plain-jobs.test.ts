import { inspect } from 'node:util';
import { FutureState, Notifier, open, syncMover, type Mover } from '../../lib';

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
