import { FutureState, syncMover, type Mover } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';

// What Intel DML gets wrong where it finishes on the CPU what a device left at a page fault, by
// reading of its version 1.2. Every descriptor stops here, at a byte that changes from one to the
// next, and one of a single byte before that byte.

const lengths = [1, 2, 7, 8, 9, 63, 64, 65, 1000, 4099];
const pattern = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);

let mover: Mover;
const reference = syncMover();

beforeAll(() => {
  mover = loopbackMover({ faultEvery: 1 });
});

afterAll(() => mover.close());

/** The body for each length, at the same time. */
async function forLengths(body: (length: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.all(lengths.map(body));
  expect(mover.stats().faults.continued).toBeGreaterThan(0);
}

test('a pattern goes on in its phase', () =>
  forLengths(async (length) => {
    const filled = Buffer.alloc(length);
    await mover.fill(filled, pattern);
    expect(filled.equals(Buffer.alloc(length, pattern))).toBe(true);
    expect(await mover.comparePattern(filled, pattern)).toMatchObject({ equal: true });
    filled[length - 1] ^= 0x80;
    expect((await mover.comparePattern(filled, pattern)).offset).toBe(length - 1);
  }));

test('a difference in the second part is at its place in the whole', () =>
  forLengths(async (length) => {
    const [a, b] = [Buffer.alloc(length, 'same'), Buffer.alloc(length, 'same')];
    b[length - 1] ^= 1;
    expect(await mover.compare(a, b)).toMatchObject({ equal: false, offset: length - 1 });
  }));

test("the caller's seed holds where nothing was summed", () =>
  forLengths(async (length) => {
    const source = Buffer.alloc(length, 'sum');
    const expected = await reference.crc32c(source, { seed: 0x12345678 });
    expect(await mover.crc32c(source, { seed: 0x12345678 })).toBe(expected);
    expect(await mover.copyCrc32c(Buffer.alloc(length), source, { seed: 0x12345678 })).toBe(
      expected,
    );
  }));

test('blocks with fields go on in both sizes, and tags where they were', async () => {
  const tags = { refTag: 0xffff_fffd, appTag: 7, appMode: 'increment' } as const;
  const others = { refTag: 5, appTag: 1 };
  for (let blocks = 1; blocks <= 40; blocks++) {
    const data = Buffer.alloc(512 * blocks, `blocks ${String(blocks)}`);
    const [fields, expected] = [1, 2].map(() => Buffer.alloc(520 * blocks));
    await reference.dif.insert(expected!, data, tags);
    expect(await mover.dif.insert(fields!, data, tags)).toMatchObject({ ok: true });
    expect(fields!.equals(expected!)).toBe(true);
    expect(await mover.dif.check(fields!, tags)).toMatchObject({ ok: true });

    const back = Buffer.alloc(data.length);
    expect(await mover.dif.strip(back, fields!, tags)).toMatchObject({ ok: true });
    expect(back.equals(data)).toBe(true);

    const updated = Buffer.alloc(fields!.length);
    expect(await mover.dif.update(updated, fields!, tags, others)).toMatchObject({ ok: true });
    await reference.dif.insert(expected!, data, others);
    expect(updated.equals(expected!)).toBe(true);
  }
  expect(mover.stats().faults.continued).toBeGreaterThan(100);
});

test('members of a batch are continued, each', async () => {
  const { batches, faults } = mover.stats();
  const source = Buffer.alloc(4096, 'member');
  const targets = Array.from({ length: 64 }, () => Buffer.alloc(4096));
  await Promise.all(targets.map((target) => mover.copy(target, source)));
  for (const target of targets) expect(target.equals(source)).toBe(true);
  expect(mover.stats().batches).toBeGreaterThan(batches);
  expect(mover.stats().faults.continued - faults.continued).toBe(64);
});

test('the record of a continued job is pending until it has ended', () => {
  const [target, source] = [Buffer.alloc(2 ** 21), Buffer.alloc(2 ** 21, 'big')];
  const future = mover.futures.copy(target, source);
  // The first poll gathers; the second hands it over, finds it stopped, and has it go on elsewhere.
  expect(future.poll()).toBe(FutureState.Running);
  expect(future.poll()).toBe(FutureState.Running);
  while (future.poll() !== FutureState.Complete);
  expect(target.equals(source)).toBe(true);
});

test('who polls does not do the rest', async () => {
  const [target, source] = [Buffer.alloc(2 ** 21), Buffer.alloc(2 ** 21, 'big')];
  const { continued } = mover.stats().faults;
  const future = mover.futures.copy(target, source);
  future.poll();
  future.poll();
  // Had the poll done it, it would be complete.
  expect(mover.stats().faults.continued).toBe(continued + 1);
  expect(future.state).toBe(FutureState.Running);
  await future;
});
