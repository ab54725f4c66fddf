import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import { mover, pmem } from '../../lib';
import { expectRejects, outOfRange, unsupported, wrongType, wrongValue } from '../border/refusals';
import { memory, newFile, newPath } from './files';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe.each([
  ['in memory', memory],
  ['on a disk', tmpdir()],
])('a file %s', (_name, parent) => {
  test('what is written to the map is in the file, and the reverse', async () => {
    const path = newFile(10_000, parent);
    const map = await pmem.map(path);
    expect(map.bytes).toHaveLength(10_000);
    expect(map.granularity).toBe('page');
    expect(map.sync).toBe(false);
    expect(map.private).toBe(false);
    map.bytes.write('by the program', 9000);
    await map.persist(9000, 14);
    await map.copy(9986, Buffer.from('by the mover!!'));
    await map.move(1, 9000, 14);
    await map.fill(100, 5000, 7);
    const file = readFileSync(path);
    expect(file.toString('latin1', 9000, 9014)).toBe('by the program');
    expect(file.toString('latin1', 9986)).toBe('by the mover!!');
    expect(file.toString('latin1', 1, 15)).toBe('by the program');
    expect(file.subarray(99, 5101)).toEqual(
      Buffer.concat([Buffer.alloc(1), Buffer.alloc(5000, 7), Buffer.alloc(1)]),
    );
    writeFileSync(path, 'from outside', { flag: 'r+' });
    expect(map.bytes.toString('latin1', 0, 12)).toBe('from outside');
    await map.close();
  });
});

test('what is there can be mapped in part, and is never shortened', async () => {
  const path = newFile(10_000);
  for (const create of [false, true]) {
    const map = await pmem.map(path, { length: 4097, create });
    expect(map.bytes).toHaveLength(4097);
    await map.copy(4096, Buffer.of(7));
    await map.close();
  }
  expect(readFileSync(path)[4096]).toBe(7);
  expect(statSync(path).size).toBe(10_000);
});

test('create makes the file, and extends it', async () => {
  const path = newPath();
  await expect(pmem.map(path)).rejects.toEqual(withCode('ENOENT'));
  for (const length of [5000, 20_000]) {
    const map = await pmem.map(path, { length, create: true });
    expect(map.bytes).toHaveLength(length);
    await map.copy(length - 1, Buffer.of(length % 256));
    await map.close();
    expect(statSync(path).size).toBe(length);
  }
  expect(readFileSync(path)[4999]).toBe(5000 % 256);
});

test('of a private map nothing reaches the file', async () => {
  const path = newFile(5000);
  chmodSync(path, 0o400);
  const map = await pmem.map(path, { private: true, require: 'byte' });
  expect(map.private).toBe(true);
  expect(map.granularity).toBe('byte');
  await map.copy(0, Buffer.from('mine'));
  await map.persist(0, 4);
  await map.deepFlush(0, 4);
  expect(map.bytes.toString('latin1', 0, 4)).toBe('mine');
  expect(readFileSync(path)).toEqual(Buffer.alloc(5000));
  await map.close();
});

test('a file that may not be written cannot be mapped but privately', async () => {
  const path = newFile(5000);
  chmodSync(dirname(path), 0o755);
  chmodSync(path, 0o444);
  // The superuser may write it.
  const uid = process.getuid?.();
  if (uid !== 0) {
    await expect(pmem.map(path)).rejects.toEqual(withCode('EACCES'));
    return;
  }
  process.seteuid!(65_534);
  try {
    await expect(pmem.map(path)).rejects.toEqual(withCode('EACCES'));
    await (await pmem.map(path, { private: true })).close();
  } finally {
    process.seteuid!(0);
  }
});

test('what is no file is refused', async () => {
  const pipe = newPath();
  spawnSync('mkfifo', [pipe]);
  for (const path of existsSync(pipe) ? ['/dev/null', pipe] : ['/dev/null']) {
    await expectRejects(pmem.map(path), unsupported);
    await expectRejects(pmem.map(path, { length: 4096, create: true }), unsupported);
  }
  await expect(pmem.map(dirname(pipe))).rejects.toEqual(withCode('EISDIR'));
  const link = newPath();
  symlinkSync(link, link);
  await expect(pmem.map(link)).rejects.toEqual(withCode('ELOOP'));
});

test('what is required and not there is refused', async () => {
  const path = newFile(4096);
  for (const require of ['byte', 'cacheline'] as const) {
    await expectRejects(pmem.map(path, { require }), unsupported);
    const finer = await pmem.map(path, { require, forceGranularity: 'byte' });
    await finer.close();
  }
  const map = await pmem.map(path, { require: 'page' });
  await map.close();
});

test.each([
  ['BYTE', 'byte'],
  ['cache_line', 'cacheline'],
  ['CacheLine', 'cacheline'],
  ['page', 'page'],
  ['', 'page'],
])('PMEM2_FORCE_GRANULARITY=%s', async (value, granularity) => {
  process.env['PMEM2_FORCE_GRANULARITY'] = value;
  try {
    const path = newFile(4096);
    const map = await pmem.map(path);
    expect(map.granularity).toBe(granularity);
    const own = await pmem.map(path, { forceGranularity: 'cacheline' });
    expect(own.granularity).toBe('cacheline');
    process.env['PMEM2_FORCE_GRANULARITY'] = 'line';
    await expect(pmem.map(path)).rejects.toThrow(RangeError);
    await Promise.all([map.close(), own.close()]);
  } finally {
    delete process.env['PMEM2_FORCE_GRANULARITY'];
  }
});

test.each([
  [{ length: 0 }, outOfRange],
  [{ length: -1 }, outOfRange],
  [{ length: 1.5 }, outOfRange],
  [{ length: '1' }, wrongType],
  [{ length: 4097 }, outOfRange],
  [{ length: 2 ** 53 }, outOfRange],
  [{ create: 1 }, wrongType],
  [{ private: 'yes' }, wrongType],
  [{ private: true, create: true, length: 1 }, wrongValue],
  [{ require: 'line' }, wrongValue],
  [{ forceGranularity: 'BYTE' }, wrongValue],
  [{ mover: 1 }, wrongType],
  [{ mover: {} }, wrongType],
  [{ size: 1 }, wrongValue],
  [null, wrongType],
  [1, wrongType],
])('map(path, %p)', async (options, refusal) => {
  await expectRejects(pmem.map(newFile(4096), options as object), refusal);
});

test('map(no path)', async () => {
  for (const path of [undefined, null, 7, {}, []]) {
    await expectRejects(pmem.map(path as unknown as string), wrongType);
  }
  await expectRejects(pmem.map(newFile(0)), outOfRange);
  await expect(pmem.map('\0')).rejects.toEqual(withCode('ERR_INVALID_ARG_VALUE'));
});

describe('arguments of operations', () => {
  const one = Buffer.alloc(1);
  const made = pmem.map(newFile(4096), { mover });
  afterAll(async () => (await made).close());

  test.each([
    [-1, 1],
    [4096, 1],
    [0, 4097],
    [1, 4096],
    [0.5, 1],
    [NaN, 1],
    [2 ** 53, 1],
    [1, -1],
  ])('%p, %p', async (offset, length) => {
    const map = await made;
    await expectRejects(map.fill(offset, length, 0).promise(), outOfRange);
    await expectRejects(map.move(offset, 0, length).promise(), outOfRange);
    await expectRejects(map.move(0, offset, length).promise(), outOfRange);
    await expectRejects(map.persist(offset, length).promise(), outOfRange);
    await expectRejects(map.deepFlush(offset, length).promise(), outOfRange);
    expect(() => map.flush(offset, length)).toThrow(RangeError);
    if (length === 1) await expectRejects(map.copy(offset, one).promise(), outOfRange);
  });

  test('others', async () => {
    const map = await made;
    const any = map as any;
    await expectRejects(any.copy('0', one).promise(), wrongType);
    await expectRejects(any.copy(0, 'text').promise(), wrongType);
    await expectRejects(any.copy(0, one, null).promise(), wrongType);
    await expectRejects(any.copy(0, one, { offset: 1 }).promise(), wrongValue);
    await expectRejects(any.copy(0, one, { signal: 1 }).promise(), wrongType);
    await expectRejects(any.fill(0, 1, 256).promise(), outOfRange);
    await expectRejects(any.persist(0).promise(), wrongType);
    await expectRejects(any.persist(0, 1, 5).promise(), wrongType);
    await expectRejects(any.deepFlush(0, 1, { path: 'software' }).promise(), wrongValue);
    await expect(map.copy(1, map.bytes.subarray(0, 10))).rejects.toEqual(
      withCode('ERR_MOVER_OVERLAP'),
    );
  });

  test('nothing, anywhere', async () => {
    const map = await made;
    for (const offset of [0, 4096]) {
      await map.copy(offset, Buffer.alloc(0));
      await map.fill(offset, 0, 1);
      await map.move(offset, 4096 - offset, 0);
      await map.persist(offset, 0);
      await map.deepFlush(offset, 0);
      map.flush(offset, 0);
    }
    map.drain();
  });

  test('a signal', async () => {
    const map = await made;
    const reason = new Error('enough');
    await expect(map.fill(0, 9, 9, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(map.bytes[0]).toBe(0);
  });

  test('what it shows of itself', async () => {
    expect(inspect(await made)).toMatch(/^PmemMap \{ .*, 4096 bytes, page \}$/);
  });
});

test('two maps of one file', async () => {
  const path = newFile(4096);
  const [a, b] = await Promise.all([pmem.map(path), pmem.map(path)]);
  await a.copy(0, Buffer.from('shared'));
  expect(b.bytes.toString('latin1', 0, 6)).toBe('shared');
  await a.close();
  await b.copy(6, Buffer.from(' on'));
  expect(readFileSync(path, 'latin1').slice(0, 9)).toBe('shared on');
  await b.close();
  truncateSync(path, 0);
});
