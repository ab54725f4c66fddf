// The memory of a case. Both subjects work in the same, so that neither has the better place.
import { freemem } from 'node:os';
import { Pool } from 'datamover';
import { Skip } from './skip.mjs';

const SMALL_TOTAL = 64 * 1024;
const LARGE_TOTAL = 256 * 1024 * 1024;

const allocate = {
  plain: (bytes) => Buffer.alloc(bytes, 'some data'),
  shared: (bytes) => Buffer.from(new SharedArrayBuffer(bytes)).fill('some data'),
  aligned: (bytes) =>
    new Pool({ align: 4096, prefault: true }).alloc(bytes, 4096).fill('some data'),
};

/**
 * Slots to work in: a gathering takes the next `depth` of them, so that addresses change.
 *
 * @param lengths - bytes in each slot, by the names of the buffers
 * @param hot - there is one slot alone, for subjects that begin anew behind the last
 * @returns `buffers`: for each name `{ whole, views, length }`; `count`, the number of slots
 */
export function arena(lengths, { bytes, depth, kind, hot }) {
  const longest = Math.max(...Object.values(lengths), 1);
  const gatherings = Math.max(1, Math.floor(SMALL_TOTAL / (longest * depth)));
  const count = hot ? 1 : depth * gatherings;
  const total = count * Object.values(lengths).reduce((a, b) => a + b, 0);
  if (total > Math.max(LARGE_TOTAL, 4 * bytes) || total > freemem() / 2) {
    throw new Skip(`${total / 2 ** 20} MiB of memory are too many here`);
  }
  const buffers = Object.entries(lengths).map(([name, length]) => {
    const whole = allocate[kind](count * length);
    const views = Array.from({ length: count }, (_, i) =>
      whole.subarray(i * length, (i + 1) * length),
    );
    return [name, { whole, views, length }];
  });
  return { count, buffers: Object.fromEntries(buffers) };
}
