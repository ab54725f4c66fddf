import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { BttDevice, pmem, syncMover } from '../../lib';
import { systemError } from '../../lib/pmem/system-error';
import { closed, expectRejects, outOfRange, unsupported } from '../border/refusals';
import { newMap } from './btt-file';
import { newFile, newPath } from './files';

test('a path may be a URL or bytes, as in fs', async () => {
  const path = `${newPath()} %`;
  for (const kind of [Buffer.from(path), pathToFileURL(path), path]) {
    const map = await pmem.map(kind, { create: true, length: 4096 });
    expect(map.path).toBe(path);
    await map.fill(0, 1, map.bytes[0]! + 1);
    await map.close();
  }
  expect(readFileSync(path)[0]).toBe(3);
});

test('a file that was created to be mapped, and cannot be, is removed', async () => {
  const path = newPath();
  const create = true;
  await expectRejects(pmem.map(path, { create }), outOfRange);
  await expectRejects(pmem.map(path, { create, length: 2 ** 52 }), outOfRange);
  await expectRejects(pmem.map(path, { create, length: 4096, require: 'byte' }), unsupported);
  expect(existsSync(path)).toBe(false);
  const there = newFile(10);
  await expectRejects(pmem.map(there, { create, length: 4096, require: 'byte' }), unsupported);
  expect(existsSync(there)).toBe(true);
});

test('what is said of lengths is true of private maps, too', async () => {
  await expect(pmem.map(newFile(10), { length: 20 })).rejects.toThrow('create: true extends it');
  const options = { private: true, length: 20 };
  await expect(pmem.map(newFile(10), options)).rejects.toThrow('leaves it as long as it is');
  await expect(pmem.map(newFile(0), { private: true })).rejects.toThrow('nothing to map');
});

test('a mover that is closed is refused before anything is done', async () => {
  const mover = syncMover();
  await mover.close();
  const path = newPath();
  await expectRejects(pmem.map(path, { create: true, length: 4096, mover }), closed);
  expect(existsSync(path)).toBe(false);
  await using map = await newMap();
  await expectRejects(BttDevice.format(map, { mover }), closed);
  await expectRejects(BttDevice.open(map), { code: 'ERR_BTT_LAYOUT', type: 'MoverError' });
});

test('what the system has too little of is said as fs says it', () => {
  const error = systemError(24, 'map', '/x');
  expect(error).toMatchObject({ code: 'EMFILE', errno: -24, path: '/x' });
  expect(error.message).toBe("EMFILE: too many open files, map '/x'");
  expect(systemError(19, 'map', '/x')).toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED' });
});

test('nobody but the library makes maps and devices', async () => {
  await using map = await newMap();
  await using device = await BttDevice.format(map);
  for (const made of [map, device]) {
    const Made = made.constructor as new (...args: unknown[]) => unknown;
    for (const args of [[], [{}], [map, device]]) {
      expect(() => new Made(...args)).toThrow(
        expect.objectContaining({ code: 'ERR_ILLEGAL_CONSTRUCTOR' }) as Error,
      );
    }
  }
});
