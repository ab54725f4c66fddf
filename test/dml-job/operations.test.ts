import assert from 'node:assert/strict';
import { Job, JobExpect, JobFlag, JobStatus, type DeltaOutcome, type JobFields } from '../../lib';
import { Arena, roomFor, spanOf, type Span } from '../conformance/arena';
import { movers } from '../conformance/movers';
import {
  forEachVector,
  inputBytes,
  load,
  outputOf,
  recordBytes,
  type CheckResult,
  type DeltaInput,
  type Input,
  type Output,
} from '../conformance/vectors';
import { difConfigOf, flagsOf, operations, set, type DifCase } from './fields';

// Every operation as a job, against results that were recorded from DML.

interface Case extends Omit<DifCase, 'dif'> {
  readonly id: string;
  readonly op: string;
  readonly length: number;
  readonly arena?: Input;
  readonly src?: Input;
  readonly src1?: Input;
  readonly src2?: Input;
  readonly dst?: Input;
  readonly record?: Input | DeltaInput;
  readonly srcOffset?: number;
  readonly src1Offset?: number;
  readonly src2Offset?: number;
  readonly dstOffset?: number;
  readonly dstPageOffset?: number;
  readonly recordOffset?: number;
  readonly maxRecordLength?: number;
  readonly pattern?: string;
  readonly checkResult?: CheckResult | readonly DeltaOutcome[];
  readonly seed?: number;
  readonly flags?: readonly string[];
  readonly dif?: DifCase['dif'];
  readonly expect: {
    readonly status: number;
    readonly result?: number;
    readonly offset?: number;
    readonly firstDifference?: number;
    readonly crc?: number;
    readonly recordLength?: number;
    readonly bytesCompleted?: number;
    readonly output?: Output;
    readonly outputBefore?: Output;
  };
}

const expectations: Readonly<Record<string, number>> = {
  equal: JobExpect.Equal,
  different: JobExpect.NotEqual,
  overflow: JobExpect.Overflow,
};

function expectationOf(wanted: Case['checkResult']): Partial<JobFields> {
  if (wanted === undefined || wanted === null) return {};
  const outcomes = typeof wanted === 'string' ? [wanted] : wanted;
  const bits = outcomes.map((outcome) => expectations[outcome]!);
  return { flags: JobFlag.CheckResult, expectedResult: bits.reduce((all, bit) => all | bit, 0) };
}

/** Bytes that the operation writes. */
function writtenBy({ op, length, dif, maxRecordLength }: Case): number {
  if (op === 'delta-create') return maxRecordLength!;
  if (dif === undefined) return length;
  const [block, field] = [dif.blockSize, dif.blockSize + 8];
  if (op === 'dif-insert') return (length / block) * field;
  return op === 'dif-strip' ? (length / field) * block : length;
}

/** The memory of a case, with bytes around it that nobody may touch. */
class Place {
  readonly arena: Arena;
  readonly #room: number;
  #next = 0;

  constructor(bytes: number) {
    this.#room = bytes;
    this.arena = new Arena(roomFor(4, bytes), 11);
  }

  take(length: number, offset = 0): Span {
    return { ...spanOf(this.#next++, this.#room, offset), length };
  }

  input(bytes: Buffer | null, offset?: number): Buffer | null {
    if (bytes === null) return null;
    const span = this.take(bytes.length, offset);
    this.arena.set(span.at, bytes);
    return this.arena.view(span);
  }
}

async function run(job: Job, vector: Case): Promise<void> {
  const { length, expect: golden, flags = [], seed } = vector;
  const written = writtenBy(vector);
  const source = vector.src ?? vector.src1 ?? vector.record;
  const bytes = source === undefined ? null : recordBytes(source);
  const place = new Place(Math.max(length, written, bytes?.length ?? 0));
  const { arena } = place;
  const first = place.input(bytes, sourceOffset(vector));
  const second = place.input(
    vector.src2 === undefined ? null : inputBytes(vector.src2),
    vector.src2Offset,
  );
  const to = place.take(written, vector.dstPageOffset ?? vector.dstOffset ?? vector.recordOffset);
  const twin = place.take(written, vector.dstPageOffset);
  if (vector.dst !== undefined) arena.set(to.at, inputBytes(vector.dst));
  set(job, {
    operation: operations[vector.op]!,
    sourceFirst: first,
    sourceSecond: second,
    destinationFirst: arena.view(to),
    destinationSecond: arena.view(twin),
    sourceLength: vector.op === 'delta-apply' ? first!.length : length,
    destinationLength: written,
    ...(vector.pattern === undefined ? {} : { pattern: Buffer.from(vector.pattern, 'hex') }),
    ...(vector.dif === undefined ? {} : { difConfig: difConfigOf(vector as DifCase) }),
    ...expectationOf(vector.checkResult),
  });
  job.flags |= flagsOf(flags);
  if (seed !== undefined) {
    job.flags |= JobFlag.CrcReadSeed;
    job.crcChecksum = seed;
  }
  const status = await job.execute();
  assert.equal(status, golden.status);
  assert.equal(job.result, golden.result ?? 0);
  // Where a pattern differs, DML may name the start of the eight bytes instead.
  const offset = golden.result === 1 ? (golden.firstDifference ?? golden.offset) : golden.offset;
  if (offset !== undefined) assert.equal(job.offset, offset);
  if (golden.crc !== undefined) assert.equal(job.crcChecksum, golden.crc);
  if (golden.recordLength !== undefined) assert.equal(job.destinationLength, golden.recordLength);
  if (golden.bytesCompleted !== undefined) assert.equal(job.offset, golden.bytesCompleted);
  checkOutput(vector, arena, to);
  if (vector.op === 'dualcast') checkOutput(vector, arena, twin);
  arena.verify();
  arena.release();
}

const sourceOffset = (vector: Case): number | undefined =>
  vector.op === 'delta-apply' ? vector.recordOffset : (vector.srcOffset ?? vector.src1Offset);

/** What was written is as recorded; it is taken over into the model, which is compared afterwards. */
function checkOutput({ expect: golden, dif }: Case, arena: Arena, to: Span): void {
  const output = golden.output ?? golden.outputBefore;
  if (output === undefined) return;
  const length = typeof output === 'string' ? output.length / 2 : output.length;
  assert.deepEqual(outputOf(arena.view({ ...to, length })), output);
  // Room that a delta record does not use may hold anything.
  const touched = dif === undefined ? to : { ...to, length };
  arena.modelOf(touched).set(arena.view(touched));
}

const vectors = [
  'copy',
  'fill',
  'compare',
  'compare-pattern',
  'dualcast',
  'crc',
  'copy-crc',
  'delta-create',
  'delta-apply',
  'dif-check',
  'dif-insert',
  'dif-strip',
  'dif-update',
];

/** A job adds a translation, which engines do not see: a few of them are enough. */
const few = movers.filter(({ name }) => ['inline', 'custom', 'work queues'].includes(name));

describe.each(few)('$name', ({ open }) => {
  test.each(vectors)('%s', async (name) => {
    const mover = await open();
    const job = new Job(mover);
    // One job for all of them, as in C.
    await forEachVector(
      load<Case>(name).filter(({ arena }) => arena === undefined),
      (vector) => run(job, vector),
    );
    await mover.close();
  });

  test('nop, drain, flush', async () => {
    const mover = await open();
    const job = new Job(mover);
    for (const op of ['nop', 'drain', 'cache-flush']) {
      const range = Buffer.alloc(1000, op);
      set(job, {
        operation: operations[op]!,
        destinationFirst: range,
        destinationLength: range.length,
      });
      expect(await job.execute()).toBe(JobStatus.Ok);
      expect(range.equals(Buffer.alloc(1000, op))).toBe(true);
    }
    await mover.close();
  });

  test('a move that overlaps', async () => {
    const mover = await open();
    const memory = Buffer.from('0123456789');
    const job = set(new Job(mover), {
      operation: operations['copy']!,
      sourceFirst: memory,
      destinationFirst: memory.subarray(2),
      sourceLength: 8,
    });
    expect(await job.execute()).toBe(JobStatus.Ok);
    expect(memory.toString()).toBe('0101234567');
    await mover.close();
  });
});
