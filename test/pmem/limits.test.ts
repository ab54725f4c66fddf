import { BttDevice, threadsMover, type BttOptions } from '../../lib';
import { expectRejects, outOfRange, wrongType, wrongValue } from '../border/refusals';
import { newMap } from './btt-file';
import { heldMover } from './held-mover';

const timeout = expect.objectContaining({ code: 'ERR_MOVER_TIMEOUT' });
const block = (value: number): Buffer => Buffer.alloc(4096, value);

async function heldDevice(options: BttOptions = {}) {
  const { mover, pending } = heldMover();
  const map = await newMap();
  const device = await BttDevice.format(map, { freeBlocks: 2, mover, ...options });
  const close = (): Promise<void> => map.close();
  return { device, pending, close };
}

describe('a signal', () => {
  test('that has fired: nothing begins', async () => {
    const { device, pending, close } = await heldDevice();
    const reason = new Error('enough');
    const o = { signal: AbortSignal.abort(reason) };
    for (const future of [
      device.write(0, block(1), o),
      device.read(0, undefined, o),
      device.zero(0, o),
      device.markBad(0, o),
    ]) {
      await expect(future).rejects.toBe(reason);
    }
    expect(pending).toHaveLength(0);
    await close();
  });

  test('who waits in line leaves it; what is under way fails when it has ended', async () => {
    const { device, pending, close } = await heldDevice({ lanes: 1 });
    const controller = new AbortController();
    const o = { signal: controller.signal };
    const [begun, waiting] = [device.write(0, block(1), o), device.write(1, block(1), o)];
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(begun.done).toBe(false);
    pending.shift()!();
    await expect(begun).rejects.toMatchObject({ name: 'AbortError' });
    expect(pending).toHaveLength(0);
    await close();
  });

  test('that fires afterwards changes nothing', async () => {
    const { device, pending, close } = await heldDevice();
    const controller = new AbortController();
    const write = device.write(0, block(1), { signal: controller.signal });
    pending.shift()!();
    await write;
    controller.abort();
    expect(write.error).toBeUndefined();
    await close();
  });
});

describe('a limit', () => {
  test('what does not end in time fails, and is waited for all the same', async () => {
    const { device, pending, close } = await heldDevice({ lanes: 1 });
    const [begun, waiting] = [
      device.write(0, block(1), { timeoutMs: 5 }),
      device.write(1, block(1), { timeoutMs: 5 }),
    ];
    await expect(begun).rejects.toEqual(timeout);
    await expect(waiting).rejects.toEqual(timeout);
    let ended = false;
    const closing = close().then(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    pending.shift()!();
    await closing;
    expect(pending).toHaveLength(0);
  });

  test('what ends in time is as ever', async () => {
    await using map = await newMap();
    await using device = await BttDevice.format(map);
    for (const timeoutMs of [10_000, Infinity]) {
      await device.write(0, block(3), { timeoutMs });
      expect((await device.read(0, undefined, { timeoutMs })).equals(block(3))).toBe(true);
      await device.markBad(0, { timeoutMs });
      const bad = { code: 'ERR_BTT_BAD_BLOCK' };
      await expect(device.read(0, block(0), { timeoutMs })).rejects.toMatchObject(bad);
      await device.zero(0, { timeoutMs });
      await map.copy(0, map.bytes.subarray(4096, 4100), { timeoutMs });
      await map.persist(0, 1, { timeoutMs });
      await map.deepFlush(0, 1, { timeoutMs });
    }
  });

  test('of what a map does, with all that makes it durable', async () => {
    const { mover, pending } = heldMover();
    const map = await newMap({ mover });
    const copy = map.copy(0, block(1), { timeoutMs: 5 });
    await expect(copy).rejects.toEqual(timeout);
    pending.shift()!();
    await map.close();
  });

  test('a map persists nothing for whom that was aborted', async () => {
    await using mover = threadsMover({ threads: 1 });
    await using map = await newMap({ mover, forceGranularity: 'page' });
    const controller = new AbortController();
    const persist = map.persist(0, 4096, { signal: controller.signal });
    controller.abort();
    await expect(persist).rejects.toMatchObject({ name: 'AbortError' });
    const aborted = { signal: AbortSignal.abort() };
    await expect(map.deepFlush(0, 1, aborted)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('options that make no sense are refused', async () => {
  await using map = await newMap();
  await using device = await BttDevice.format(map);
  const read = (o: unknown): Promise<unknown> => device.read(0, undefined, o as object).promise();
  await expectRejects(read(5), wrongType);
  await expectRejects(read({ signal: 1 }), wrongType);
  await expectRejects(read({ timeoutMs: 1e12 }), outOfRange);
  await expect(read({ timeoutMs: -1 })).rejects.toThrow('or Infinity for no limit');
  await expectRejects(read({ path: 'software' }), wrongValue);
});

test.each(['of the mover', 'of the operation'])(
  'a map does not close before an operation has ended whose limit, %s, was over',
  async (whose) => {
    const { mover, pending } = heldMover();
    const limit = { timeoutMs: 5 };
    const map = await newMap(whose === 'of the mover' ? { mover: mover.with(limit) } : { mover });
    const own = map.fill(0, 4096, 5, whose === 'of the mover' ? undefined : limit);
    await expect(own).rejects.toEqual(timeout);
    let closed = false;
    const closing = map.close().then(() => (closed = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([closed, mover.stats().inFlight]).toEqual([false, 1]);
    pending[0]!();
    await closing;
  },
);

test('a device that a getter of the options closes takes no more', async () => {
  for (const name of ['signal', 'timeoutMs'] as const) {
    const device = await BttDevice.format(await newMap());
    let closing: Promise<void> | undefined;
    const o = Object.defineProperty({}, name, {
      enumerable: true,
      get: () => void (closing ??= device.close()),
    });
    const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED' });
    await expect(device.write(0, block(1), o)).rejects.toEqual(closed);
    await closing;
  }
});

test('options of a device are read once', async () => {
  let reads = 0;
  const options = Object.defineProperty({}, 'lanes', {
    enumerable: true,
    get: () => (reads++ === 0 ? 2 : 0),
  });
  await using device = await BttDevice.format(await newMap(), options);
  expect([device.lanes, reads]).toEqual([2, 1]);
});

test('futures of requests tell nobody what these work with, nor have what they are carried out by', async () => {
  await using device = await BttDevice.format(await newMap());
  const own = device.write(1, block(1));
  for (const name of ['works', 'kind', 'lane', 'take', 'look', 'end', 'settled', 'commit']) {
    expect(name in own).toBe(false);
  }
  await own;
});
