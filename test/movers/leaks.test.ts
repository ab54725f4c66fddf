import { childResult } from '../support/child';

/** Bytes by which the heap may be larger afterwards: far less than one per future. */
const SLACK = 3_000_000;

interface Outcome {
  readonly grown: number;
  readonly taken: number;
  readonly depth: number;
}

/** Does the work often, then measures the heap, and how many jobs the mover takes at once. */
const measure = (open: string, work: string): Promise<Outcome> =>
  childResult<Outcome>(
    `
    const m = ${open};
    const [a, b] = [Buffer.alloc(64), Buffer.alloc(64)];
    const settle = async () => {
      await m.drain();
      for (let n = 0; n < 3; n++) { globalThis.gc(); await new Promise(setImmediate); }
    };
    const work = async (times) => { ${work} };
    await work(2000);
    await settle();
    const before = process.memoryUsage().heapUsed;
    await work(100_000);
    await settle();
    const grown = process.memoryUsage().heapUsed - before;
    const { depth } = m.capabilities;
    const large = Buffer.alloc(300_000);
    const futures = Array.from({ length: depth + 5 }, () => m.futures.fill(large, 0));
    const taken = futures.filter((future) => future.poll() !== 0).length;
    await Promise.all(futures);
    await m.close();
    console.log(JSON.stringify({ grown, taken, depth }));`,
    ['--expose-gc'],
  );

test.each([
  ['made and dropped', 'for (let n = 0; n < times; n++) m.futures.copy(a, b);'],
  [
    'polled once and dropped',
    `for (let n = 0; n < times; n++) {
      m.futures.copy(a, b).poll();
      if (n % 50 === 49) await new Promise(setImmediate);
    }`,
  ],
  [
    'cancelled',
    `for (let n = 0; n < times; n++) {
      const future = m.futures.copy(a, b);
      if (n % 2) future.poll();
      future.cancel();
      if (n % 50 === 49) await new Promise(setImmediate);
    }`,
  ],
  ['failed and dropped', `for (let n = 0; n < times / 10; n++) m.futures.copy(a, null).poll();`],
  [
    'with a signal, made and dropped',
    `globalThis.signal ??= new AbortController().signal;
    for (let n = 0; n < times; n++) m.futures.copy(a, b, { signal });`,
  ],
])('lazy futures %s leak nothing', async (_name, work) => {
  const { grown, taken, depth } = await measure('threadsMover({ threads: 1, ring: 64 })', work);
  expect(grown).toBeLessThan(SLACK);
  // Some may have ended already.
  expect(taken).toBeGreaterThanOrEqual(depth);
});

test('eager futures that nobody keeps leak nothing', async () => {
  const { grown, taken, depth } = await measure(
    'await open({ depth: 64 })',
    `for (let n = 0; n < times; n++) {
      m.copy(a, b);
      if (n % 50 === 49) await m.ready();
    }`,
  );
  expect(grown).toBeLessThan(SLACK);
  // What does not fit waits; lazy futures beyond the slots are refused.
  expect(taken).toBeGreaterThanOrEqual(depth);
});

test('movers that were closed leak nothing', async () => {
  const grown = await childResult<number>(
    `
    const work = async (times) => {
      for (let n = 0; n < times; n++) {
        const m = threadsMover({ threads: 1, ring: 4096 });
        await m.nop();
        await m.close();
      }
    };
    const settle = async () => {
      for (let n = 0; n < 5; n++) { globalThis.gc(); await new Promise(setImmediate); }
      return process.memoryUsage().rss;
    };
    await work(50);
    const before = await settle();
    await work(300);
    console.log(JSON.stringify((await settle()) - before));`,
    ['--expose-gc'],
  );
  // A table of 4096 slots has 384 KiB, so the 300 of them would be 115 MiB.
  expect(grown).toBeLessThan(100 * 384 * 1024);
});
