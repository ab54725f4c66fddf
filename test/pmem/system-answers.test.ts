import { constants } from 'node:os';
import { pmem } from '../../lib';
import { addon } from '../../lib/addon';
import { on } from '../support/platform';
import { newFile } from './files';

// What systems answer that are not this one.

const { errno } = constants;

test.each([
  ['the step and the number', { step: 'mmap', errno: errno.ENODEV }, 'mmap failed with ENODEV'],
  ['no instruction', { step: 'flush', errno: 0 }, 'does not let programs write cache lines back'],
  ['no view', undefined, 'a view of it failed'],
])('a file that the system does not map: %s', async (_name, answer, text) => {
  const path = newFile(4096);
  const refusal = jest.spyOn(addon(), 'pmemMap').mockReturnValueOnce(answer);
  try {
    await expect(pmem.map(path)).rejects.toMatchObject({
      code: 'ERR_MOVER_UNSUPPORTED',
      message: expect.stringContaining(`${path} cannot be mapped: `) as unknown,
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
