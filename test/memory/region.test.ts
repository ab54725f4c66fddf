import { constants } from 'node:buffer';
import { Region, syncMover } from '../../lib';
import { Random } from '../support/random';

const mover = syncMover();

test('a region is a range of the memory that it was made of', () => {
  const whole = Buffer.alloc(100);
  const region = mover.register(new Uint8Array(whole.buffer, whole.byteOffset + 10, 50));
  expect(region).toBeInstanceOf(Region);
  expect(region.length).toBe(50);
  expect(region.bytes.length).toBe(50);
  region.bytes[0] = 9;
  expect(whole[10]).toBe(9);
});

test.each([
  ['ArrayBuffer', () => new ArrayBuffer(64)],
  ['SharedArrayBuffer', () => new SharedArrayBuffer(64)],
  ['DataView', () => new DataView(new ArrayBuffer(100), 20, 64)],
  ['another region', () => mover.register(Buffer.alloc(64))],
])('of a %s', async (_name, make) => {
  const region = mover.register(make());
  const bytes = new Random(61).bytes(64);
  expect(await mover.copy(region, bytes)).toBe(region);
  expect(region.bytes.equals(bytes)).toBe(true);
});

/** Undefined where no array buffer has so many bytes, or the system does not. */
function arrayBuffer(bytes: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    return undefined;
  }
}

const large = arrayBuffer(constants.MAX_LENGTH + 1);

(large === undefined ? test.skip : test)('of more bytes than a Buffer can have: refused', () => {
  expect(() => mover.register(large!)).toThrow(
    expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }) as Error,
  );
  expect(mover.register(new Uint8Array(large!, 100, 50)).length).toBe(50);
});

test('whose memory was given away has no slices', () => {
  const buffer = new ArrayBuffer(64);
  const region = mover.register(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  expect(() => region.slice(0, 4)).toThrow(
    expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' }) as Error,
  );
});

test('slices', async () => {
  const region = mover.register(Buffer.alloc(100));
  const cases = [
    [region.slice(0), 0, 100],
    [region.slice(10, 20), 10, 20],
    [region.slice(100), 100, 0],
    [region.slice(0, 0), 0, 0],
    [region.slice(40).slice(10, 5), 50, 5],
  ] as const;
  for (const [slice, from, length] of cases) {
    expect(slice.length).toBe(length);
    region.bytes.fill(0);
    await mover.fill(slice, 1);
    const expected = Buffer.alloc(100).fill(1, from, from + length);
    expect(region.bytes.equals(expected)).toBe(true);
  }
});

test('a disposed region is memory no more; its slices and its bytes are', async () => {
  const region = mover.register(Buffer.alloc(64));
  const slice = region.slice(8);
  region[Symbol.dispose]();
  await expect(mover.fill(region, 1)).rejects.toMatchObject({ code: 'ERR_MOVER_CLOSED' });
  expect(() => region.slice(0)).toThrow(expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }));
  await mover.fill(slice, 1);
  expect(region.bytes.equals(Buffer.concat([Buffer.alloc(8), Buffer.alloc(56, 1)]))).toBe(true);
  region[Symbol.dispose]();
});

test('disposed while an operation runs', async () => {
  const bytes = Buffer.alloc(64);
  const region = mover.register(bytes);
  const future = mover.futures.fill(region, 4);
  region[Symbol.dispose]();
  await future;
  expect(bytes.equals(Buffer.alloc(64, 4))).toBe(true);
});

test('regions that overlap are seen to overlap', async () => {
  const region = mover.register(Buffer.alloc(100));
  const future = mover.futures.copy(region.slice(0, 60), region.slice(40, 60));
  expect(future.error).toMatchObject({ code: 'ERR_MOVER_OVERLAP' });
  await mover.move(region.slice(0, 60), region.slice(40, 60));
});
