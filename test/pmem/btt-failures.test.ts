import { truncateSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { BttDevice, pmem, syncMover, type Future, type Mover } from '../../lib';
import { newMap, SIZE } from './btt-file';
import { heldMover } from './held-mover';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

test('a copy that fails leaves the block as it was, and the device healthy', async () => {
  const { mover, pending } = heldMover();
  await using map = await newMap();
  await using device = await BttDevice.format(map, { freeBlocks: 2, mover });
  const write = async (value: number, failure?: Error): Promise<void> => {
    const future = device.write(4, Buffer.alloc(4096, value));
    await turns();
    pending.shift()!(failure);
    await future;
  };
  await write(1);
  // Errors of other realms are errors.
  const foreign = runInNewContext("new Error('the copy failed')") as Error;
  for (const failure of [new Error('the copy failed'), foreign, foreign, foreign]) {
    await expect(write(2, failure)).rejects.toBe(failure);
  }
  expect(device.readOnly).toBe(false);
  const read = device.read(4);
  await turns();
  pending.shift()!();
  expect((await read).equals(Buffer.alloc(4096, 1))).toBe(true);
  await write(3);
  expect(await device.check()).toEqual({ consistent: true, problems: [] });
});

test('a copy that was begun, and then threw, keeps its place until it has ended', async () => {
  const { mover, pending } = heldMover();
  const copy = (dst: Buffer, src: Buffer): Future<Buffer> => {
    const future = mover.futures.copy(dst, src);
    const poll = (): never => {
      Reflect.deleteProperty(future, 'poll');
      future.poll();
      throw new Error('cut off');
    };
    return Object.assign(future, { poll });
  };
  const throwing = {
    with: () => ({ capabilities: mover.capabilities, futures: { copy } }),
  } as unknown as Mover;
  await using map = await newMap();
  await using device = await BttDevice.format(map, { freeBlocks: 1, mover: throwing });
  const writes = [1, 2].map((value) => device.write(value, Buffer.alloc(4096, value)));
  for (const write of writes) {
    await turns();
    expect(pending).toHaveLength(1);
    pending.shift()!();
    await write;
  }
  expect(await device.check()).toEqual({ consistent: true, problems: [] });
});

test('a read that is aborted keeps its place from being written to until its copy has ended', async () => {
  const { mover, pending } = heldMover();
  await using map = await newMap();
  await using slow = await BttDevice.format(map, { freeBlocks: 3, mover });
  await using device = await BttDevice.open(map, { mover: syncMover() });
  await device.write(6, Buffer.alloc(4096, 1));
  const into = Buffer.alloc(4096);
  const controller = new AbortController();
  const read = slow.read(6, into).promise({ signal: controller.signal });
  const outcome = read.catch((error: Error) => error.name);
  controller.abort();
  // As many as there are free blocks would use its place again.
  for (let value = 2; value < 12; value++) await device.write(6, Buffer.alloc(4096, value));
  pending.shift()!();
  expect(await outcome).toBe('AbortError');
  expect(into.equals(Buffer.alloc(4096, 1))).toBe(true);
  for (let value = 2; value < 12; value++) await device.write(6, Buffer.alloc(4096, value));
});

test('a write whose data is transferred away fails, and nothing is written', async () => {
  await using map = await newMap();
  await using device = await BttDevice.format(map);
  await device.write(2, Buffer.alloc(4096, 1));
  const data = Buffer.alloc(4096, 2);
  const write = device.write(2, data);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  await expect(write).rejects.toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
  expect((await device.read(2)).equals(Buffer.alloc(4096, 1))).toBe(true);
});

test.each(['byte', 'page'] as const)('a file that is truncated: by %ss', async (granularity) => {
  const map = await newMap({ forceGranularity: granularity });
  const device = await BttDevice.format(map);
  await device.write(2, Buffer.alloc(4096, 1));
  truncateSync(map.path, SIZE / 2);
  await expect(device.write(2, Buffer.alloc(4096, 2))).rejects.toThrow(/truncated/);
  await expect(device.read(2)).rejects.toThrow(/truncated/);
  await expect(device.check()).rejects.toMatchObject({ code: 'ERR_MOVER_PAGE_FAULT' });
  await device.close();
  for (const begin of [BttDevice.format(map), BttDevice.open(map)]) {
    await expect(begin).rejects.toMatchObject({ code: 'ERR_MOVER_PAGE_FAULT' });
  }
  await map.close();
});

test('a map that has lost a page for which there was no room', async () => {
  await using map = await newMap();
  truncateSync(map.path, 0);
  expect(map.bytes[SIZE / 2]).toBe(0);
  truncateSync(map.path, SIZE);
  await expect(BttDevice.format(map)).rejects.toMatchObject({ code: 'ENOSPC' });
  await using again = await pmem.map(map.path);
  await (await BttDevice.format(again)).close();
});

test('a map closes its devices first, and their requests end before', async () => {
  const map = await newMap();
  const [device, other] = [await BttDevice.format(map), await BttDevice.open(map)];
  await device.write(2, Buffer.alloc(4096, 1));
  const write = device.write(2, Buffer.alloc(4096, 2));
  const closing = map.close();
  for (const closed of [device.write(2, Buffer.alloc(4096, 3)), other.read(2), other.check()]) {
    await expect(closed).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  }
  await Promise.all([closing, device.close(), other.close()]);
  expect([write.done, write.error]).toEqual([true, undefined]);
  await using again = await pmem.map(map.path);
  await using opened = await BttDevice.open(again);
  expect((await opened.read(2)).equals(Buffer.alloc(4096, 2))).toBe(true);
});

test('a map that is closed while a device is being opened over it', async () => {
  const map = await newMap();
  const format = BttDevice.format(map);
  const failed = expect(format).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  await map.close();
  await failed;
  await using again = await pmem.map(map.path);
  await (await BttDevice.format(again)).close();
});

test('damaged metadata: read only, and said so', async () => {
  const map = await newMap();
  const device = await BttDevice.format(map, { freeBlocks: 16 });
  await device.write(2, Buffer.alloc(4096, 1));
  await device.close();
  // The sequence number of the first free block.
  map.bytes.writeUInt32LE(9, SIZE - 8192 + 12);
  await using opened = await BttDevice.open(map);
  expect(opened.readOnly).toBe(true);
  expect((await opened.read(2)).equals(Buffer.alloc(4096, 1))).toBe(true);
  for (const refused of [opened.write(2, Buffer.alloc(4096)), opened.zero(2), opened.markBad(2)]) {
    await expect(refused).rejects.toMatchObject({ code: 'ERR_BTT_READ_ONLY' });
  }
  const { consistent, problems } = await opened.check();
  expect(consistent).toBe(false);
  expect(problems.join()).toMatch(/error flag is set.*flog entry 0 makes no sense/);
  await map.close();
});

test('a failure that nobody looks at is reported; a cancellation is none', async () => {
  const reported: unknown[] = [];
  const note = (error: unknown): void => void reported.push(error);
  process.on('unhandledRejection', note);
  await using map = await newMap();
  await using device = await BttDevice.format(map, { lanes: 1 });
  await device.markBad(1);
  const [first, second] = [
    device.write(0, Buffer.alloc(4096)),
    device.write(0, Buffer.alloc(4096)),
  ];
  expect([first.cancel(), second.cancel()]).toEqual([false, true]);
  await first;
  await turns();
  process.removeListener('unhandledRejection', note);
  expect(reported).toEqual([]);
});
