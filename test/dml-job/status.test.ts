import { Job, JobOperation, JobStatus, MoverError, type MoverErrorCode } from '../../lib';
import { Held } from './held';

const fillOn = ({ mover }: Held): Job =>
  Object.assign(new Job(mover), {
    operation: JobOperation.Fill,
    destinationFirst: Buffer.alloc(8),
    destinationLength: 8,
  });

test.each<[byte: number, status: JobStatus]>([
  [0x03, 25],
  [0x83, 25],
  [0x04, 33],
  [0x05, 9],
  [0x06, 25],
  [0x07, 10],
  [0x08, 11],
  [0x09, 12],
  [0x10, 13],
  [0x11, 14],
  [0x12, 34],
  [0x13, 15],
  [0x14, 29],
  [0x15, 21],
  [0x16, 18],
  [0x17, 19],
  [0x18, 35],
  [0x19, 36],
  [0x1a, 37],
  [0x1b, 38],
  [0x1c, 39],
  [0x1d, 40],
  [0x1e, 41],
  [0x1f, 42],
  [0x20, 43],
  [0x21, 44],
  [0x22, 45],
  [0x23, 3],
  [0x3f, 3],
])('a completion record with %d is %d', async (byte, status) => {
  const held = new Held();
  held.fail(byte, 5);
  const job = fillOn(held);
  expect(job.submit()).toBe(JobStatus.Ok);
  expect(await job.wait()).toBe(status);
  expect(job.check()).toBe(status);
  expect(job.error).toBe(held.error);
  expect(job.offset).toBe(5);
});

test.each<[code: MoverErrorCode | 'SOME_CODE' | undefined, status: JobStatus]>([
  ['ERR_MOVER_PAGE_FAULT', 25],
  ['ERR_MOVER_QUEUE_FULL', 24],
  ['ERR_MOVER_OUT_OF_SLOTS', 24],
  ['ERR_MOVER_NO_DEVICE', 100],
  ['ERR_MOVER_NO_PERMISSION', 102],
  ['ERR_MOVER_UNSUPPORTED', 14],
  ['ERR_MOVER_DEVICE', 3],
  ['ERR_MOVER_NOT_ATTEMPTED', 3],
  ['ERR_MOVER_CLOSED', 23],
  ['SOME_CODE', 5],
  [undefined, 3],
])('an error %s without a record is %d', async (code, status) => {
  const held = new Held();
  held.error =
    code === undefined || code === 'SOME_CODE'
      ? Object.assign(new Error('as told'), { code })
      : new MoverError(code, 'as told');
  expect(await fillOn(held).execute()).toBe(status);
});

test('an operation that the mover does not have', () => {
  const job = fillOn(new Held({ operations: ['copy'] }));
  expect(job.submit()).toBe(JobStatus.OperationError);
  expect(job.error).toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED' });
});

test('an engine of one’s own that gives no result', async () => {
  const held = new Held();
  const job = fillOn(held);
  Object.assign(job, {
    operation: JobOperation.Compare,
    sourceFirst: Buffer.alloc(8),
    sourceSecond: Buffer.alloc(8),
    sourceLength: 8,
  });
  expect(await job.execute()).toBe(JobStatus.InternalError);
  expect(job.error).toBeInstanceOf(TypeError);
});

test('numbers are those of DML', () => {
  expect(Object.values(JobStatus)).toEqual([...Array(46).keys(), 100, 101, 102]);
});
