import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import '../../lib';
import { deepFlush } from '../../lib/pmem/deep-flush';
import { cachesArePersistent, daxDevice } from '../../lib/pmem/sysfs';
import { newPath } from './files';

/** What the kernel says of character device 250:300, which is as the attributes say. */
function treeOf(subsystem: string, attributes: Readonly<Record<string, string>>): string {
  const root = newPath();
  const device = join(root, 'devices/ndbus0/region3/dax3.0/dax/dax3.0');
  mkdirSync(join(device, 'device'), { recursive: true });
  mkdirSync(join(root, 'dev/char'), { recursive: true });
  mkdirSync(join(root, subsystem), { recursive: true });
  symlinkSync(device, join(root, 'dev/char/250:300'));
  symlinkSync(join(root, subsystem), join(device, 'subsystem'));
  for (const [name, text] of Object.entries(attributes)) writeFileSync(join(device, name), text);
  return root;
}

// As Linux numbers devices: 12 bits of the major above 8 of the minor, whose others come above these.
const RDEV = (1 << 20) | (250 << 8) | 44;

test('a DAX device tells its size, and how it is to be mapped', () => {
  const root = treeOf('bus/dax', { size: '1073741824\n', align: '4096\n' });
  expect(daxDevice(RDEV, root)).toEqual({
    bytes: 2 ** 30,
    unit: 4096,
    deepFlush: join(root, 'bus/nd/devices/region3/deep_flush'),
  });
});

test('older kernels', () => {
  const root = treeOf('class/dax', { size: '1073741824\n', 'device/align': '2097152\n' });
  expect(daxDevice(RDEV, root)).toMatchObject({ unit: 2 ** 21 });
});

test('other character devices', () => {
  expect(daxDevice(RDEV, treeOf('class/mem', {}))).toBeUndefined();
  expect(daxDevice(RDEV, newPath())).toBeUndefined();
  expect(daxDevice(259, '/sys')).toBeUndefined();
});

test.each([
  [[], false],
  [['cpu_cache'], true],
  [['cpu_cache', 'cpu_cache'], true],
  [['cpu_cache', 'memory_controller'], false],
  [['memory_controller'], false],
  [['unknown'], false],
])('persistence domains %p', (domains, persistent) => {
  const root = newPath();
  for (const [index, domain] of domains.entries()) {
    const region = join(root, 'bus/nd/devices', `region${String(index)}`);
    mkdirSync(region, { recursive: true });
    writeFileSync(join(region, 'persistence_domain'), `${domain}\n`);
  }
  expect(cachesArePersistent(root)).toBe(persistent);
});

test('a region is flushed where it says that it can be', async () => {
  const path = newPath();
  await expect(deepFlush(path)).rejects.toMatchObject({ code: 'ENOENT' });
  writeFileSync(path, '0\n');
  await deepFlush(path);
});
