import { Pool, type DataOperations, type Future } from '../../lib';
import { optionsOf, sourceOf, targetOf, units, type DifRequest } from './dif-vectors';
import { onEveryMover } from './movers';
import { load, type ErrorVector } from './vectors';

interface Case extends ErrorVector, DifRequest {}

/**
 * The code for each rule of the vectors that there is here, in the order in which the first broken
 * one counts. Others are Intel's library's own: how destinations of a dualcast, and deltas, are aligned,
 * and how long these may be, that a strip is not done close to its source, that a CRC is stored
 * somewhere.
 */
const codes: Readonly<Record<string, string>> = {
  nullSrc: 'ERR_INVALID_ARG_TYPE',
  nullSrc2: 'ERR_INVALID_ARG_TYPE',
  nullDst: 'ERR_INVALID_ARG_TYPE',
  nullDst2: 'ERR_INVALID_ARG_TYPE',
  nullRecord: 'ERR_INVALID_ARG_TYPE',
  zeroMaxRecord: 'ERR_MOVER_LENGTH',
  blockMultiple: 'ERR_MOVER_LENGTH',
  copyOnlyOverlap: 'ERR_MOVER_OVERLAP',
  overlap: 'ERR_MOVER_OVERLAP',
  overlapSrcDst1: 'ERR_MOVER_OVERLAP',
  overlapSrcDst2: 'ERR_MOVER_OVERLAP',
  overlapDst1Dst2: 'ERR_MOVER_OVERLAP',
  // Of a record: for so long a target it would begin with a table.
  lengthAbove512KiB: 'ERR_MOVER_LENGTH',
  maxRecordBelow80: 'ERR_MOVER_LENGTH',
  recordLengthNotMultipleOf10: 'ERR_MOVER_LENGTH',
};

/** The rules that count here. */
function rulesOf({ op, broken }: Case): readonly string[] {
  // Zero bytes are no error in this interface, and have no address that could be wrong.
  if (broken.includes('zeroLength')) {
    return broken.filter((rule) => !/overlap|misaligned|Low12/i.test(rule));
  }
  if (broken.includes('zeroRecordLength')) {
    return broken.filter((rule) => !/overlap|512KiB/.test(rule));
  }
  if (op !== 'delta-create') return broken;
  // Of any length; and where there is no record to make it in, one is made.
  const rules = broken.filter((rule) => rule !== 'lengthAbove512KiB');
  return broken.includes('nullRecord') ? rules.filter((rule) => !/record/i.test(rule)) : rules;
}

function codeOf(vector: Case): string | undefined {
  const rules = rulesOf(vector);
  const first = Object.keys(codes).find((rule) => rules.includes(rule));
  return first === undefined ? undefined : codes[first];
}

type Request = (m: DataOperations, vector: Case) => Future<unknown>;

const ARENA_BYTES = 8 * 1024 * 1024;
const arena = new Pool({ align: 4096 }).alloc(ARENA_BYTES);

/** A null pointer stays null, whatever the types say. */
const view = (position: number | null | undefined, length: number): Buffer =>
  position == null ? (null as unknown as Buffer) : arena.subarray(position, position + length);

const at = (position: number | null | undefined, { length }: Case): Buffer =>
  view(position, length);

/** As long as the blocks in the source want it. */
function difDestination(v: Case): Buffer {
  const [unit, written] = units(v);
  return view(v.dst, Math.floor(v.length / unit) * written);
}

const requests: Readonly<Record<string, Request>> = {
  copy: (m, v) => m[v.flags?.includes('copyOnly') ? 'copy' : 'move'](at(v.dst, v), at(v.src, v)),
  fill: (m, v) => m.fill(at(v.dst, v), 0),
  compare: (m, v) => m.compare(at(v.src, v), at(v.src2, v)),
  'compare-pattern': (m, v) => m.comparePattern(at(v.src, v), 0),
  dualcast: (m, v) => m.dualcast([at(v.dst, v), at(v.dst2, v)], at(v.src, v)),
  crc: (m, v) => m.crc32c(at(v.src, v)),
  'copy-crc': (m, v) => m.copyCrc32c(at(v.dst, v), at(v.src, v)),
  'delta-create': (m, v) =>
    m.createDelta(at(v.src, v), at(v.src2, v), view(v.record, v.maxRecordLength!)),
  'delta-apply': (m, v) => m.applyDelta(at(v.dst, v), view(v.record, v.recordLength!)),
  'dif-check': ({ dif }, v) => dif.check(at(v.src, v), sourceOf(v.source!), optionsOf(v)),
  'dif-insert': ({ dif }, v) =>
    dif.insert(difDestination(v), at(v.src, v), targetOf(v.destination!), optionsOf(v)),
  'dif-strip': ({ dif }, v) =>
    dif.strip(difDestination(v), at(v.src, v), sourceOf(v.source!), optionsOf(v)),
  'dif-update': ({ dif }, v) => {
    const [source, target] = [sourceOf(v.source!), targetOf(v.destination!)];
    return dif.update(difDestination(v), at(v.src, v), source, target, optionsOf(v));
  },
  'cache-flush': (m, v) => m.flush(at(v.dst, v)),
  nop: (m) => m.nop(),
  drain: (m) => m.drain(),
};

/** Requests that cannot be made here: opcodes, jobs and lists of Intel's library. */
const foreign = ['unknown', 'job', 'batch'];

const vectors = load<Case>('errors').filter(({ op }) => !foreign.includes(op));

onEveryMover((operations) => {
  beforeEach(() => {
    // What requests before have written.
    arena.fill(0);
  });

  test.each(vectors)('$id: $op breaks $broken', async (vector) => {
    const outcome: unknown = await requests[vector.op]!(operations(), vector).then(
      () => undefined,
      (reason: unknown) => (reason as { code?: unknown }).code,
    );
    expect(outcome).toBe(codeOf(vector));
  });
});
