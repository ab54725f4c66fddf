import {
  Job,
  JobOperation,
  JobStatus,
  moverFrom,
  syncMover,
  type GivenOptions,
  type OpOptions,
} from '../../lib';

// Accessors of a program may answer otherwise each time: what is checked is what is taken.

test.each<[string, unknown]>([
  ['durable', true],
  ['blockOnFault', true],
  ['cache', 42],
  ['path', 'hardware'],
  ['numa', 77],
  ['onFault', 'zzz'],
])('an option is read once: %s', async (name, later) => {
  let given: GivenOptions | undefined;
  const mover = moverFrom({
    name: 'own',
    capabilities: { operations: ['nop'] },
    create: (_op, { options }) => (given = options),
    start: () => true,
    check: () => 1,
    finish: () => undefined,
  });
  let reads = 0;
  const options = Object.defineProperty({}, name, {
    enumerable: true,
    get: () => (reads++ === 0 ? undefined : later),
  }) as OpOptions;
  await mover.nop(options);
  expect(reads).toBe(1);
  expect(given).toEqual({});
});

describe('the fields of a job', () => {
  const mover = syncMover();

  test.each(Array.from({ length: 12 }, (_, reads) => reads))(
    'are read once: one that grows after %i reads',
    (reads) => {
      const memory = Buffer.alloc(256, 0xee);
      const job = new Job(mover);
      job.operation = JobOperation.Fill;
      job.destinationFirst = memory.subarray(64, 128);
      Object.defineProperty(job, 'destinationLength', { get: () => (reads-- > 0 ? 64 : 128) });
      const status = job.executeSync();
      expect([JobStatus.Ok, JobStatus.LengthError]).toContain(status);
      expect(memory.subarray(128).every((byte) => byte === 0xee)).toBe(true);
    },
  );

  test('results are written to the job', () => {
    const job = new Job(mover);
    job.operation = JobOperation.Crc;
    job.sourceFirst = Buffer.from('123456789');
    job.sourceLength = 9;
    expect(job.executeSync()).toBe(JobStatus.Ok);
    expect(job.crcChecksum).toBe(0xe3069283);
  });
});

test('a record that was given away before the first poll is named as such', async () => {
  const bytes = 2 ** 20;
  const [before, after] = [new Uint8Array(bytes), new Uint8Array(bytes)];
  after[5] = after[700_000] = 1;
  const mover = syncMover();
  const record = new Uint8Array((await mover.createDelta(before, after)).record);
  const applied = mover.futures.applyDelta(before, record);
  structuredClone(record.buffer, { transfer: [record.buffer] });
  applied.poll();
  expect(applied.error).toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
});

test('what was revoked is refused by name', async () => {
  const { proxy, revoke } = Proxy.revocable<object>({}, {});
  revoke();
  const mover = syncMover();
  const bytes = Buffer.alloc(8);
  for (const future of [
    mover.copy(bytes, Buffer.alloc(8), proxy),
    mover.copy(bytes, Buffer.alloc(8), { signal: proxy as AbortSignal }),
    mover.dualcast(proxy as [Buffer, Buffer], bytes),
    mover.createDelta(bytes, bytes, undefined, { expect: proxy as [] }),
    mover.drain({ readback: proxy as Buffer }),
  ]) {
    await expect(future.promise()).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  }
});

test('a ticket of a channel is not given again for long', () => {
  const mover = syncMover();
  const channel = mover.channel({ depth: 1 });
  const into = new Uint32Array(1);
  const region = mover.register(Buffer.alloc(1));
  // On no bytes it is a job of the mover, and done at once; the next has room when it was let go of.
  const once = (): number => {
    const ticket = channel.crc32c(region, 0, 0, 7);
    return channel.completed(into) === 1 && into[0] === ticket ? ticket : -1;
  };
  const first = once();
  expect(first & 1).toBe(1);
  const others = new Set<number>();
  for (let count = 0; count < 0x4000; count++) {
    channel.completed(into);
    others.add(once());
  }
  expect(others.has(first) || others.has(-1)).toBe(false);
  expect(() => channel.result(first)).toThrow(RangeError);
});
