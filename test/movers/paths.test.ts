import { syncMover, threadsMover, type Mover, type OpOptions } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { refusalOf, noDevice, unsupported, wrongValue, type Refusal } from '../border/refusals';

/** What is larger than the threshold of every operation, and what is smaller. */
const LARGE = 65536;
const SMALL = 1024;

const [a, b, c] = [1, 2, 3].map(() => Buffer.alloc(2 * LARGE));
const at = (buffer: Buffer | undefined, bytes: number): Buffer => {
  // Dualcast demands destinations at the same place in their pages.
  const address = (buffer!.byteOffset + 4095) & ~4095;
  return buffer!.subarray(address - buffer!.byteOffset).subarray(0, bytes);
};

type Operation = (mover: Mover, bytes: number, options?: OpOptions) => PromiseLike<unknown>;

const operations: Readonly<Record<string, Operation>> = {
  copy: (m, n, o) => m.copy(at(a, n), at(b, n), o),
  move: (m, n, o) => m.move(at(a, n), at(b, n), o),
  fill: (m, n, o) => m.fill(at(a, n), 1, o),
  compare: (m, n, o) => m.compare(at(a, n), at(b, n), o),
  comparePattern: (m, n, o) => m.comparePattern(at(a, n), 1, o),
  equals: (m, n, o) => m.equals(at(a, n), at(b, n), o),
  crc32c: (m, n, o) => m.crc32c(at(a, n), o),
  copyCrc32c: (m, n, o) => m.copyCrc32c(at(a, n), at(b, n), o),
  flush: (m, n, o) => m.flush(at(c, n), o),
};

/** Who did it: descriptors are counted on their way to a queue. */
async function pathOf(mover: Mover, work: () => PromiseLike<unknown>): Promise<string> {
  const before = mover.stats().descriptors;
  await work();
  return mover.stats().descriptors > before ? 'hardware' : 'software';
}

describe('a mover with both paths', () => {
  const mover = loopbackMover({ path: 'auto' });
  afterAll(() => mover.close());

  test.each(Object.entries(operations))('%s: as explain() says', async (name, operation) => {
    for (const bytes of [SMALL, LARGE]) {
      const { path } = mover.explain(name as 'copy', bytes);
      expect(path).toBe(bytes === LARGE ? 'hardware' : 'software');
      expect(await pathOf(mover, () => operation(mover, bytes))).toBe(path);
    }
  });

  test.each(Object.entries(operations))('%s: as the operation says', async (_name, operation) => {
    for (const path of ['hardware', 'software'] as const) {
      for (const bytes of [SMALL, LARGE]) {
        expect(await pathOf(mover, () => operation(mover, bytes, { path }))).toBe(path);
        const view = mover.with({ path });
        expect(await pathOf(mover, () => operation(view, bytes))).toBe(path);
      }
    }
  });

  test.each<[view: OpOptions['path'], each: OpOptions['path'], bytes: number, path: string]>([
    ['software', 'hardware', SMALL, 'hardware'],
    ['hardware', 'software', LARGE, 'software'],
    ['software', 'auto', LARGE, 'hardware'],
    ['hardware', 'auto', SMALL, 'software'],
    ['auto', undefined, LARGE, 'hardware'],
    ['hardware', undefined, SMALL, 'hardware'],
  ])('a view for %s, an operation for %s, %d bytes: %s', async (view, each, bytes, path) => {
    const options = each === undefined ? {} : { path: each };
    const copy = (): PromiseLike<unknown> =>
      mover.with({ path: view! }).copy(at(a, bytes), at(b, bytes), options);
    expect(await pathOf(mover, copy)).toBe(path);
  });

  test('no-ops and drains stay in software unless hardware is demanded', async () => {
    expect(await pathOf(mover, () => mover.nop())).toBe('software');
    expect(await pathOf(mover, () => mover.drain())).toBe('software');
    expect(await pathOf(mover, () => mover.nop({ path: 'hardware' }))).toBe('hardware');
  });

  test('lazy futures know before they begin whether they go on by themselves', () => {
    const { futures } = mover;
    expect(futures.copy(at(a, SMALL), at(b, SMALL)).has('async')).toBe(false);
    expect(futures.copy(at(a, SMALL), at(b, SMALL), { path: 'hardware' }).has('async')).toBe(true);
    expect(futures.copy(at(a, LARGE), at(b, LARGE)).has('async')).toBe(true);
  });
});

describe('a path that is not there is refused', () => {
  const movers: Readonly<Record<string, () => Mover>> = {
    synchronous: syncMover,
    threads: () => threadsMover({ threads: 1 }),
    hardware: loopbackMover,
  };

  test.each<[kind: string, path: string, refusal: Refusal | 'ok']>([
    ['synchronous', 'hardware', noDevice],
    ['threads', 'hardware', noDevice],
    ['hardware', 'software', unsupported],
    ['hardware', 'fast', wrongValue],
    ['synchronous', 'auto', 'ok'],
    ['synchronous', 'software', 'ok'],
    ['hardware', 'auto', 'ok'],
    ['hardware', 'hardware', 'ok'],
  ])('%s: %s', async (kind, path, refusal) => {
    const mover = movers[kind]!();
    const options = { path } as OpOptions;
    const outcome = await mover.nop(options).then(() => 'ok', refusalOf);
    expect(outcome).toEqual(refusal);
    let view: unknown = 'ok';
    try {
      mover.with(options);
    } catch (error) {
      view = refusalOf(error);
    }
    expect(view).toEqual(refusal);
    await mover.close();
  });
});
