import { Job, JobFlag, JobOperation, JobPath, JobStatus, Pool, type JobFields } from '../../lib';
import { movers } from '../conformance/movers';
import { forEachVector, load, type ErrorVector } from '../conformance/vectors';
import { difConfigOf, flagsOf, operations, set, type DifCase } from './fields';

// Which rule is the answer where several are broken: the requests and statuses were recorded from DML.

interface Case extends ErrorVector, Partial<DifCase> {
  readonly opcode?: number;
  readonly record?: number | null;
  readonly maxRecordLength?: number;
  readonly recordLength?: number;
  readonly expect: { readonly status: JobStatus };
}

const ARENA_BYTES = 8 * 1024 * 1024;
const arena = new Pool({ align: 4096 }).alloc(ARENA_BYTES);

/** From a position on. */
const at = (position: number | null | undefined): Buffer | null =>
  position == null ? null : arena.subarray(position);

function fieldsOf(vector: Case): Partial<JobFields> {
  const { op, length, src, src2, dst, dst2, record, flags = [], dif, opcode } = vector;
  const shared: Partial<JobFields> = {
    operation: operations[op] ?? (opcode as JobOperation),
    flags: flagsOf(flags),
    sourceFirst: at(src),
    sourceSecond: at(src2),
    destinationFirst: at(dst),
    destinationSecond: at(dst2),
    sourceLength: length,
    destinationLength: length,
  };
  if (vector.crcResult === null) shared.crcChecksum = null as unknown as number;
  if (dif !== undefined) shared.difConfig = difConfigOf({ ...vector, dif });
  if (op === 'delta-create') {
    return { ...shared, destinationFirst: at(record), destinationLength: vector.maxRecordLength! };
  }
  if (op === 'delta-apply') {
    return { ...shared, sourceFirst: at(record), sourceLength: vector.recordLength! };
  }
  return shared;
}

const all = load<Case>('errors');
const cases = all.filter(({ op }) => op in operations || op === 'unknown');

test('all that can be a job is one', () => {
  const others = all.filter((vector) => !cases.includes(vector)).map(({ op }) => op);
  expect(new Set(others)).toEqual(new Set(['job', 'batch']));
  expect(cases.length).toBeGreaterThan(140);
});

describe.each(movers)('$name', ({ open }) => {
  test('requests that break rules, one or several', async () => {
    const mover = await open();
    const job = new Job(mover);
    await forEachVector(cases, async (vector) => {
      set(job, fieldsOf(vector));
      const { status } = vector.expect;
      const submitted = job.submit();
      expect(submitted).toBe(status === JobStatus.FalsePredicate ? JobStatus.Ok : status);
      // A job that was refused never keeps anybody waiting.
      expect(await job.wait()).toBe(status);
      expect(job.check()).toBe(status);
      expect(job.error === undefined).toBe(status === JobStatus.Ok);
    });
    await mover.close();
  });
});

test('a path that is none', () => {
  const job = new Job();
  expect(job.init(3 as JobPath)).toBe(JobStatus.PathError);
  expect(job.init('auto' as unknown as JobPath)).toBe(JobStatus.PathError);
  expect(job.init(JobPath.Software)).toBe(JobStatus.Ok);
});

/** Legal, until something is changed. */
const legal: Readonly<Record<string, Partial<JobFields>>> = {
  move: {
    operation: JobOperation.MemMove,
    sourceFirst: arena.subarray(0, 4096),
    destinationFirst: arena.subarray(8192, 12288),
    sourceLength: 4096,
  },
  fill: {
    operation: JobOperation.Fill,
    destinationFirst: arena.subarray(8192, 12288),
    destinationLength: 4096,
  },
  crc: {
    operation: JobOperation.Crc,
    sourceFirst: arena.subarray(0, 4096),
    sourceLength: 4096,
  },
  insert: {
    operation: JobOperation.DifInsert,
    sourceFirst: arena.subarray(0, 4096),
    destinationFirst: arena.subarray(8192, 8192 + 8 * 520),
    sourceLength: 4096,
  },
};

describe('fields that C could not have, or could not be caught at', () => {
  const detached = Buffer.from(new ArrayBuffer(4096));
  structuredClone(detached.buffer, { transfer: [detached.buffer as ArrayBuffer] });
  const resizable = new Uint8Array(
    Reflect.construct(ArrayBuffer, [4096, { maxByteLength: 8192 }]) as ArrayBuffer,
  );

  const rows: [name: string, wrong: object, status: JobStatus][] = [
    ['move', {}, JobStatus.Ok],
    ['move', { sourceLength: 4097 }, JobStatus.LengthError],
    ['move', { destinationFirst: Buffer.alloc(4095) }, JobStatus.LengthError],
    ['move', { destinationFirst: Buffer.alloc(0) }, JobStatus.NullPointer],
    ['move', { sourceFirst: detached }, JobStatus.NullPointer],
    ['move', { sourceFirst: resizable }, JobStatus.LimitsError],
    ['move', { sourceFirst: undefined }, JobStatus.NullPointer],
    ['move', { sourceFirst: 'text' }, JobStatus.LimitsError],
    ['move', { sourceSecond: 'not looked at', pattern: null }, JobStatus.Ok],
    ['move', { sourceLength: 1.5 }, JobStatus.LengthError],
    ['move', { sourceLength: -1 }, JobStatus.LengthError],
    ['move', { sourceLength: NaN }, JobStatus.LengthError],
    ['move', { sourceLength: '4096' }, JobStatus.LengthError],
    ['move', { sourceLength: 2 ** 32 }, JobStatus.LengthError],
    ['move', { flags: JobFlag.CopyOnly, sourceLength: 'x' }, JobStatus.LengthError],
    ['move', { operation: 'constructor' }, JobStatus.OperationError],
    ['move', { operation: undefined }, JobStatus.OperationError],
    ['move', { flags: 2 ** 40 }, JobStatus.FlagsError],
    ['move', { flags: -1 }, JobStatus.FlagsError],
    ['move', { flags: 'copy' }, JobStatus.FlagsError],
    ['move', { numaId: -1 }, JobStatus.LimitsError],
    ['move', { numaId: 'here' }, JobStatus.LimitsError],
    ['fill', {}, JobStatus.Ok],
    ['fill', { pattern: null }, JobStatus.LimitsError],
    ['fill', { pattern: Buffer.alloc(9) }, JobStatus.LimitsError],
    ['fill', { destinationLength: 4097 }, JobStatus.LengthError],
    ['crc', {}, JobStatus.Ok],
    ['crc', { flags: JobFlag.CrcReadSeed, crcChecksum: -1 }, JobStatus.LimitsError],
    ['crc', { crcChecksum: -1 }, JobStatus.Ok],
    ['crc', { crcChecksum: '0' }, JobStatus.NullPointer],
    ['insert', {}, JobStatus.Ok],
    ['insert', { difConfig: undefined }, JobStatus.LimitsError],
    ['insert', { difConfig: {} }, JobStatus.LimitsError],
    ['insert', { difConfig: { blockSize: 4, flags: 0 } }, JobStatus.LimitsError],
    ['insert', { difConfig: { blockSize: 0, flags: 0x700 } }, JobStatus.FlagsError],
    ['insert', { difConfig: { blockSize: 0, flags: 0x2000 } }, JobStatus.FlagsError],
    ['insert', { difConfig: { blockSize: 0, flags: 'all' } }, JobStatus.FlagsError],
    ['insert', { destinationFirst: Buffer.alloc(8 * 520 - 1) }, JobStatus.LengthError],
  ];
  const titled = rows.map(
    ([name, wrong, status]) => [name, Object.keys(wrong).join(), status, wrong] as const,
  );

  test.each(titled)('%s, with another %s: %d', async (name, _keys, status, wrong) => {
    const job = set(new Job(), { ...legal[name], ...wrong });
    expect(await job.execute()).toBe(status);
    expect(job.check()).toBe(status);
    expect(job.error === undefined).toBe(status === JobStatus.Ok);
  });
});
