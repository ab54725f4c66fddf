import {
  Job,
  JobFlag,
  JobOperation,
  JobPath,
  JobStatus,
  mover,
  MoverError,
  open,
  syncMover,
  threadsMover,
  type Mover,
} from '../../lib';
import { Held } from './held';

const fillOf = (bytes: Buffer, on?: Mover): Job =>
  Object.assign(new Job(on), {
    operation: JobOperation.Fill,
    destinationFirst: bytes,
    destinationLength: bytes.length,
    pattern: 7,
  });

describe('before it is submitted', () => {
  test('there is a status, and nothing is waited for', async () => {
    const job = new Job();
    expect(job.check()).toBe(JobStatus.Corrupted);
    expect(await job.wait()).toBe(JobStatus.Corrupted);
    expect(job.waitSync()).toBe(JobStatus.Corrupted);
  });

  test('fields are as DML leaves them', () => {
    const job = new Job();
    const fields = Object.keys(job);
    expect(job).toMatchObject({
      sourceFirst: null,
      sourceLength: 0,
      numaId: 0xffff_ffff,
      flags: 0,
    });
    Object.assign(job, { sourceLength: 5, operation: JobOperation.Crc });
    job.difConfig.flags = 1;
    expect(job.init()).toBe(JobStatus.Ok);
    expect(job).toEqual(new Job());
    expect(Object.keys(job)).toEqual(fields);
  });

  test('a path that is none leaves all as it was', async () => {
    const job = fillOf(Buffer.alloc(8));
    expect(job.init(9 as JobPath)).toBe(JobStatus.PathError);
    expect(await job.execute()).toBe(JobStatus.Ok);
  });
});

describe('submitted', () => {
  test('it is under way until it is complete', async () => {
    const held = new Held();
    held.complete = false;
    const job = fillOf(Buffer.alloc(8), held.mover);
    expect(job.submit()).toBe(JobStatus.Ok);
    expect(job.check()).toBe(JobStatus.BeingProcessed);
    expect(job.submit()).toBe(JobStatus.BeingProcessed);
    expect(held.calls).toHaveLength(1);
    held.complete = true;
    expect(job.check()).toBe(JobStatus.Ok);
    expect(job.check()).toBe(JobStatus.Ok);
    expect(await job.wait()).toBe(JobStatus.Ok);
  });

  test('polling alone completes it', () => {
    for (const on of [syncMover(), threadsMover({ threads: 1 }), mover]) {
      const bytes = Buffer.alloc(100_000);
      const job = fillOf(bytes, on);
      expect(job.submit()).toBe(JobStatus.Ok);
      while (job.check() === JobStatus.BeingProcessed);
      expect(bytes.every((byte) => byte === 7)).toBe(true);
      if (on !== mover) void on.close();
    }
  });

  test('it goes on without being polled', async () => {
    const bytes = Buffer.alloc(64);
    fillOf(bytes).submit();
    while (bytes[63] === 0) await new Promise(setImmediate);
  });

  test('many wait for one job, and many jobs at once', async () => {
    const held = new Held();
    held.complete = false;
    const jobs = Array.from({ length: 8 }, () => fillOf(Buffer.alloc(8), held.mover));
    const waits = jobs.flatMap((job) => [job.execute(), job.wait()]);
    held.complete = true;
    expect(new Set(await Promise.all(waits))).toEqual(new Set([JobStatus.Ok]));
  });

  test('waiting blocks the event loop nowhere, unless it is asked for', async () => {
    const held = new Held();
    held.complete = false;
    const job = fillOf(Buffer.alloc(8), held.mover);
    const wait = job.execute();
    // Only the event loop can come here.
    setTimeout(() => (held.complete = true), 1);
    expect(await wait).toBe(JobStatus.Ok);
    expect(fillOf(Buffer.alloc(1 << 20)).executeSync()).toBe(JobStatus.Ok);
  });

  test('a wait that blocks can be limited', async () => {
    const held = new Held();
    held.complete = false;
    const job = fillOf(Buffer.alloc(8), held.mover);
    expect(job.executeSync(2)).toBe(JobStatus.BeingProcessed);
    expect(() => job.waitSync(-1)).toThrow(RangeError);
    held.complete = true;
    expect(job.waitSync(1000)).toBe(JobStatus.Ok);
  });
});

describe('again', () => {
  test('with the same fields, which are left as they were', async () => {
    const [target, source] = [Buffer.alloc(16), Buffer.alloc(16, 1)];
    const job = Object.assign(new Job(), {
      operation: JobOperation.MemMove,
      destinationFirst: target,
      sourceFirst: source,
      sourceLength: 16,
      flags: JobFlag.CopyOnly,
    });
    for (let round = 1; round < 5; round++) {
      source.fill(round);
      expect(await job.execute()).toBe(JobStatus.Ok);
      expect(target[15]).toBe(round);
      // DML drops the flag, and looks for an overlap the first time only.
      expect(job.flags).toBe(JobFlag.CopyOnly);
    }
    job.destinationFirst = source.subarray(1);
    job.sourceLength = 15;
    expect(job.submit()).toBe(JobStatus.OverlapError);
    expect(job.submit()).toBe(JobStatus.OverlapError);
  });

  test('a CRC in parts, each of which begins with the one before', async () => {
    const job = Object.assign(new Job(), { operation: JobOperation.Crc, sourceLength: 3 });
    for (const part of ['123', '456', '789']) {
      job.sourceFirst = Buffer.from(part);
      expect(await job.execute()).toBe(JobStatus.Ok);
      job.flags = JobFlag.CrcReadSeed;
    }
    expect(job.crcChecksum).toBe(0xe306_9283);
  });

  test('a result that nobody asked for does not come over the fields of the next', async () => {
    const job = Object.assign(new Job(), {
      operation: JobOperation.Crc,
      sourceFirst: Buffer.from('123456789'),
      sourceLength: 9,
    });
    expect(job.submit()).toBe(JobStatus.Ok);
    await new Promise(setImmediate);
    Object.assign(job, { flags: JobFlag.CrcReadSeed, crcChecksum: 0 });
    expect(await job.execute()).toBe(JobStatus.Ok);
    expect(job.crcChecksum).toBe(0xe306_9283);
  });

  test('what was refused can be put right', async () => {
    const job = fillOf(Buffer.alloc(8));
    job.destinationLength = 9;
    expect(job.submit()).toBe(JobStatus.LengthError);
    expect(job.error!.message).toContain('destinationFirst');
    job.destinationLength = 8;
    expect(await job.execute()).toBe(JobStatus.Ok);
    expect(job.error).toBeUndefined();
  });
});

describe('finalized', () => {
  test('it answers, and does no more', async () => {
    const job = fillOf(Buffer.alloc(8));
    expect(job.finalize()).toBe(JobStatus.Ok);
    expect(job.submit()).toBe(JobStatus.Corrupted);
    expect(job.check()).toBe(JobStatus.Corrupted);
    expect(await job.execute()).toBe(JobStatus.Corrupted);
    expect(job.batchResize(4)).toBe(JobStatus.Corrupted);
    expect(job.finalize()).toBe(JobStatus.Ok);
    expect(job.init()).toBe(JobStatus.Ok);
    Object.assign(job, { destinationFirst: Buffer.alloc(8), destinationLength: 8 });
    job.operation = JobOperation.Fill;
    expect(await job.execute()).toBe(JobStatus.Ok);
  });

  test('while work is under way: that goes on, and writes no field', async () => {
    const on = threadsMover({ threads: 1 });
    const bytes = Buffer.alloc(1 << 22);
    const job = fillOf(bytes, on);
    expect(job.submit()).toBe(JobStatus.Ok);
    const wait = job.wait();
    job[Symbol.dispose]();
    expect(await wait).toBe(JobStatus.Corrupted);
    await on.close();
    expect(bytes.every((byte) => byte === 7)).toBe(true);
  });
});

test('what is no mover is refused', () => {
  for (const wrong of [null, {}, 'mover', mover.futures]) {
    expect(() => new Job(wrong as unknown as Mover)).toThrow(TypeError);
  }
});

test('a mover that is closed', async () => {
  const on = await open();
  const job = fillOf(Buffer.alloc(8), on);
  await on.close();
  expect(job.submit()).toBe(JobStatus.Corrupted);
  expect(job.error).toBeInstanceOf(MoverError);
  expect(job.error).toMatchObject({ code: 'ERR_MOVER_CLOSED' });
});
