// CRC-32C of 64 KiB on the calling thread, against the package @node-rs/crc32.
import { randomBytes } from 'node:crypto';
import { syncMover } from 'datamover';
import peerModule from '@node-rs/crc32';
import { compare, print } from './measure.mjs';

const data = randomBytes(64 * 1024);
const mover = syncMover();

function crc32c() {
  const future = mover.futures.crc32c(data);
  future.poll();
  return future.output;
}

const peer = () => peerModule.crc32c(data);
if (crc32c() !== peer()) throw new Error('the two do not agree');

print(
  'CRC-32C of 64 KiB',
  compare(crc32c, peer, { operations: 1, repeats: 500 }),
  '@node-rs/crc32',
);
await mover.close();
