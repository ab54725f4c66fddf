import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BttDevice, pmem, type PmemMap } from '../../lib';
import type { Ground } from './ground';
import type { Scenario } from './scenarios';
import { holds, isFull } from './values';

const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const SMALL = 64 * 1024;
const IMAGE = 16 * 2 ** 20;

async function mapOf(ground: Ground, length: number): Promise<PmemMap> {
  const directory = mkdtempSync(join(memory, 'datamover-cuts-'));
  const { mover } = ground;
  const map = await pmem.map(join(directory, 'file'), { length, create: true, mover });
  rmSync(directory, { recursive: true });
  ground.ends.push(() => void map.close());
  return map;
}

/** A device that is to go on: what another wrote is read, and what is written later is, too. */
async function deviceOf(ground: Ground): Promise<BttDevice> {
  const map = await mapOf(ground, IMAGE);
  const device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 8 });
  await device.write(1, Buffer.alloc(512, 1));
  ground.looks.push(async () => {
    await device.write(2, Buffer.alloc(512, 2));
    const [one, two] = [await device.read(1), await device.read(2)];
    const { consistent } = await device.check();
    return isFull(1)(one) && isFull(2)(two) && consistent ? undefined : 'blocks of others';
  });
  return device;
}

/** Mapped files, and block devices over them. */
export const pmemScenarios: Record<string, Scenario> = {
  'writes to a map': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const map = await mapOf(ground, SMALL);
      return () => {
        const copied = map.copy(0, Buffer.from('copied'));
        ground.expect(copied, holds(map.bytes.subarray(0, 6), 'copied')).poll();
        const filled = map.fill(4096, 4096, 7);
        ground.expect(filled, () => isFull(7)(map.bytes.subarray(4096, 8192))).poll();
        ground.expect(map.persist(0, SMALL), () => true).poll();
        map.flush(0, 64);
        map.drain();
      };
    },
  },
  'closes a map': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const map = await mapOf(ground, SMALL);
      const filled = map.fill(0, 4096, 7);
      ground.expect(filled, () => map.bytes.length === 0 || isFull(7)(map.bytes.subarray(0, 4096)));
      return () => void map.close();
    },
  },
  'writes a block': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const device = await deviceOf(ground);
      return () => {
        const written = ground.expect(device.write(3, Buffer.alloc(512, 3)), () => true);
        written.poll();
        written.poll();
      };
    },
  },
  'reads a block': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const device = await deviceOf(ground);
      return () => {
        const read = ground.expect(device.read(1), isFull(1));
        read.poll();
        read.poll();
      };
    },
  },
  'zeroes a block': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const device = await deviceOf(ground);
      return () => void ground.expect(device.zero(4), () => true).poll();
    },
  },
  'closes a block device': {
    movers: ['open', 'sync', 'threads', 'loopback'],
    begin: async (ground) => {
      const map = await mapOf(ground, IMAGE);
      const device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 8 });
      ground.looks.push(() => device.close().then(() => undefined));
      return () => {
        ground.expect(device.write(3, Buffer.alloc(512, 3)), () => true);
        void device.close();
      };
    },
  },
};
