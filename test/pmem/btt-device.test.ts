import { BttDevice, pmem, syncMover, threadsMover, type BttOptions } from '../../lib';
import { Random } from '../support/random';
import { newMap, SIZE } from './btt-file';

const granularities = ['byte', 'cacheline', 'page'] as const;

describe.each(granularities)('a device by %ss', (forceGranularity) => {
  test('gives back what was written, zeros elsewhere', async () => {
    await using map = await newMap({ forceGranularity });
    await using device = await BttDevice.format(map);
    expect(device.blockSize).toBe(4096);
    expect(device.blocks).toBe(3829);
    const random = new Random(3);
    const data = Array.from({ length: 40 }, () => random.bytes(4096));
    await Promise.all(data.map((bytes, index) => device.write(index * 7, bytes)));
    for (const [index, bytes] of data.entries()) {
      expect((await device.read(index * 7)).equals(bytes)).toBe(true);
    }
    const into = Buffer.alloc(4096, 1);
    expect(await device.read(1, into)).toBe(into);
    expect(into.every((byte) => byte === 0)).toBe(true);
    expect(await device.check()).toEqual({ consistent: true, problems: [] });
  });

  test('is there again when it is opened', async () => {
    const map = await newMap({ forceGranularity });
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 16, uuid });
    for (let round = 0; round < 50; round++) await device.write(9, Buffer.alloc(512, round));
    await device.zero(10);
    await device.markBad(11);
    await device.close();
    await map.close();

    await using again = await pmem.map(map.path, { forceGranularity });
    await using opened = await BttDevice.open(again);
    expect([opened.blockSize, opened.lanes, opened.uuid]).toEqual([512, 16, uuid]);
    expect((await opened.read(9)).equals(Buffer.alloc(512, 49))).toBe(true);
    expect((await opened.read(10)).equals(Buffer.alloc(512))).toBe(true);
    await expect(opened.read(11)).rejects.toMatchObject({ code: 'ERR_BTT_BAD_BLOCK' });
    expect(opened.readOnly).toBe(false);
  });

  test('random requests, many in flight, agree with a model', async () => {
    await using map = await newMap({ forceGranularity });
    await using device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 8 });
    const random = new Random(7);
    const model = new Map<number, Buffer | undefined>();
    const worker = async (first: number): Promise<void> => {
      for (let turn = 0; turn < 60; turn++) {
        // Each has blocks of its own, which are neighbours of others'.
        const block = first + 16 * random.below(8);
        const kind = random.below(8);
        if (kind === 0) {
          await device.zero(block);
          model.set(block, Buffer.alloc(512));
        } else if (kind === 1) {
          await device.markBad(block);
          model.set(block, undefined);
        } else if (kind < 5) {
          const data = random.bytes(512);
          await device.write(block, data);
          model.set(block, data);
        } else {
          const expected = model.has(block) ? model.get(block) : Buffer.alloc(512);
          const found = await device
            .read(block)
            .promise()
            .catch((error: unknown) => error);
          if (expected === undefined) expect(found).toMatchObject({ code: 'ERR_BTT_BAD_BLOCK' });
          else expect(expected.equals(found as Buffer)).toBe(true);
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, first) => worker(first)));
    expect(await device.check()).toEqual({ consistent: true, problems: [] });
  });
});

test.each<[BttOptions, number]>([
  [{ blockSize: 520 }, 512],
  [{ blockSize: 4104 }, 4096],
  [{ blockSize: 513 }, 513],
  [{ blockSize: 70_000, freeBlocks: 4 }, 70_000],
])('blocks of any size: %p', async (options, size) => {
  await using map = await newMap();
  await using device = await BttDevice.format(map, options);
  expect([device.blockSize, device.sectorSize]).toEqual([size, options.blockSize]);
  const data = new Random(5).bytes(size);
  await device.write(device.blocks - 1, data);
  expect((await device.read(device.blocks - 1)).equals(data)).toBe(true);
});

test.each(['sync', 'threads'])('a field that was damaged is found: %s', async (kind) => {
  await using mover = kind === 'sync' ? syncMover() : threadsMover({ threads: 1 });
  await using map = await newMap();
  await using device = await BttDevice.format(map, { blockSize: 4104, mover });
  const data = new Random(9).bytes(4096);
  await device.write(77, data);
  // Data, application tag 0, reference tag 77.
  const at = map.bytes.indexOf(data);
  expect(map.bytes.readUInt16BE(at + 4098)).toBe(0);
  expect(map.bytes.readUInt32BE(at + 4100)).toBe(77);
  map.bytes[at + 1000]! ^= 1;
  await expect(device.read(77)).rejects.toMatchObject({ code: 'ERR_MOVER_DIF' });
  map.bytes[at + 1000]! ^= 1;
  expect((await device.read(77)).equals(data)).toBe(true);
  expect(device.readOnly).toBe(false);
});

test('as many are in flight as there are lanes, and the others wait in line', async () => {
  await using map = await newMap();
  await using device = await BttDevice.format(map, { freeBlocks: 2, lanes: 1 });
  const order: number[] = [];
  const writes = [1, 2, 3, 4].map((block) =>
    device.write(block, Buffer.alloc(4096, block)).then(() => order.push(block)),
  );
  const dropped = device.write(5, Buffer.alloc(4096, 5));
  expect(dropped.cancel()).toBe(true);
  await Promise.all(writes);
  expect(order).toEqual([1, 2, 3, 4]);
  expect((await device.read(5)).equals(Buffer.alloc(4096))).toBe(true);
});

const verbs = (['write', 'read', 'zero'] as const).flatMap((verb) => [
  { verb, limit: {} },
  { verb, limit: { timeoutMs: 60_000 } },
]);

test.each(verbs)(
  'the event loop has its turns, however many a $verb with $limit follows another on the spot',
  async ({ verb, limit }) => {
    await using mover = syncMover();
    await using map = await newMap();
    await using device = await BttDevice.format(map, { mover });
    const bytes = Buffer.alloc(4096);
    await device.write(0, bytes);
    let turns = 0;
    const count = (): void => {
      if (++turns < 3) setImmediate(count);
    };
    setImmediate(count);
    const most = 1_000_000;
    for (let request = 0; turns < 3 && request < most; request++) {
      await (verb === 'zero' ? device.zero(0, limit) : device[verb](0, bytes, limit));
    }
    expect(turns).toBe(3);
  },
);

test('looking at the metadata takes no thread from what it waits for', async () => {
  // More than libuv has threads; what is written needs one of them, to sync its pages.
  await using map = await newMap({ forceGranularity: 'page' });
  await using device = await BttDevice.format(map);
  const begun = Array.from({ length: 8 }, (_, block) => ({
    write: device.write(block, Buffer.alloc(4096, block)).promise(),
    check: device.check(),
  }));
  await Promise.all(begun.map(({ write }) => write));
  for (const { check } of begun) expect(await check).toEqual({ consistent: true, problems: [] });
});

test('polls alone carry requests on, where no other thread has to', async () => {
  await using mover = syncMover();
  await using map = await newMap({ forceGranularity: 'cacheline' });
  await using device = await BttDevice.format(map, { mover, lanes: 1 });
  const data = Buffer.alloc(4096, 5);
  const requests = [device.write(1, data), device.read(1), device.zero(1), device.read(1)];
  for (let polls = 0; polls < 9; polls++) for (const request of requests) request.poll();
  expect(requests.map(({ output }) => output)).toEqual([
    undefined,
    data,
    undefined,
    Buffer.alloc(4096),
  ]);
});

test('closing waits for what was asked for, and refuses what comes later', async () => {
  await using map = await newMap();
  const device = await BttDevice.format(map, { freeBlocks: 2 });
  const writes = Array.from({ length: 20 }, (_, block) => device.write(block, Buffer.alloc(4096)));
  await device.close();
  expect(writes.every(({ done }) => done)).toBe(true);
  await expect(device.read(0)).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  await expect(device.check()).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
});

test('what makes no sense is refused', async () => {
  await using map = await newMap();
  await expect(BttDevice.open(map)).rejects.toMatchObject({ code: 'ERR_BTT_LAYOUT' });
  await expect(BttDevice.format({} as never)).rejects.toThrow(TypeError);
  await expect(BttDevice.format(map, { blockSize: 511 })).rejects.toThrow(RangeError);
  await expect(BttDevice.format(map, { uuid: 'x' })).rejects.toThrow(TypeError);
  await expect(BttDevice.format(map, { blocksize: 1 } as never)).rejects.toThrow(TypeError);
  await expect(BttDevice.format(map, { blockSize: SIZE / 4 })).rejects.toMatchObject({
    code: 'ERR_OUT_OF_RANGE',
  });
  await using device = await BttDevice.format(map);
  await expect(BttDevice.format(map)).rejects.toMatchObject({ code: 'ERR_BTT_IN_USE' });
  const bytes = Buffer.alloc(4096);
  for (const block of [-1, 0.5, device.blocks, NaN]) {
    await expect(device.read(block)).rejects.toThrow(RangeError);
    await expect(device.write(block, bytes)).rejects.toThrow(RangeError);
  }
  await expect(device.write(0, Buffer.alloc(4095))).rejects.toMatchObject({
    code: 'ERR_MOVER_LENGTH',
  });
  await expect(device.write(0, 'x' as never)).rejects.toThrow(TypeError);
  await expect(device.read(0, Buffer.alloc(1))).rejects.toThrow(RangeError);
  await using mine = await pmem.map(map.path, { private: true });
  await expect(BttDevice.open(mine)).rejects.toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED' });
  await expect(BttDevice.open(map, { blockSize: 512 })).rejects.toMatchObject({
    code: 'ERR_BTT_LAYOUT',
  });
});

test('a pool stays one', async () => {
  await using map = await newMap({ length: SIZE + 8192 });
  await (await BttDevice.format(map, { pool: true })).close();
  const refused = expect.objectContaining({ code: 'ERR_BTT_LAYOUT' });
  await expect(BttDevice.format(map, { pool: false })).rejects.toEqual(refused);
  await expect(BttDevice.format(map, { blockSize: 512 })).rejects.toEqual(refused);
  await using device = await BttDevice.format(map);
  expect((await device.check()).consistent).toBe(true);
});

test('two blocks in one place make a device read only, whose blocks can be read', async () => {
  await using map = await newMap();
  const device = await BttDevice.format(map, { freeBlocks: 16 });
  await Promise.all([0, 1].map((block) => device.write(block, Buffer.alloc(4096, block + 1))));
  await device.close();
  const entries = Number(map.bytes.readBigUInt64LE(96));
  map.bytes.copy(map.bytes, entries + 4, entries, entries + 4);
  await using opened = await BttDevice.open(map);
  expect(opened.readOnly).toBe(true);
  await expect(opened.write(0, Buffer.alloc(4096))).rejects.toMatchObject({
    code: 'ERR_BTT_READ_ONLY',
  });
  expect((await opened.read(0))[0]).toBe(1);
});
