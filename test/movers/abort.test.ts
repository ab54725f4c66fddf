import { getEventListeners } from 'node:events';
import { open, syncMover, threadsMover, type Mover } from '../../lib';

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['automatic', () => open()],
];

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe.each(movers)('%s', (name, make) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());

  test('aborted before the call: nothing is done', async () => {
    const target = Buffer.alloc(64);
    const reason = new Error('before');
    const signal = AbortSignal.abort(reason);
    await expect(mover.fill(target, 1, { signal })).rejects.toBe(reason);
    await expect(mover.futures.fill(target, 1, { signal })).rejects.toBe(reason);
    await expect(mover.with({ signal }).fill(target, 1)).rejects.toBe(reason);
    await mover.drain();
    expect(target).toEqual(Buffer.alloc(64));
    expect(listeners(signal)).toBe(0);
  });

  test('aborted without a reason: an AbortError', async () => {
    const signal = AbortSignal.abort();
    await expect(mover.nop({ signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('aborted before a lazy future begins: nothing is done', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const target = Buffer.alloc(64);
    const future = mover.futures.fill(target, 1, { signal });
    controller.abort(new Error('lazy'));
    await expect(future).rejects.toThrow('lazy');
    await mover.drain();
    expect(target).toEqual(Buffer.alloc(64));
    expect(listeners(signal)).toBe(0);
  });

  test('aborted after the end: no effect', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const target = Buffer.alloc(100_000);
    const future = mover.fill(target, 1, { signal });
    await future;
    expect(listeners(signal)).toBe(0);
    controller.abort();
    expect(future.error).toBeUndefined();
    expect(future.output).toBe(target);
    expect(await future).toBe(target);
  });

  test('aborted in flight: rejects when the engine is done with the memory', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('in flight');
    const target = Buffer.alloc(64 << 20);
    const future = mover.futures.fill(target, 7, { signal });
    future.poll();
    // Handed over by now, on whatever engine.
    future.poll();
    const done = future.done;
    controller.abort(reason);
    if (done) {
      expect(await future).toBe(target);
    } else {
      expect(future.done).toBe(false);
      await expect(future).rejects.toBe(reason);
      const copy = Buffer.from(target);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(target.equals(copy)).toBe(true);
    }
    expect(done).toBe(name === 'inline');
    expect(listeners(signal)).toBe(0);
  });

  test('one signal for many operations; no listener stays', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const futures = Array.from({ length: 200 }, () => mover.fill(Buffer.alloc(64), 1, { signal }));
    await Promise.all(futures);
    expect(listeners(signal)).toBe(0);

    const failing = Array.from({ length: 50 }, () =>
      mover.fill(null as unknown as Buffer, 1, { signal }),
    );
    await Promise.allSettled(failing);
    expect(listeners(signal)).toBe(0);

    const aborted = Array.from({ length: 50 }, () => mover.futures.nop({ signal }));
    const outcomes = aborted.map((future) => future.then(undefined, (e: Error) => e.name));
    controller.abort();
    expect(new Set(await Promise.all(outcomes)).size).toBeLessThanOrEqual(2);
    expect(listeners(signal)).toBe(0);
  });
});

test('aborted between call and submission: withdrawn', async () => {
  const mover = threadsMover({ threads: 1 });
  const controller = new AbortController();
  const target = Buffer.alloc(64);
  const future = mover.fill(target, 1, { signal: controller.signal });
  controller.abort(new Error('at once'));
  expect(future.done).toBe(true);
  await expect(future).rejects.toThrow('at once');
  await mover.drain();
  expect(target).toEqual(Buffer.alloc(64));
  await mover.close();
});

test('lazy futures that nobody begins leave nothing on a long-lived signal', () => {
  const { signal } = new AbortController();
  const mover = syncMover();
  for (let n = 0; n < 1000; n++) mover.futures.nop({ signal });
  expect(listeners(signal)).toBe(0);
});
