import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanDevices } from '../../lib/devices/scan';
import { usableQueues } from '../../lib/devices/usable-queues';
import { Random } from '../support/random';
import { checkOpening, checkTree, HostileTree, pipe } from './hostile-tree';
import { looking, Tree } from './tree';

// They read as on Linux alone.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what stands where an attribute should be', () => {
  /** The queue's attribute is replaced: what it is taken for, and what is noted. */
  const replaced = (attribute: 'size' | 'state', put: (path: string) => void) => {
    const tree = new Tree();
    const path = join(tree.root, 'pci/dsa0/wq0.0', attribute);
    rmSync(path);
    put(path);
    return looking(tree, () => {
      const { devices, problems } = scanDevices();
      expect(usableQueues().usable).toEqual([]);
      return {
        value: devices[0]!.queues[0]![attribute],
        problem: problems.find((each) => each.path.endsWith(`/wq0.0/${attribute}`))?.problem,
      };
    });
  };

  test.each<[string, (path: string) => void, string]>([
    ['a pipe', (path) => symlinkSync(pipe(), path), 'cannot be read: it is no ordinary file'],
    ['zeros', (path) => symlinkSync('/dev/zero', path), 'cannot be read: it is no ordinary file'],
    ['a directory', (path) => symlinkSync('/', path), 'cannot be read: it is no ordinary file'],
    ['a loop', (path) => symlinkSync(path, path), 'cannot be read: ELOOP'],
    [
      'a text without an end',
      (path) => writeFileSync(path, 'enabled'.padEnd(4097)),
      'cannot be read: it has more than 4096 bytes',
    ],
  ])('%s', async (_name, put, problem) => {
    for (const attribute of ['size', 'state'] as const) {
      expect(await replaced(attribute, put)).toEqual({ value: undefined, problem });
    }
  });

  test.each([
    ['a number of all digits', '9'.repeat(4096)],
    ['a number below zero', '-1'],
    ['NULs', '64\0'],
    ['two numbers', '64\n64'],
  ])('%s', async (_name, text) => {
    const { value, problem } = await replaced('size', (path) => writeFileSync(path, text));
    expect(value).toBeUndefined();
    expect(problem).toMatch(/^says .*, which (makes no sense here|is not from 0 to 65535)$/);
  });
});

onLinux('what stands where a device file should be', () => {
  test.each([
    ['a directory', '/', 'wq0.0 is no device file'],
    ['a loop', 'wq0.0', 'may not be opened (ELOOP)'],
    ['nothing', 'nowhere', 'wq0.0 does not exist'],
  ])('%s', async (_name, target, why) => {
    const tree = new Tree({ noDeviceFile: true });
    symlinkSync(target, join(tree.dev, 'wq0.0'));
    await looking(tree, async () => {
      expect(usableQueues().unusable[0]!.why).toContain(why);
      await checkOpening();
    });
  });
});

onLinux('trees of which any part may be anything', () => {
  test.each([1, 1001, 2001, 3001])('from seed %d on', async (seed) => {
    for (let next = seed; next < seed + 15; next++) {
      const tree = new HostileTree(new Random(next));
      await looking(tree, () => checkTree(tree));
    }
  });
});
