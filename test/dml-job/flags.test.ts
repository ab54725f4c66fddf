import {
  Job,
  JobExpect,
  JobFlag,
  JobOperation,
  JobPath,
  JobStatus,
  open,
  Pool,
  syncMover,
  type JobFields,
} from '../../lib';
import { Held } from './held';

const [a, b] = [Buffer.alloc(4096, 'a'), Buffer.alloc(4096, 'b')];

const all: Partial<JobFields> = {
  sourceFirst: a,
  sourceSecond: b,
  destinationFirst: Buffer.alloc(8192),
  destinationSecond: null,
  sourceLength: 4096,
  destinationLength: 4096,
};

/** What a job asks of the mover. */
function asked(held: Held, fields: Partial<JobFields>, path: JobPath = JobPath.Auto): unknown {
  const job = new Job(held.mover);
  job.init(path);
  Object.assign(job, all, fields);
  const status = job.submit();
  return status === JobStatus.Ok ? held.calls.pop() : status;
}

const able = {
  paths: ['hardware', 'software'],
  durable: true,
  readback: true,
  blockOnFault: true,
  cacheHint: true,
  numaNodes: [0, 3],
} as const;

const both = new Held(able);
const fill = JobOperation.Fill;

describe('flags are options', () => {
  test.each<[flags: number, options: object]>([
    [0, {}],
    [JobFlag.BlockOnFault, { blockOnFault: true }],
    [JobFlag.PrefetchCache, { cache: 'llc' }],
    [JobFlag.Readback, { readback: true }],
    [JobFlag.Destination1Durable, { durable: true }],
    [JobFlag.BlockOnFault | JobFlag.PrefetchCache, { blockOnFault: true, cache: 'llc' }],
  ])('0x%s', (flags, options) => {
    expect(asked(both, { operation: fill, flags })).toEqual({ op: 'fill', options });
  });

  test('a dualcast with a durable destination is durable', () => {
    const pool = new Pool({ align: 4096 });
    const [destinationFirst, destinationSecond] = [1, 2].map(() => pool.alloc(4096));
    const fields = { destinationFirst, destinationSecond, operation: JobOperation.Dualcast };
    for (const flags of [JobFlag.Destination1Durable, JobFlag.Destination2Durable]) {
      const call = asked(both, { ...fields, flags } as Partial<JobFields>);
      expect(call).toEqual({ op: 'dualcast', options: { durable: true } });
    }
  });

  test('a move that must not overlap is a copy', () => {
    const { MemMove } = JobOperation;
    expect(asked(both, { operation: MemMove })).toMatchObject({ op: 'move' });
    expect(asked(both, { operation: MemMove, flags: JobFlag.CopyOnly })).toMatchObject({
      op: 'copy',
    });
  });

  test.each([
    ['blockOnFault', JobFlag.BlockOnFault],
    ['readback', JobFlag.Readback],
    ['durable', JobFlag.Destination1Durable],
  ])('%s where the mover cannot', (_name, flags) => {
    expect(asked(new Held(), { operation: fill, flags })).toBe(JobStatus.FlagsError);
  });

  test('the same is refused on every path, not on some', async () => {
    for (const mover of [syncMover(), await open()]) {
      const job = Object.assign(new Job(mover), all, { operation: fill });
      for (const flags of [0x1, 0x8, 0x10, 0x40, 0x1000, 0x2000, 0x2_0000, 0x8000_0000]) {
        job.flags = flags;
        expect(job.submit()).toBe(JobStatus.FlagsError);
        expect(job.error!.message).toContain(`0x${flags.toString(16)}`);
      }
      await mover.close();
    }
  });

  test('a fence outside of a batch would fence nothing', () => {
    expect(asked(both, { operation: JobOperation.Nop, flags: JobFlag.Fence })).toBe(
      JobStatus.FlagsError,
    );
  });

  test('durable, and in the cache, contradict each other', async () => {
    const job = Object.assign(new Job(), all, { operation: fill });
    job.flags = JobFlag.Destination1Durable;
    expect(await job.execute()).toBe(JobStatus.Ok);
    job.flags |= JobFlag.PrefetchCache;
    expect(job.submit()).toBe(JobStatus.FlagsError);
  });

  test('a drain reads back from the addresses that it is given', async () => {
    const job = Object.assign(new Job(), { operation: JobOperation.Drain });
    job.flags = JobFlag.DrainReadback1 | JobFlag.DrainReadback2;
    job.destinationFirst = a;
    expect(job.submit()).toBe(JobStatus.NullPointer);
    job.destinationSecond = b;
    expect(await job.execute()).toBe(JobStatus.Ok);
  });

  test('traffic classes cannot be chosen', () => {
    const { MemMove } = JobOperation;
    for (const flags of [JobFlag.Address1Tcb, JobFlag.Address2Tcb]) {
      expect(asked(both, { operation: MemMove, flags })).toBe(JobStatus.TrafficClassBNotAvailable);
    }
    // An address that the operation does not have.
    expect(asked(both, { operation: MemMove, flags: JobFlag.Address3Tcb })).toBe(
      JobStatus.FlagsError,
    );
  });
});

describe('paths and nodes', () => {
  const { Auto, Hardware, Software } = JobPath;
  const hardware = new Held({ ...able, paths: ['hardware'] });
  const software = new Held();

  test.each<
    [name: string, held: Held, path: JobPath, numaId: number | undefined, outcome: unknown]
  >([
    ['both', both, Auto, undefined, {}],
    ['both', both, Hardware, undefined, { path: 'hardware' }],
    ['both', both, Software, undefined, { path: 'software' }],
    ['both', both, Auto, 3, { numa: 3 }],
    ['both', both, Hardware, 3, { path: 'hardware', numa: 3 }],
    // There the CPU does it, as in DML; on a path without a CPU nobody can.
    ['both', both, Auto, 2, { path: 'software' }],
    ['both', both, Hardware, 2, JobStatus.WorkQueuesNotAvailable],
    ['both', both, Software, 2, { path: 'software' }],
    ['hardware', hardware, Auto, 2, JobStatus.WorkQueuesNotAvailable],
    ['hardware', hardware, Software, undefined, JobStatus.PathError],
    ['software', software, Software, 0, { path: 'software' }],
    ['software', software, Auto, 0, { path: 'software' }],
    ['software', software, Hardware, undefined, JobStatus.LibraryNotFound],
  ])('%s: path %#', (_name, held, path, numaId, outcome) => {
    const fields = { operation: fill, ...(numaId === undefined ? {} : { numaId }) };
    const expected = typeof outcome === 'number' ? outcome : { op: 'fill', options: outcome };
    expect(asked(held, fields, path)).toEqual(expected);
  });

  test('that there is no hardware is said at once, and nobody waits', async () => {
    const mover = syncMover();
    const job = new Job(mover);
    expect(job.init(Hardware)).toBe(JobStatus.Ok);
    Object.assign(job, all, { operation: fill });
    expect(await job.execute()).toBe(JobStatus.LibraryNotFound);
    expect(job.check()).toBe(JobStatus.LibraryNotFound);
    expect(job.error).toMatchObject({ code: 'ERR_MOVER_NO_DEVICE' });
  });
});

describe('expected results', () => {
  const { Equal, NotEqual, Overflow } = JobExpect;
  const { Ok, FalsePredicate, LimitsError } = JobStatus;

  // Where the constants of DML's header and its manual differ, the names say what is meant.
  test.each<[expectedResult: number, same: JobStatus, other: JobStatus]>([
    [Equal, Ok, FalsePredicate],
    [NotEqual, FalsePredicate, Ok],
    [Equal | NotEqual, Ok, Ok],
    [0, Ok, FalsePredicate],
    [Overflow, LimitsError, LimitsError],
    [0.5, LimitsError, LimitsError],
  ])('%d of a comparison', async (expectedResult, same, other) => {
    const job = Object.assign(new Job(), all, { flags: JobFlag.CheckResult, expectedResult });
    job.operation = JobOperation.Compare;
    expect(await job.execute()).toBe(other);
    job.sourceSecond = a;
    expect(await job.execute()).toBe(same);
    job.operation = JobOperation.ComparePattern;
    job.pattern = 0x61;
    expect(await job.execute()).toBe(same);
    job.pattern = 0x62;
    expect(await job.execute()).toBe(other);
  });

  test.each<[expectedResult: number, outcomes: JobStatus[]]>([
    [0, [FalsePredicate, FalsePredicate, FalsePredicate]],
    [Equal, [Ok, FalsePredicate, FalsePredicate]],
    [NotEqual, [FalsePredicate, Ok, FalsePredicate]],
    [Overflow, [FalsePredicate, FalsePredicate, Ok]],
    [Equal | Overflow, [Ok, FalsePredicate, Ok]],
    [Equal | NotEqual | Overflow, [Ok, Ok, Ok]],
    [8, [LimitsError, LimitsError, LimitsError]],
  ])('%d of a delta', async (expectedResult, outcomes) => {
    const little = Buffer.from(a).fill(0, 800, 801);
    for (const [index, second] of [a, little, b].entries()) {
      const job = Object.assign(new Job(), all, { flags: JobFlag.CheckResult, expectedResult });
      Object.assign(job, { destinationLength: 80, sourceSecond: second });
      job.operation = JobOperation.DeltaCreate;
      expect(await job.execute()).toBe(outcomes[index]);
      if (outcomes[index] === LimitsError) continue;
      expect(job.result).toBe(index);
      expect(job.destinationLength).toBe([0, 10, 80][index]);
      // In bytes; and no byte of the record is read where it has none.
      expect(job.offset).toBe([0, 800, 0][index]);
    }
  });

  test('they mean nothing without the flag', async () => {
    const job = Object.assign(new Job(), all, { operation: JobOperation.Compare });
    job.expectedResult = JobExpect.Equal;
    expect(await job.execute()).toBe(Ok);
    expect(job.result).toBe(1);
  });
});

test('the mirror of an overlap is one, too', () => {
  const memory = Buffer.alloc(100);
  const job = Object.assign(new Job(), {
    operation: JobOperation.MemMove,
    flags: JobFlag.CopyOnly,
    sourceLength: 60,
  });
  Object.assign(job, { sourceFirst: memory, destinationFirst: memory.subarray(40) });
  expect(job.submit()).toBe(JobStatus.OverlapError);
  Object.assign(job, { sourceFirst: memory.subarray(40), destinationFirst: memory });
  expect(job.submit()).toBe(JobStatus.OverlapError);
  job.sourceLength = 40;
  expect(job.submit()).toBe(JobStatus.Ok);
});

test('the length of a delta record is written over that of its room', async () => {
  const job = Object.assign(new Job(), all, { operation: JobOperation.DeltaCreate });
  job.destinationLength = 5120;
  job.sourceSecond = a;
  expect(await job.execute()).toBe(JobStatus.Ok);
  expect(job.destinationLength).toBe(0);
  expect(job.submit()).toBe(JobStatus.LengthError);
});

test('a seed counts only where it is asked for', async () => {
  const job = Object.assign(new Job(), {
    operation: JobOperation.Crc,
    sourceFirst: Buffer.from('123456789'),
    sourceLength: 9,
    crcChecksum: 0xdead_beef,
  });
  expect(await job.execute()).toBe(JobStatus.Ok);
  expect(job.crcChecksum).toBe(0xe306_9283);
});
