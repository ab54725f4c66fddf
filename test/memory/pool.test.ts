import fc from 'fast-check';
import { types } from 'node:util';
import { Pool } from '../../lib';
import { addon } from '../../lib/addon';

const addressOf = (buffer: Buffer): number => addon().addressOf(buffer);

test.each([1, 64, 4096, 65_536, 2 ** 21])('blocks are aligned to %d', (align) => {
  const pool = new Pool({ align });
  for (const bytes of [1, 63, 64, 4097, 70_000]) {
    const block = pool.alloc(bytes);
    expect(block.length).toBe(bytes);
    expect(addressOf(block) % align).toBe(0);
  }
});

test('the default alignment is a cache line', () => {
  const pool = new Pool();
  for (let n = 1; n < 50; n++) expect(addressOf(pool.alloc(n)) % 64).toBe(0);
});

test('an alignment of its own, larger than the pool’s or than a page', () => {
  const pool = new Pool();
  for (const align of [128, 4096, 8192, 2 ** 16, 2 ** 22]) {
    pool.alloc(3);
    expect(addressOf(pool.alloc(100, align)) % align).toBe(0);
  }
  expect(addressOf(new Pool({ align: 4096 }).alloc(8, 64)) % 4096).toBe(0);
});

test('first use is zero', () => {
  const pool = new Pool({ slabBytes: 1 << 16 });
  for (const bytes of [10, 70_000, 1 << 20])
    expect(pool.alloc(bytes).every((b) => b === 0)).toBe(true);
});

test('blocks do not overlap and nothing is lost, in any order of release', () => {
  const commands = fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: 3000 }), free: fc.boolean(), which: fc.nat(99) }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(commands, (steps) => {
      const pool = new Pool({ slabBytes: 16_384 });
      const held: Buffer[] = [];
      for (const [n, { bytes, free, which }] of steps.entries()) {
        if (free && held.length > 0) {
          pool.release(held.splice(which % held.length, 1)[0]!);
        } else {
          held.push(pool.alloc(bytes).fill((n % 250) + 1));
        }
        for (const block of held) {
          if (block.some((byte) => byte !== block[0])) throw new Error('blocks overlap');
        }
      }
    }),
    { seed: 4711, numRuns: 40 },
  );
});

test('a released block is used again, joined with its neighbours', () => {
  const pool = new Pool({ slabBytes: 4096, align: 64 });
  const blocks = Array.from({ length: 64 }, () => pool.alloc(64));
  const start = Math.min(...blocks.map(addressOf));
  for (const block of [
    ...blocks.filter((_, n) => n % 2),
    ...blocks.filter((_, n) => n % 2 === 0),
  ]) {
    pool.release(block);
  }
  expect(addressOf(pool.alloc(4096))).toBe(start);
});

test('a block that needs a slab of its own', () => {
  const pool = new Pool({ slabBytes: 4096 });
  const large = pool.alloc(1_000_000);
  large.fill(1);
  expect(pool.alloc(64).every((byte) => byte === 0)).toBe(true);
  pool.release(large);
  expect(addressOf(pool.alloc(1_000_000))).toBe(addressOf(large));
});

test('shared memory', () => {
  for (const align of [64, 4096, 65_536]) {
    const block = new Pool({ shared: true, align }).alloc(100);
    expect(types.isSharedArrayBuffer(block.buffer)).toBe(true);
    expect(addressOf(block) % align).toBe(0);
    const other = structuredClone(new Uint8Array(block.buffer, block.byteOffset, 100));
    block[0] = 5;
    expect(other[0]).toBe(5);
  }
});

/** Resident memory that an allocation of this many bytes brings at once. */
function residentAfter(bytes: number, options: object): number {
  const before = process.memoryUsage.rss();
  const block = new Pool(options).alloc(bytes);
  const after = process.memoryUsage.rss();
  return block.length === bytes ? after - before : NaN;
}

test('prefault: the pages are there at once', () => {
  const bytes = 64 << 20;
  expect(residentAfter(bytes, { prefault: true })).toBeGreaterThan(0.9 * bytes);
  expect(residentAfter(bytes, {})).toBeLessThan(0.5 * bytes);
});

test('advised huge pages are but advice', () => {
  const block = new Pool({ hugepages: true }).alloc(4 << 20);
  expect(block.every((byte) => byte === 0)).toBe(true);
});

test.each([{ hugepages: '1g' }, { numa: 1023 }] as const)(
  '%p: given or refused, never ignored',
  (options) => {
    try {
      new Pool(options).alloc(4096).fill(1);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED', name: 'MoverError' });
      expect((error as Error).message).toMatch(/failed with E[A-Z]+/);
    }
  },
);

test('dispose: blocks stay, there are no more', () => {
  const pool = new Pool();
  const block = pool.alloc(64);
  pool[Symbol.dispose]();
  block.fill(7);
  expect(block[63]).toBe(7);
  expect(() => pool.alloc(64)).toThrow(expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }));
  pool[Symbol.dispose]();
});

test('memory of a pool cannot be transferred away under other blocks', () => {
  const pool = new Pool();
  const [mine, yours] = [pool.alloc(64), pool.alloc(64)];
  try {
    structuredClone(mine.buffer, { transfer: [mine.buffer as ArrayBuffer] });
  } catch {
    // Newer versions of Node refuse; older ones copy.
  }
  yours.fill(3);
  expect(yours.length).toBe(64);
  expect(yours[63]).toBe(3);
});

test('blocks of an awkward size leave no slack behind them', () => {
  const pool = new Pool({ align: 64, slabBytes: 64 * 300 });
  const blocks = Array.from({ length: 60 }, () => pool.alloc(300));
  const buffers = new Set(blocks.map((block) => block.buffer));
  expect(buffers.size).toBe(1);
  blocks.reverse().forEach((block) => pool.release(block));
  expect(pool.alloc(64 * 300).buffer).toBe(blocks[0]!.buffer);
});
