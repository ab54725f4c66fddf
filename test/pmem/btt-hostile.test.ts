import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { BttDevice, pmem } from '../../lib';
import { childResult } from '../support/child';
import { SIZE } from './btt-file';
import { newPath } from './files';

const BLOCK = 4096;
const up = (value: number): number => Math.ceil(value / BLOCK) * BLOCK;

/** Fletcher-64, behind what it is of. */
function seal(info: Buffer): void {
  let [low, high] = [0, 0];
  for (let at = 0; at < BLOCK - 8; at += 4) {
    low = (low + info.readUInt32LE(at)) >>> 0;
    high = (high + low) >>> 0;
  }
  high = (high + 2 * low) >>> 0;
  info.writeUInt32LE(low, BLOCK - 8);
  info.writeUInt32LE(high, BLOCK - 4);
}

/** A sparse file, of little on the disk, that is an arena of so many blocks of a byte. */
function image(free: number, blocks: number): string {
  const all = free + blocks;
  const mapAt = up(BLOCK + all);
  const flogAt = up(mapAt + blocks * 4);
  const infoAt = Math.max(up(flogAt + free * 64), SIZE - BLOCK);
  const info = Buffer.alloc(BLOCK);
  info.write('BTT_ARENA_INFO\0', 'latin1');
  info.writeUInt16LE(1, 52);
  info.writeUInt16LE(1, 54);
  [1, blocks, 1, all, free, BLOCK].forEach((value, i) => info.writeUInt32LE(value, 56 + i * 4));
  const offsets = [0, BLOCK, mapAt, flogAt, infoAt];
  offsets.forEach((offset, i) => info.writeBigUInt64LE(BigInt(offset), 80 + i * 8));
  seal(info);
  const path = newPath();
  const fd = openSync(path, 'w');
  for (const at of [0, infoAt]) writeSync(fd, info, 0, BLOCK, at);
  const flog = Buffer.alloc(free * 64);
  for (let lane = 0; lane < free; lane++) {
    const place = blocks + lane;
    [0, place, place, 1].forEach((word, i) => flog.writeUInt32LE(word, lane * 64 + i * 4));
  }
  writeSync(fd, flog, 0, flog.length, flogAt);
  ftruncateSync(fd, infoAt + BLOCK);
  closeSync(fd);
  return path;
}

test('an image that asks for more lanes than anybody uses is damaged', async () => {
  await using some = await pmem.map(image(4096, 4));
  await using device = await BttDevice.open(some);
  expect([device.lanes, device.readOnly]).toEqual([4096, false]);
  await using map = await pmem.map(image(4097, 4));
  await expect(BttDevice.open(map)).rejects.toMatchObject({ code: 'ERR_BTT_LAYOUT' });
});

function canLimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

(canLimit() ? test : test.skip)(
  'where there is no memory for what an image needs, opening it fails, and nothing else',
  async () => {
    const outcomes = await childResult<unknown>(`
      const { execFileSync } = require('node:child_process');
      const { readFileSync } = require('node:fs');
      const { BttDevice, pmem } = library;
      const small = await pmem.map(${JSON.stringify(newPath())}, { length: ${SIZE}, create: true });
      const map = await pmem.map(${JSON.stringify(image(256, 700e6))});
      // A bit for each block is more than is left.
      const used = 1024 * /VmData:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1];
      execFileSync('prlimit', ['--pid', String(process.pid), '--data=' + String(used + 2 ** 26)]);
      const outcomes = [];
      for (const open of [() => BttDevice.open(map), () => BttDevice.open(map), () => BttDevice.format(small)]) {
        outcomes.push(await open().then((device) => device.blockSize, (error) => error.code));
      }
      console.log(JSON.stringify(outcomes));`);
    expect(outcomes).toEqual(['ENOMEM', 'ENOMEM', 4096]);
  },
);
