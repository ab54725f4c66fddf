// Who reads and writes blocks: each begins a request of a block, and gives what can be awaited.
import { mkdir, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BttDevice, open, pmem, syncMover, threadsMover } from 'datamover';

export const BLOCK = 4096;
export const BLOCKS = 16_384;
/** With the metadata of a device. */
const DEVICE_BYTES = 72 * 2 ** 20;

const movers = {
  sync: () => syncMover(),
  threads: () => threadsMover(),
  hardware: () => open({ path: 'hardware' }),
};

/** Every block is written once, so that none is a hole, or was never written. */
async function fillUp(write) {
  const data = Buffer.alloc(BLOCK, 1);
  for (let block = 0; block < BLOCKS; block += 64) {
    await Promise.all(Array.from({ length: 64 }, (_, at) => write(block + at, data)));
  }
}

async function device(directory, name) {
  const mover = await movers[name]();
  const map = await pmem.map(join(directory, `btt-${name}`), {
    create: true,
    length: DEVICE_BYTES,
    mover,
  });
  const btt = await BttDevice.format(map, { mover });
  return {
    read: (block, into) => btt.read(block, into),
    write: (block, data) => btt.write(block, data),
  };
}

async function rawMap(directory) {
  const mover = syncMover();
  const length = BLOCK * BLOCKS;
  const map = await pmem.map(join(directory, 'map'), { create: true, length, mover });
  const blocks = Array.from({ length: BLOCKS }, (_, at) =>
    map.bytes.subarray(BLOCK * at, BLOCK * (at + 1)),
  );
  return {
    read: (block, into) => mover.copy(into, blocks[block]),
    write: (block, data) => map.copy(BLOCK * block, data),
  };
}

async function file(directory, durable) {
  const handle = await openFile(join(directory, durable ? 'synced' : 'plain'), 'w+');
  const write = (block, data) => handle.write(data, 0, BLOCK, BLOCK * block);
  return {
    read: (block, into) => handle.read(into, 0, BLOCK, BLOCK * block),
    write: durable ? (block, data) => write(block, data).then(() => handle.datasync()) : write,
    fill: write,
  };
}

/** With which all others are compared. */
export const PEER = 'fs.promises';

/** By name; `model`: needs a device, for which the device model stands in. */
export const subjects = {
  [PEER]: { make: (directory) => file(directory, false) },
  'fs.promises, fdatasync': { make: (directory) => file(directory, true), directions: ['write'] },
  'map.copy, synchronous': { make: rawMap },
  'BttDevice, synchronous': { make: (directory) => device(directory, 'sync') },
  'BttDevice, threads': { make: (directory) => device(directory, 'threads') },
  'BttDevice, device model (simulation)': {
    make: (directory) => device(directory, 'hardware'),
    model: true,
    places: ['tmpfs'],
  },
};

/** A subject that is ready to be measured. */
export async function prepare(name, directory) {
  await mkdir(directory, { recursive: true });
  const subject = await subjects[name].make(directory);
  await fillUp(subject.fill ?? subject.write);
  return subject;
}
