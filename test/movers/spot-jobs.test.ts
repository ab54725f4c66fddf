import fc from 'fast-check';
import { open, syncMover, type Mover } from '../../lib';

// Jobs that the calling thread executes itself, between being begun and being handed over.
describe.each<[string, () => Mover | Promise<Mover>]>([
  ['automatic', () => open({ batching: { max: 1000 } })],
  ['inline, gathered', () => open({ threads: 1, batching: { gather: 'tick', max: 4096 } })],
])('%s', (_name, make) => {
  let mover: Mover;
  beforeEach(async () => {
    mover = await make();
  });
  afterEach(() => mover.close());

  test('one that is cancelled before it is handed over does nothing', async () => {
    const target = Buffer.alloc(64);
    const [before, cancelled, behind] = [0, 16, 32].map((at) =>
      mover.futures.fill(target.subarray(at, at + 16), 1),
    );
    for (const future of [before!, cancelled!, behind!]) future.poll();
    expect(cancelled!.cancel()).toBe(true);
    await Promise.all([before, behind]);
    expect([0, 16, 32].map((at) => target[at])).toEqual([1, 0, 1]);
    expect(cancelled!.error?.name).toBe('AbortError');
    expect(mover.stats().inFlight).toBe(0);
  });

  test('many can be gathered, and each of them cancelled', async () => {
    const target = Buffer.alloc(100);
    const futures = Array.from({ length: 100 }, (_, n) =>
      mover.futures.fill(target.subarray(n, n + 1), 1),
    );
    for (const future of futures) future.poll();
    for (const n of [0, 63, 64, 80, 99]) expect(futures[n]!.cancel()).toBe(true);
    await Promise.allSettled(futures.map((future) => future.promise()));
    const left = [...target.entries()].flatMap(([n, byte]) => (byte === 0 ? [n] : []));
    expect(left).toEqual([0, 63, 64, 80, 99]);
  });

  test('one whose signal is aborted before it is handed over does nothing', async () => {
    const target = Buffer.alloc(64);
    const controller = new AbortController();
    const copied = mover.fill(target, 1, { signal: controller.signal });
    controller.abort(new Error('no more'));
    await expect(copied).rejects.toThrow('no more');
    await mover.drain();
    expect(target[0]).toBe(0);
  });

  test('one whose memory is transferred away before it is handed over fails alone', async () => {
    const buffer = new ArrayBuffer(64);
    const target = Buffer.alloc(64);
    const gone = mover.fill(buffer, 1);
    const good = mover.fill(target, 1);
    const elsewhere = structuredClone(buffer, { transfer: [buffer] });
    await expect(gone).rejects.toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
    await good;
    expect(target[63]).toBe(1);
    expect(new Uint8Array(elsewhere)[0]).toBe(0);
  });

  test('more than have a place at once are done all the same, each once', async () => {
    const counts = Buffer.alloc(5000);
    const ones = Array.from({ length: 5000 }, (_, n) => mover.fill(counts.subarray(n, n + 1), 1));
    await Promise.all(ones);
    expect(counts.every((count) => count === 1)).toBe(true);
  });

  test('close() does what was begun', async () => {
    const target = Buffer.alloc(64);
    const filled = mover.fill(target, 3);
    await mover.close();
    expect(filled.done).toBe(true);
    expect(target[63]).toBe(3);
  });
});

test('a mover without threads does what is begun at once, whatever its size', () => {
  const mover = syncMover();
  const target = Buffer.alloc(3_000_000);
  const future = mover.futures.fill(target, 5);
  expect(future.poll()).toBe(1);
  expect(target.at(-1)).toBe(5);
});

test('one does not know what others before it have asked for', async () => {
  // A ring of 64 places, so that each is taken many times.
  const mover = await open({ batching: { max: 32 } });
  const { futures } = mover;
  const [a, b, c] = [1, 2, 3].map((byte) => Buffer.alloc(512, byte)) as [Buffer, Buffer, Buffer];
  const record = Buffer.alloc(1024);
  const kinds = [
    () => futures.copy(a, b),
    () => futures.nop(),
    () => futures.crc32c(a, { seed: 7 }),
    () => futures.dif.insert(Buffer.alloc(520), a, { appTag: 3, refTag: 5 }),
    () => futures.move(c, a),
    () => futures.createDelta(a, b, record),
    () => futures.dualcast([a, b], c),
    () => futures.fill(c, 0x1234_5678_9abc_def0n),
  ];
  const random = fc.array(fc.integer({ min: 0, max: kinds.length - 1 }), { maxLength: 31 });
  const gatherings = fc.array(random, { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(gatherings, async (all) => {
      for (const gathering of all) {
        const begun = gathering.map((kind) => kinds[kind]!());
        for (const future of begun) future.poll();
        await Promise.all(begun);
      }
    }),
    { numRuns: 30 },
  );
  await mover.close();
});
