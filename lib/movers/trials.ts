import type { Future } from '../future/future';
import { Pool } from '../memory/pool';
import { ENTRY, WORD } from '../operations/delta-record';
import type { OpName } from '../operations/operation';
import type { Mover } from './mover';

/** Bytes of an operation: those around which engines are worth the same, and no more than a delta may have. */
export const SIZES = [1024, 8192, 65536, 524288];

/** Bytes of each of the buffers: no two trials in a row find the same in a cache. */
const BYTES = 8 * SIZES[3];

/** In how many places an operation of some size is tried. */
export const placesOf = (bytes: number): number => BYTES / bytes;

/** An operation on so many bytes, in one of its places. */
export type Trial = (mover: Mover, bytes: number, index: number) => Future<unknown>;

/** One word in so many differs, in the record that is applied. */
const SPARSE = 8;

/** Bytes of a block, and of one with its fields. */
const BLOCK = 512;
const PROTECTED = BLOCK + 8;

const tags = { appTag: 1, refMode: 'fixed' } as const;

/** Each operation, on memory that no other place has. */
export async function trials(software: Mover): Promise<Partial<Record<OpName, Trial>>> {
  const pool = new Pool({ prefault: true, slabBytes: 4 * BYTES });
  const [a, b, c, d] = [1, 2, 3, 4].map(() => pool.alloc(BYTES, 4096).fill(0x5a));
  const part = (buffer: Buffer, bytes: number, index: number): Buffer =>
    buffer.subarray(index * bytes, (index + 1) * bytes);
  const record = sparseRecord(SIZES[3]);
  const changes = (bytes: number): Buffer => record.subarray(0, (bytes / WORD / SPARSE) * ENTRY);
  // Blocks with fields, and as many without, in so many bytes at most.
  const block = Buffer.alloc(PROTECTED);
  await software.dif.insert(block, b.subarray(0, BLOCK), tags);
  d.fill(block);
  const plain = (buffer: Buffer, bytes: number, index: number): Buffer =>
    part(buffer, Math.floor(bytes / PROTECTED) * BLOCK, index);
  const fields = (buffer: Buffer, bytes: number, index: number): Buffer =>
    part(buffer, Math.floor(bytes / PROTECTED) * PROTECTED, index);
  return {
    copy: (m, n, i) => m.copy(part(a, n, i), part(b, n, i)),
    move: (m, n, i) => m.move(part(a, n, i), part(b, n, i)),
    fill: (m, n, i) => m.fill(part(a, n, i), 0x5a),
    dualcast: (m, n, i) => m.dualcast([part(a, n, i), part(c, n, i)], part(b, n, i)),
    compare: (m, n, i) => m.compare(part(b, n, i), part(c, n, i)),
    comparePattern: (m, n, i) => m.comparePattern(part(b, n, i), 0x5a),
    equals: (m, n, i) => m.equals(part(b, n, i), part(c, n, i)),
    crc32c: (m, n, i) => m.crc32c(part(b, n, i)),
    copyCrc32c: (m, n, i) => m.copyCrc32c(part(a, n, i), part(b, n, i)),
    createDelta: (m, n, i) => m.createDelta(part(b, n, i), part(c, n, i), part(a, n, i)),
    applyDelta: (m, n, i) => m.applyDelta(part(a, n, i), changes(n)),
    difCheck: (m, n, i) => m.dif.check(fields(d, n, i), tags),
    difInsert: (m, n, i) => m.dif.insert(fields(a, n, i), plain(b, n, i), tags),
    difStrip: (m, n, i) => m.dif.strip(plain(a, n, i), fields(d, n, i), tags),
    difUpdate: (m, n, i) => m.dif.update(fields(a, n, i), fields(d, n, i), tags, tags),
    flush: (m, n, i) => m.flush(part(a, n, i)),
  };
}

/** Entries for a target of so many bytes. */
function sparseRecord(bytes: number): Buffer {
  const record = Buffer.alloc((bytes / WORD / SPARSE) * ENTRY);
  for (let at = 0; at < record.length; at += ENTRY) {
    record.writeUInt16LE((at / ENTRY) * SPARSE, at);
  }
  return record;
}
