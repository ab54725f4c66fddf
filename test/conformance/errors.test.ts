import { Pool, type Future } from '../../lib';
import type { DataOperations } from '../../lib';
import { onEveryMover } from './movers';
import { load, type ErrorVector } from './vectors';

/**
 * The code for each rule of the vectors that can be broken here. Zero bytes are no error in this
 * interface, nor is a CRC that is stored nowhere.
 */
const codes: Readonly<Record<string, string>> = {
  nullSrc: 'ERR_INVALID_ARG_TYPE',
  nullSrc2: 'ERR_INVALID_ARG_TYPE',
  nullDst: 'ERR_INVALID_ARG_TYPE',
  nullDst2: 'ERR_INVALID_ARG_TYPE',
  overlap: 'ERR_MOVER_OVERLAP',
  copyOnlyOverlap: 'ERR_MOVER_OVERLAP',
  overlapSrcDst1: 'ERR_MOVER_OVERLAP',
  overlapSrcDst2: 'ERR_MOVER_OVERLAP',
  overlapDst1Dst2: 'ERR_MOVER_OVERLAP',
  dualcastLow12: 'ERR_MOVER_ALIGNMENT',
};

/** Zero bytes have no address that could be wrong, but they need memory that they are none of. */
function rulesOf({ broken }: ErrorVector): readonly string[] {
  if (!broken.includes('zeroLength')) return broken;
  return broken.filter((rule) => rule.startsWith('null'));
}

type Request = (m: DataOperations, vector: ErrorVector) => Future<unknown>;

const ARENA_BYTES = 8 * 1024 * 1024;
const arena = new Pool({ align: 4096 }).alloc(ARENA_BYTES);

/** A null pointer stays null, whatever the types say. */
const at = (position: number | null | undefined, { length }: ErrorVector): Buffer =>
  position == null ? (null as unknown as Buffer) : arena.subarray(position, position + length);

const requests: Readonly<Record<string, Request>> = {
  copy: (m, v) => m[v.flags?.includes('copyOnly') ? 'copy' : 'move'](at(v.dst, v), at(v.src, v)),
  fill: (m, v) => m.fill(at(v.dst, v), 0),
  compare: (m, v) => m.compare(at(v.src, v), at(v.src2, v)),
  'compare-pattern': (m, v) => m.comparePattern(at(v.src, v), 0),
  dualcast: (m, v) => m.dualcast([at(v.dst, v), at(v.dst2, v)], at(v.src, v)),
  crc: (m, v) => m.crc32c(at(v.src, v)),
  'copy-crc': (m, v) => m.copyCrc32c(at(v.dst, v), at(v.src, v)),
  'cache-flush': (m, v) => m.flush(at(v.dst, v)),
  nop: (m) => m.nop(),
  drain: (m) => m.drain(),
};

const vectors = load<ErrorVector>('errors').filter(({ op }) => op in requests);

onEveryMover((operations) => {
  test.each(vectors)('$id: $op breaks $broken', async (vector) => {
    const allowed = rulesOf(vector).flatMap((rule) => codes[rule] ?? []);
    const future = requests[vector.op]!(operations(), vector);
    if (allowed.length === 0) {
      await future;
    } else {
      const error: unknown = await future.then(
        () => 'success',
        (reason: unknown) => reason,
      );
      expect(allowed).toContain((error as { code?: unknown }).code);
    }
  });
});
