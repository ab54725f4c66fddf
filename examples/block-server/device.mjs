// The block device in a file, and the mover that does its transfers.
import { existsSync } from 'node:fs';
import { BttDevice, open, pmem, syncMover, threadsMover } from 'datamover';

export const movers = {
  auto: () => open(), //                         wherever that is fastest
  sync: () => syncMover(), //                    on the event loop's own thread
  threads: () => threadsMover(), //              on threads beside it
  hardware: () => open({ path: 'hardware' }), // on work queues of a DSA, or of the device model
};

const FREE_BLOCKS = 256;
const LEAST_ARENA = 16 * 2 ** 20;
const MOST_ARENA = 512 * 2 ** 30;
/** Of an arena: two info blocks, a slot for each free block, and what rounds the map up. */
const METADATA = 2 * 4096 + 64 * FREE_BLOCKS + 4096;

/** Bytes of a file for a device of that size: each block has its place, and an entry in a map. */
function fileBytes(size, blockSize) {
  // 520 and 4104 are 512 and 4096 with a field of 8 bytes for integrity.
  const payload = blockSize - (blockSize % 512 === 8 ? 8 : 0);
  const place = 256 * Math.ceil(blockSize / 256) + 4;
  const blocks = Math.max(Math.ceil(size / payload), FREE_BLOCKS);
  const arenas = Math.ceil((blocks * place) / MOST_ARENA);
  const bytes = blocks * place + arenas * (FREE_BLOCKS * place + METADATA);
  return 4096 * Math.ceil(Math.max(bytes + (arenas - 1) * LEAST_ARENA, LEAST_ARENA) / 4096);
}

async function makeDevice(file, mover, size = 64 * 2 ** 20, blockSize = 4096) {
  const map = await pmem.map(file, { mover, create: true, length: fileBytes(size, blockSize) });
  return { map, begin: () => BttDevice.format(map, { mover, blockSize, freeBlocks: FREE_BLOCKS }) };
}

async function findDevice(file, mover, blockSize) {
  const map = await pmem.map(file, { mover });
  return { map, begin: () => BttDevice.open(map, { mover, blockSize }) };
}

/**
 * Opens the device in a file that is there, and makes one where there is none.
 *
 * @param options - `file`, `mover` (a name), and of a new device `size` in bytes and `blockSize`; one
 * that is there has to be as they say, if they say anything
 * @returns the device, and `close`, which waits for what is under way
 */
export async function openDevice({ file, mover: name, size, blockSize }) {
  const mover = await movers[name]();
  const closers = [() => mover.close()];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const { map, begin } = await (existsSync(file)
      ? findDevice(file, mover, blockSize)
      : makeDevice(file, mover, size, blockSize));
    closers.push(() => map.close());
    const device = await begin();
    closers.push(() => device.close());
    const bytes = device.blocks * device.blockSize;
    if (bytes < (size ?? 0)) throw new Error(`${file} holds a device of ${bytes} bytes`);
    return { device, close };
  } catch (error) {
    await close();
    throw error;
  }
}
