import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devices, open } from '../../lib';
import { scanDevices } from '../../lib/devices/scan';
import { deviceRoot, sysfsRoot } from '../../lib/devices/sysfs';
import {
  kernelTakesBatches,
  queueState,
  usableQueues,
  whyUnusable,
} from '../../lib/devices/usable-queues';
import { looking, silent, Tree, type TreeOptions } from './tree';

test('a device and its queue, as the kernel describes them', async () => {
  await looking(new Tree(), () => {
    const [device] = devices();
    expect(device).toMatchObject({
      name: 'dsa0',
      version: '1.0',
      state: 'enabled',
      numa: 1,
      maxTransfer: 2 ** 31,
      maxBatch: 1024,
      engines: 1,
    });
    expect([...device!.features]).toEqual([
      'blockOnFault',
      'overlapping',
      'cacheControl',
      'readback',
    ]);
    expect(device!.queues).toEqual([
      {
        name: 'wq0.0',
        label: 'app',
        path: join(process.env['DSA_DEV_PATH']!, 'wq0.0'),
        state: 'enabled',
        type: 'user',
        mode: 'shared',
        size: 64,
        threshold: 60,
        priority: 10,
        group: 0,
        maxTransfer: 2 ** 21,
        maxBatch: 32,
        blockOnFault: true,
        usable: true,
      },
    ]);
  });
});

test('names with `!`, other accelerators and other devices are no devices', async () => {
  const tree = new Tree();
  tree.add('dsa!wq0.0', {});
  tree.add('iax1', { state: 'enabled' });
  tree.add('dsa0/dsa!wq0.1', {});
  await looking(tree, () => {
    expect(devices().map(({ name }) => name)).toEqual(['dsa0']);
    expect(devices()[0]!.queues.map(({ name }) => name)).toEqual(['wq0.0']);
  });
});

test('attributes that are odd are noted, and those that are missing are not', async () => {
  const odd = { version: 'new', numa_node: '', op_cap: 'zz' };
  await looking(new Tree({ device: odd, queue: { size: 'many', ats_disable: null } }), () => {
    const { devices: found, problems } = scanDevices();
    expect(found[0]!.version).toBeUndefined();
    expect(found[0]!.queues[0]!.size).toBeUndefined();
    expect(problems.map(({ path }) => path.split('/').at(-1))).toEqual([
      'version',
      'op_cap',
      'numa_node',
      'size',
    ]);
  });
});

const unusable: readonly [TreeOptions, RegExp][] = [
  [{ device: { state: 'disabled' } }, /dsa0 is disabled/],
  [{ queue: { state: 'disabled' } }, /it is disabled/],
  [{ queue: { type: 'kernel' } }, /its type is kernel/],
  [{ queue: { driver_name: 'dmaengine' } }, /its driver is dmaengine/],
  [{ device: { pasid_enabled: '0' } }, /shared virtual memory is off/],
  [{ queue: { mode: 'odd' } }, /its mode is odd/],
  [{ queue: { size: '0' } }, /it has no entries/],
  [{ queue: { max_transfer_size: '32' } }, /it takes no more than 32 bytes at once/],
  [
    { device: { max_transfer_size: '0' }, queue: { max_transfer_size: 'all' } },
    /it takes no more than 0 bytes at once/,
  ],
  [{ noDeviceFile: true }, /wq0.0 does not exist/],
];

test.each(unusable)('a queue that cannot be used: %j', async (options, why) => {
  await looking(new Tree(options), async () => {
    const [device] = scanDevices().devices;
    expect(whyUnusable(device!, device!.queues[0]!)?.why).toMatch(why);
    expect(devices()[0]!.queues[0]).toMatchObject({ usable: false });
    expect(usableQueues().usable).toEqual([]);
    await expect(open({ path: 'hardware' })).rejects.toMatchObject({
      code: 'ERR_MOVER_NO_DEVICE',
      message: expect.stringMatching(why) as unknown,
    });
    // Without it the work is done in software.
    const mover = await open({ path: 'auto' });
    expect(mover.explain('copy', 2 ** 30).path).toBe('software');
    await mover.close();
  });
});

test('old kernels have no driver names', async () => {
  await looking(new Tree({ queue: { driver_name: null } }), () => {
    expect(usableQueues().usable).toHaveLength(1);
  });
});

/** Root may open everything. */
const asUser = process.getuid!() === 0 ? test.skip : test;

asUser('a queue that may not be opened is a matter of permission (skipped for root)', async () => {
  const tree = new Tree();
  chmodSync(join(tree.dev, 'wq0.0'), 0);
  await looking(tree, async () => {
    await expect(open({ path: 'hardware' })).rejects.toMatchObject({
      code: 'ERR_MOVER_NO_PERMISSION',
    });
  });
});

test.each([0, 4096])('an ordinary file of %d bytes is no queue', async (bytes) => {
  const tree = new Tree();
  const file = join(tree.dev, 'wq0.0');
  writeFileSync(file, Buffer.alloc(bytes, 1));
  await looking(tree, async () => {
    await expect(open({ path: 'hardware' })).rejects.toMatchObject({
      code: 'ERR_MOVER_NO_DEVICE',
      message: expect.stringMatching(
        /wq0.0: .*wq0.0 is an ordinary file, and no device/,
      ) as unknown,
    });
    expect(readFileSync(file)).toEqual(Buffer.alloc(bytes, 1));
  });
});

test('queues by name, and by node', async () => {
  await looking(new Tree(), async () => {
    expect(usableQueues(['wq0.0'], 1).usable).toHaveLength(1);
    expect(usableQueues(['wq0.0'], 0).unusable[0]!.why).toBe('it is on NUMA node 1');
    await expect(open({ path: 'hardware', queues: ['wq7.7'] })).rejects.toThrow(
      'wq7.7: there is no such queue',
    );
    await expect(open({ path: 'hardware', numa: 0 })).rejects.toThrow('it is on NUMA node 1');
  });
});

test('the state of a queue, in one look', async () => {
  const tree = new Tree();
  await looking(tree, () => {
    expect(queueState('wq0.0')).toBe('enabled');
    writeFileSync(join(tree.sysfs, 'wq0.0/state'), 'disabled\n');
    expect(queueState('wq0.0')).toBe('disabled');
    expect(queueState('wq0.9')).toBe('gone');
  });
});

test.each<[number, string, boolean]>([
  [0x100, '6.16.0', false],
  [0x200, '6.15.3', false],
  [0x200, '6.16.0-rc1', true],
  [0x200, '7.0.1', true],
])('batches by write() on version %i, kernel %s: %s', (version, kernel, taken) => {
  expect(kernelTakesBatches(version, kernel)).toBe(taken);
});

test('a device of which the kernel says nothing', async () => {
  await looking(new Tree(silent), () => {
    const [device] = devices();
    expect(device).toMatchObject({ version: '1.0', state: 'unknown', numa: -1, engines: 1 });
    expect(device).toMatchObject({ maxTransfer: 0, maxBatch: 1, features: new Set() });
    expect(device!.queues).toEqual([
      {
        name: 'wq0.0',
        label: '',
        path: join(process.env['DSA_DEV_PATH']!, 'wq0.0'),
        state: 'unknown',
        type: 'none',
        mode: 'shared',
        size: 0,
        threshold: 0,
        priority: 0,
        group: -1,
        maxTransfer: 0,
        maxBatch: 1,
        blockOnFault: false,
        usable: false,
        why: 'dsa0 is in no known state',
      },
    ]);
  });
});

test('what an old kernel does not say of a queue is taken from its device', async () => {
  const old = { max_transfer_size: null, max_batch_size: null, priority: null, op_config: null };
  const limits = { max_transfer_size: '65536', max_batch_size: '8' };
  await looking(new Tree({ device: limits, queue: old }), () => {
    expect(usableQueues().usable[0]).toMatchObject({
      maxTransfer: 65536,
      maxBatch: 8,
      priority: 0,
      operations: 0x1_003f_03ffn,
    });
  });
  const silentDevice = {
    max_transfer_size: null,
    max_batch_size: null,
    version: null,
    gen_cap: null,
    op_cap: null,
    numa_node: null,
  };
  await looking(new Tree({ device: silentDevice, queue: old }), () => {
    expect(usableQueues().usable[0]).toMatchObject({
      maxTransfer: 2 ** 21,
      maxBatch: 1,
      operations: 0n,
      overlapping: false,
      readback: false,
      batchByWrite: false,
      numa: -1,
    });
    expect(usableQueues(undefined, 0).unusable[0]!.why).toBe('it is on NUMA node -1');
  });
});

test('without variables the kernel’s own places are looked at', async () => {
  await looking(new Tree(), () => {
    process.env['DSA_SYSFS_PATH'] = '';
    delete process.env['DSA_DEV_PATH'];
    expect(sysfsRoot()).toBe('/sys/bus/dsa/devices');
    expect(deviceRoot()).toBe('/dev/dsa');
  });
});
