// Operations of random kind and size, many at a time, each verified byte by byte.
// Arguments: how many, seed, options of open().
const { open, syncMover, Pool } = require('../../../dist');

const [count, seed, options] = process.argv.slice(2);
const AREA = 96 * 1024;
const LANES = 64;

let state = Number(seed) | 1;
function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** Mostly small, some of several pages, some larger than a queue takes. */
function size() {
  const kind = random(10);
  if (kind < 5) return 1 + random(300);
  if (kind < 9) return 1 + random(9000);
  return 1 + random(AREA - 128);
}

const check = (holds, what) => {
  if (!holds) throw new Error(`wrong: ${what}`);
};

/** What the memory around a destination held must still be there. */
function guarded(area, at, bytes, before, what) {
  check(area.subarray(0, at).equals(before.subarray(0, at)), `${what}: bytes in front`);
  check(area.subarray(at + bytes).equals(before.subarray(at + bytes)), `${what}: bytes behind`);
}

async function main() {
  const mover = await open({ path: 'hardware', timeoutMs: 20000, ...JSON.parse(options) });
  const movers = ['continue', 'retry'].map((onFault) => mover.with({ onFault }));
  const reference = syncMover();
  const pool = new Pool({ align: 4096, slabBytes: 4 << 20 });
  let left = Number(count);

  const operations = {
    async copy(m, a, b, bytes, at) {
      const before = Buffer.from(a);
      const source = b.subarray(random(64)).subarray(0, bytes);
      await m.copy(a.subarray(at, at + source.length), source);
      check(a.subarray(at, at + source.length).equals(source), 'copy');
      guarded(a, at, source.length, before, 'copy');
    },
    async move(m, a, b, bytes, at) {
      const from = Math.min(Math.max(0, at + random(200) - 100), AREA - 1);
      const length = Math.min(bytes, AREA - Math.max(from, at));
      const expected = Buffer.from(a);
      expected.copy(expected, at, from, from + length);
      await m.move(a.subarray(at, at + length), a.subarray(from, from + length));
      check(a.equals(expected), 'move');
    },
    async fill(m, a, b, bytes, at) {
      const before = Buffer.from(a);
      const pattern = Buffer.from([1, 2, 3, 4, 5, 6, 7, random(256)]);
      await m.fill(a.subarray(at, at + bytes), pattern);
      check(a.subarray(at, at + bytes).equals(Buffer.alloc(bytes, pattern)), 'fill');
      guarded(a, at, bytes, before, 'fill');
    },
    async compare(m, a, b, bytes) {
      b.copy(a, 0, 0, bytes);
      const offset = random(2) ? random(bytes) : bytes;
      if (offset < bytes) a[offset] ^= 1 + random(255);
      const found = await m.compare(a.subarray(0, bytes), b.subarray(0, bytes));
      check(found.offset === offset && found.equal === (offset === bytes), 'compare');
    },
    async comparePattern(m, a, b, bytes) {
      a.fill('pattern!', 0, bytes);
      const offset = random(2) ? random(bytes) : bytes;
      if (offset < bytes) a[offset] ^= 1 + random(255);
      const found = await m.comparePattern(a.subarray(0, bytes), Buffer.from('pattern!'));
      check(found.offset === offset, 'comparePattern');
    },
    async crc32c(m, a, b, bytes) {
      const seed = random(2 ** 31);
      const expected = await reference.crc32c(b.subarray(0, bytes), { seed });
      check((await m.crc32c(b.subarray(0, bytes), { seed })) === expected, 'crc32c');
    },
    async copyCrc32c(m, a, b, bytes) {
      const expected = await reference.crc32c(b.subarray(0, bytes));
      check((await m.copyCrc32c(a.subarray(0, bytes), b.subarray(0, bytes))) === expected, 'sum');
      check(a.subarray(0, bytes).equals(b.subarray(0, bytes)), 'copyCrc32c');
    },
    async dualcast(m, a, b, bytes, at, c) {
      await m.dualcast([a.subarray(0, bytes), c.subarray(0, bytes)], b.subarray(0, bytes));
      check(a.subarray(0, bytes).equals(b.subarray(0, bytes)), 'dualcast, first');
      check(c.subarray(0, bytes).equals(b.subarray(0, bytes)), 'dualcast, second');
    },
    async flush(m, a, b, bytes) {
      const before = Buffer.from(a);
      await m.flush(a.subarray(0, bytes));
      check(a.equals(before), 'flush');
    },
    async delta(m, a, b, bytes, at, c) {
      const length = Math.max(8, bytes - (bytes % 8));
      const [before, after] = [a.subarray(0, length), b.subarray(0, length)];
      after.copy(before);
      for (let i = random(200); i > 0; i--) before[random(length)] ^= 1 + random(255);
      const differ = !before.equals(after);
      const { outcome, record } = await m.createDelta(before, after, c);
      check((outcome === 'equal') === !differ, 'createDelta');
      if (outcome !== 'different') return;
      await m.applyDelta(before, record);
      check(before.equals(after), 'applyDelta');
    },
    async dif(m, a, b, bytes, at, c) {
      const block = [512, 520, 4096, 4104][random(4)];
      const blocks = 1 + random(Math.min(6, Math.floor(AREA / 4112)));
      const tags = { appTag: random(65536), refTag: random(2 ** 31), appMode: 'increment' };
      const data = b.subarray(0, block * blocks);
      const fields = a.subarray(0, (block + 8) * blocks);
      check((await m.dif.insert(fields, data, tags, { block })).ok, 'dif.insert');
      const bad = random(blocks);
      const wrong = random(2) === 0;
      if (wrong) fields[bad * (block + 8) + random(block + 2)] ^= 1 + random(255);
      const { ok, offset } = await m.dif.check(fields, tags, { block });
      check(ok === !wrong && offset === (wrong ? bad * (block + 8) : fields.length), 'dif.check');
      if (wrong) return;
      const others = c.subarray(0, fields.length);
      check((await m.dif.update(others, fields, tags, { refTag: 5 }, { block })).ok, 'dif.update');
      const back = a.subarray(0, data.length);
      check((await m.dif.strip(back, others, { refTag: 5 }, { block })).ok, 'dif.strip');
      check(back.equals(data), 'dif.strip gives the blocks back');
    },
    nop: (m) => m.nop(),
  };
  const names = Object.keys(operations);

  /** Works on memory of its own, one operation after the other. */
  async function lane() {
    const [a, b, c] = [1, 2, 3].map(() => pool.alloc(AREA, 4096));
    for (let i = 0; i < AREA; i += 4) b.writeUInt32LE(random(2 ** 32 - 1), i);
    while (left-- > 0) {
      const bytes = size();
      const at = random(AREA - bytes);
      await operations[names[random(names.length)]](movers[random(2)], a, b, bytes, at, c);
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  const { inFlight, faults, retries, lost, splits, batches } = mover.stats();
  check(inFlight === 0 && lost === 0, 'something is left');
  console.log(JSON.stringify({ faults, retries, splits, batches }));
  await mover.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
