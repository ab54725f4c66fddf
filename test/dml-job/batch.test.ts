import {
  Job,
  JobExpect,
  JobFlag,
  JobOperation,
  JobStatus,
  MoverError,
  type JobFields,
} from '../../lib';
import { movers } from '../conformance/movers';
import { Held } from './held';

const source = Buffer.from('123456789');

const crc: Partial<JobFields> = {
  operation: JobOperation.Crc,
  sourceFirst: source,
  sourceLength: 9,
};

const fill = (target: Buffer, pattern: number, flags = 0): Partial<JobFields> => ({
  operation: JobOperation.Fill,
  destinationFirst: target,
  destinationLength: target.length,
  pattern,
  flags,
});

const move = (to: Buffer, from: Buffer, flags = 0): Partial<JobFields> => ({
  operation: JobOperation.MemMove,
  sourceFirst: from,
  destinationFirst: to,
  sourceLength: from.length,
  flags,
});

const compare = (a: Buffer, b: Buffer, expectedResult: number): Partial<JobFields> => ({
  operation: JobOperation.Compare,
  sourceFirst: a,
  sourceSecond: b,
  sourceLength: a.length,
  expectedResult,
  flags: JobFlag.CheckResult,
});

function batch(job: Job, ...members: Partial<JobFields>[]): Job {
  job.init();
  job.operation = JobOperation.Batch;
  expect(job.batchResize(members.length)).toBe(JobStatus.Ok);
  members.forEach((member, index) => {
    expect(job.batchSet(index, member)).toBe(JobStatus.Ok);
  });
  return job;
}

const statuses = (job: Job, count: number): JobStatus[] =>
  Array.from({ length: count }, (_, index) => job.batchStatus(index));

describe.each(movers)('$name', ({ open }) => {
  test('what comes behind a fence sees what was written before it', async () => {
    const mover = await open();
    const [first, then, last] = [1, 2, 3].map(() => Buffer.alloc(100_000));
    const job = batch(
      new Job(mover),
      fill(first!, 7),
      move(then!, first!, JobFlag.Fence),
      // As in DML's example: a fence on a member that does nothing.
      { operation: JobOperation.Nop, flags: JobFlag.Fence },
      move(last!, then!),
    );
    expect(await job.execute()).toBe(JobStatus.Ok);
    expect(statuses(job, 4)).toEqual([0, 0, 0, 0]);
    expect(last!.equals(Buffer.alloc(100_000, 7))).toBe(true);
    await mover.close();
  });

  test('the results of members can be read', async () => {
    const mover = await open();
    const record = Buffer.alloc(80);
    const job = batch(
      new Job(mover),
      // The seed counts only where it is asked for, as outside of a batch.
      { ...crc, crcChecksum: 5 },
      { ...crc, flags: JobFlag.CrcReadSeed, crcChecksum: 5 },
      compare(source, Buffer.from('12345 789'), JobExpect.NotEqual),
      {
        operation: JobOperation.DeltaCreate,
        sourceFirst: Buffer.alloc(64),
        sourceSecond: Buffer.alloc(64).fill(1, 24, 25),
        sourceLength: 64,
        destinationFirst: record,
        destinationLength: 80,
      },
    );
    expect(await job.execute()).toBe(JobStatus.Ok);
    expect(job.batchMember(0)!.crcChecksum).toBe(0xe306_9283);
    expect(job.batchMember(1)!.crcChecksum).not.toBe(0xe306_9283);
    expect(job.batchMember(2)).toMatchObject({ result: 1, offset: 5 });
    expect(job.batchMember(3)).toMatchObject({ result: 1, offset: 24, destinationLength: 10 });
    await mover.close();
  });

  test('a member that is not well fails itself, the batch, and what is behind the next fence', async () => {
    const mover = await open();
    const [beside, behind] = [Buffer.alloc(10), Buffer.alloc(10)];
    const job = batch(
      new Job(mover),
      compare(source, Buffer.from('987654321'), JobExpect.Equal),
      fill(beside, 1),
      fill(behind, 2, JobFlag.Fence),
      crc,
    );
    expect(await job.execute()).toBe(JobStatus.BatchError);
    expect(statuses(job, 4)).toEqual([
      JobStatus.FalsePredicate,
      JobStatus.Ok,
      JobStatus.InternalError,
      JobStatus.InternalError,
    ]);
    expect(job.error).toBeInstanceOf(MoverError);
    expect(job.error).toMatchObject({ code: 'ERR_MOVER_BATCH', index: 0 });
    expect([beside[0], behind[0]]).toEqual([1, 0]);
    await mover.close();
  });

  test('one member is enough, and a batch can be submitted again', async () => {
    const mover = await open();
    const job = batch(new Job(mover), crc);
    for (let round = 0; round < 3; round++) {
      expect(await job.execute()).toBe(JobStatus.Ok);
      expect(job.batchMember(0)!.crcChecksum).toBe(0xe306_9283);
    }
    expect(job.batchSet(0, fill(Buffer.alloc(4), 1))).toBe(JobStatus.Ok);
    expect(job.batchStatus(0)).toBe(JobStatus.Corrupted);
    expect(await job.execute()).toBe(JobStatus.Ok);
    await mover.close();
  });
});

test('sizes and indices', () => {
  const job = new Job();
  for (const count of [0, -1, 1.5, NaN, 1e9, '4']) {
    expect(job.batchResize(count as number)).toBe(JobStatus.BatchSizeError);
  }
  job.operation = JobOperation.Batch;
  // As a null list in C.
  expect(job.batchSet(0, crc)).toBe(JobStatus.NullPointer);
  expect(job.submit()).toBe(JobStatus.NullPointer);
  expect(job.batchStatus(0)).toBe(JobStatus.NullPointer);
  expect(job.batchResize(2)).toBe(JobStatus.Ok);
  for (const index of [-1, 2, 0.5, 'length']) {
    expect(job.batchSet(index as number, crc)).toBe(JobStatus.BatchIndexOverflow);
    expect(job.batchStatus(index as number)).toBe(JobStatus.BatchIndexOverflow);
    expect(job.batchMember(index as number)).toBeUndefined();
  }
  expect(job.batchStatus(1)).toBe(JobStatus.Corrupted);
  expect(job.batchMember(1)!.operation).toBe(JobOperation.Nop);
});

test.each<[what: string, fields: object, status: JobStatus]>([
  ['a batch', { operation: JobOperation.Batch }, JobStatus.OperationError],
  ['a drain', { operation: JobOperation.Drain }, JobStatus.OperationError],
  ['none', { operation: 99 }, JobStatus.OperationError],
  ['zero bytes', { ...crc, sourceLength: 0 }, JobStatus.LengthError],
  ['no memory', { ...crc, sourceFirst: null }, JobStatus.NullPointer],
  ['misspelt', { ...crc, sourceLenght: 1 }, JobStatus.LimitsError],
  ['an array', [], JobStatus.LimitsError],
  ['nothing', null as never, JobStatus.LimitsError],
  ['a flag of others', { ...crc, flags: JobFlag.CopyOnly }, JobStatus.FlagsError],
])(
  'a member that is %s is refused when it is set, and stays as it was',
  async (_, fields, status) => {
    const job = batch(new Job(), crc);
    expect(job.batchSet(0, fields)).toBe(status);
    expect(job.batchMember(0)!.operation).toBe(JobOperation.Crc);
    expect(await job.execute()).toBe(JobStatus.Ok);
  },
);

test('a member whose memory has gone since refuses the batch', () => {
  const memory = new ArrayBuffer(64);
  const target = Buffer.alloc(8);
  const job = batch(new Job(), fill(target, 1), fill(Buffer.from(memory), 1));
  structuredClone(memory, { transfer: [memory] });
  expect(job.submit()).toBe(JobStatus.NullPointer);
  expect(statuses(job, 2)).toEqual([JobStatus.Corrupted, JobStatus.Corrupted]);
  expect(target[0]).toBe(0);
});

test('arguments that only the operation looks at fail their member', async () => {
  const job = batch(new Job(), crc, fill(Buffer.alloc(8), 256));
  expect(await job.execute()).toBe(JobStatus.BatchError);
  expect(statuses(job, 2)).toEqual([JobStatus.Ok, JobStatus.LimitsError]);
  expect(job.error!.cause).toBeInstanceOf(RangeError);
});

test('flags that a batch does not have', () => {
  const job = batch(new Job(), crc);
  job.flags = JobFlag.Fence;
  expect(job.submit()).toBe(JobStatus.FlagsError);
  job.flags = JobFlag.Address1Tcb;
  expect(job.submit()).toBe(JobStatus.TrafficClassBNotAvailable);
});

test('members are left alone while the batch is under way', async () => {
  const held = new Held();
  held.complete = false;
  const job = batch(new Job(held.mover), fill(Buffer.alloc(8), 1), fill(Buffer.alloc(8), 2));
  expect(job.submit()).toBe(JobStatus.Ok);
  expect(job.batchSet(0, crc)).toBe(JobStatus.BeingProcessed);
  expect(job.batchResize(1)).toBe(JobStatus.BeingProcessed);
  expect(statuses(job, 2)).toEqual([JobStatus.BeingProcessed, JobStatus.BeingProcessed]);
  held.complete = true;
  expect(await job.wait()).toBe(JobStatus.Ok);
  expect(job.batchResize(1)).toBe(JobStatus.Ok);
});

test('what came of a batch is not taken for that of members that were set since', async () => {
  const held = new Held();
  const target = Buffer.alloc(8);
  const job = batch(new Job(held.mover), fill(target, 1), fill(target, 2));
  expect(job.submit()).toBe(JobStatus.Ok);
  expect(job.batchSet(0, fill(target, 3))).toBe(JobStatus.Ok);
  expect(await job.wait()).toBe(JobStatus.Ok);
  expect(statuses(job, 2)).toEqual([JobStatus.Corrupted, JobStatus.Ok]);
});
