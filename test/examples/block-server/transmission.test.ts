import { Random } from '../../support/random';
import { serverForAll } from './block-server';
import {
  EINVAL,
  ENOSPC,
  FLUSH,
  FUA,
  NbdClient,
  NO_HOLE,
  READ,
  TRIM,
  WRITE,
  WRITE_ZEROES,
} from './nbd-client';

const KiB = 1024;
const MiB = 1024 * KiB;

describe.each([
  ['512', 'threads'],
  ['520', 'sync'],
  ['4096', 'sync'],
  ['4104', 'auto'],
])('blocks of %s bytes, mover %s', (blockSize, mover) => {
  const place = serverForAll('--block-size', blockSize, '--mover', mover, '--size', '4M');
  const open = (): Promise<NbdClient> => NbdClient.open({ path: place.socket });

  test('what is written is read, wherever it begins and ends', async () => {
    const client = await open();
    const random = new Random(Number(blockSize));
    const model = Buffer.alloc(256 * KiB);
    await client.write(0, model);
    for (let round = 0; round < 80; round++) {
      const offset = random.below(model.length);
      const length = Math.min(1 + random.below(2 * 4096), model.length - offset);
      const kind = random.below(4);
      if (kind === 0) {
        await client.request(WRITE_ZEROES, { offset, length, flags: NO_HOLE });
        model.fill(0, offset, offset + length);
      } else if (kind === 1) {
        expect(await client.read(offset, length)).toEqual(model.subarray(offset, offset + length));
      } else {
        const data = random.bytes(length);
        await client.write(offset, data, kind === 2 ? FUA : 0);
        data.copy(model, offset);
      }
    }
    expect((await client.read(0, model.length)).equals(model)).toBe(true);
    await client.disconnect();
  });

  test('writes to parts of one block, all under way at once on two connections, all stay', async () => {
    const clients = [await open(), await open()];
    const random = new Random(7);
    const data = random.bytes(16 * KiB);
    const parts = random.shuffle(Array.from({ length: data.length / 64 }, (_, at) => 64 * at));
    // Bytes of theirs that nobody writes besides.
    const writes = parts.map((at, index) =>
      clients[index % 2]!.write(MiB + 100 + at, data.subarray(at, at + 64)),
    );
    await Promise.all(writes);
    for (const client of clients) {
      expect((await client.read(MiB + 100, data.length)).equals(data)).toBe(true);
      await client.disconnect();
    }
  });

  test('trim gives up whole blocks, and nothing of others', async () => {
    const client = await open();
    const data = Buffer.alloc(32 * KiB, 5);
    await client.write(2 * MiB, data);
    expect(await client.request(TRIM, { offset: 2 * MiB + 10, length: 16 * KiB })).toMatchObject({
      error: 0,
    });
    const found = await client.read(2 * MiB, data.length);
    // The first whole block begins, and the last ends, within a block of these.
    const kept = found.subarray(0, 10).every((byte) => byte === 5);
    const given = found.subarray(4096, 16 * KiB).every((byte) => byte === 0);
    const rest = found.subarray(16 * KiB + 10).every((byte) => byte === 5);
    expect({ kept, given, rest }).toEqual({ kept: true, given: true, rest: true });
    await client.disconnect();
  });

  test('the last byte is the last', async () => {
    const client = await open();
    const size = 4 * MiB;
    const beyond = [MiB * 1000, 2n ** 63n, 2n ** 64n - 1n];
    await client.write(size - 1, Buffer.from('x'));
    expect(await client.read(size - 2, 2)).toEqual(Buffer.from('\0x'));
    for (const offset of beyond) {
      const data = Buffer.from('beyond');
      expect(await client.request(WRITE, { offset, data })).toMatchObject({ error: ENOSPC });
      for (const command of [TRIM, WRITE_ZEROES]) {
        const reply = await client.request(command, { offset, length: 4096 });
        expect(reply).toMatchObject({ error: ENOSPC });
      }
      expect(await client.request(READ, { offset, length: 1 })).toMatchObject({ error: EINVAL });
    }
    await client.disconnect();
  });
});

describe('requests', () => {
  const place = serverForAll('--mover', 'threads');
  const open = (): Promise<NbdClient> => NbdClient.open({ path: place.socket });

  test('a flush finds everything durable', async () => {
    const client = await open();
    await client.write(0, Buffer.from('durable'));
    expect(await client.request(FLUSH)).toMatchObject({ error: 0 });
    await client.disconnect();
  });

  test('many at once, of many sizes, end with the data of each', async () => {
    const client = await open();
    const random = new Random(11);
    const sizes = Array.from({ length: 200 }, () => 1 + random.below(10_000));
    const blocks = sizes.map((length) => random.bytes(length));
    let offset = 0;
    const offsets = sizes.map((length) => (offset += length) - length);
    await Promise.all(blocks.map((data, at) => client.write(offsets[at]!, data)));
    const found = await Promise.all(sizes.map((length, at) => client.read(offsets[at]!, length)));
    expect(found.filter((data, at) => !data.equals(blocks[at]!))).toEqual([]);
    await client.disconnect();
  });

  test('as long as can be, and none longer', async () => {
    const client = await open();
    const most = 32 * MiB;
    const data = Buffer.alloc(most, 'as long as can be');
    await client.write(1, data);
    expect((await client.read(1, most)).equals(data)).toBe(true);
    const longer = await client.request(READ, { length: most + 1 });
    expect(longer).toMatchObject({ error: EINVAL });
    expect(await client.request(WRITE_ZEROES, { length: 64 * MiB })).toMatchObject({ error: 0 });
    expect((await client.read(0, 8192)).every((byte) => byte === 0)).toBe(true);
    await client.disconnect();
  });

  test.each([
    ['an unknown command', 77, {}],
    ['an unknown flag', READ, { length: 512, flags: 1 << 5 }],
    ['a flag of another command', TRIM, { length: 512, flags: NO_HOLE }],
  ])('%s is refused', async (_name, command, asked) => {
    const client = await open();
    expect(await client.request(command, asked)).toMatchObject({ error: EINVAL });
    expect(await client.read(0, 1)).toHaveLength(1);
    await client.disconnect();
  });

  test('nothing is nothing, at the end, too', async () => {
    const client = await open();
    for (const command of [READ, WRITE, TRIM, WRITE_ZEROES]) {
      const reply = await client.request(command, { offset: 64 * MiB, length: 0 });
      expect(reply).toMatchObject({ error: 0 });
    }
    await client.disconnect();
  });
});
