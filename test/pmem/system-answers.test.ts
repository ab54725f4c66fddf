import { constants } from 'node:os';
import { BttDevice, pmem } from '../../lib';
import { addon } from '../../lib/addon';
import { on } from '../support/platform';
import { newMap } from './btt-file';
import { newFile } from './files';

// What systems answer that are not this one.

const { errno } = constants;

test.each([
  ['the step and the number', { step: 'mmap', errno: errno.ENODEV }, 'ENODEV'],
  ['no instruction', { step: 'flush', errno: 0 }, 'does not let programs write cache lines back'],
  ['no view', undefined, 'a view of it failed'],
])('a file that the system does not map: %s', async (_name, answer, text) => {
  const path = newFile(4096);
  const refusal = jest.spyOn(addon(), 'pmemMap').mockReturnValueOnce(answer);
  try {
    await expect(pmem.map(path)).rejects.toMatchObject({
      code: 'ERR_MOVER_UNSUPPORTED',
      message: expect.stringContaining(path) as unknown,
    });
    refusal.mockReturnValueOnce(answer);
    await expect(pmem.map(path)).rejects.toThrow(text);
  } finally {
    refusal.mockRestore();
  }
  const map = await pmem.map(path);
  expect(map.bytes).toHaveLength(4096);
  await map.close();
});

test('files cannot be mapped on Windows', async () => {
  const path = newFile(4096);
  await expect(on('win32', 'x64', () => pmem.map(path))).rejects.toMatchObject({
    code: 'ERR_MOVER_UNSUPPORTED',
    message: 'files cannot be mapped on Windows yet',
  });
});

test('more than a Buffer can have', async () => {
  await expect(pmem.map(newFile(4096), { length: 2 ** 53 - 1 })).rejects.toMatchObject({
    code: 'ERR_OUT_OF_RANGE',
    message: expect.stringContaining('a Buffer of this runtime can have') as unknown,
  });
});

describe('a block device', () => {
  test.each([
    [errno.EIO, 'ERR_MOVER_DEVICE', 'block 3: writing the file back failed with EIO'],
    [errno.EFAULT, 'ERR_MOVER_PAGE_FAULT', 'block 3'],
    [errno.EROFS, 'ERR_BTT_READ_ONLY', 'its metadata is damaged'],
  ])('a change that is not made durable, errno %d', async (code, error, text) => {
    await using map = await newMap();
    await using device = await BttDevice.format(map, { freeBlocks: 4 });
    const commit = jest.spyOn(addon(), 'bttCommit').mockReturnValueOnce([code]);
    try {
      const write = device.write(3, Buffer.alloc(4096, 1));
      await expect(write).rejects.toMatchObject({
        code: error,
        message: expect.stringContaining(text) as unknown,
      });
      await device.write(3, Buffer.alloc(4096, 2));
      expect(await device.read(3)).toEqual(Buffer.alloc(4096, 2));
    } finally {
      commit.mockRestore();
    }
  });

  test.each([
    [4, 0, 'ERR_BTT_LAYOUT', 'shorter than the device that another thread has open'],
    [5, errno.ENOSPC, 'ENOSPC', 'no space left on device'],
  ])('one that cannot be opened, refusal %d', async (refusal, code, error, text) => {
    await using map = await newMap();
    const opening = jest.spyOn(addon(), 'bttOpen').mockImplementationOnce((...args) => {
      args[6]({ refusal, errno: code });
    });
    try {
      await expect(BttDevice.open(map)).rejects.toMatchObject({
        code: error,
        message: expect.stringContaining(text) as unknown,
      });
    } finally {
      opening.mockRestore();
    }
  });

  test('whose map was closed', async () => {
    const map = await newMap();
    const device = await BttDevice.format(map, { freeBlocks: 4 });
    await device.write(1, Buffer.alloc(4096, 1));
    await map.close();
    const gone = { code: 'ERR_MOVER_CLOSED' };
    await expect(device.read(1)).rejects.toMatchObject(gone);
    await expect(device.write(1, Buffer.alloc(4096))).rejects.toMatchObject(gone);
    await device.close();
  });
});
