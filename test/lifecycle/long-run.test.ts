import { resultOf } from './run';

/** `DATAMOVER_OPERATIONS=10000000` for long. */
const operations = Number(process.env['DATAMOVER_OPERATIONS'] ?? 300_000);

/** What any second half may have more of than the first one, whatever was done. Bytes. */
const RSS_SLACK = 4 << 20;
const HEAP_SLACK = 1 << 20;

interface Sample {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

test(
  'a process does not grow by operations, whoever does them and however',
  async () => {
    const { done, samples } = await resultOf<{ done: number; samples: Sample[] }>(
      'long-run',
      [String(operations)],
      // V8 gives itself more room for what is young the more there is to do.
      { flags: ['--expose-gc', '--max-semi-space-size=1'], patienceMs: 20_000 + operations / 10 },
    );
    expect(done).toBeGreaterThanOrEqual(operations);
    /** By how much the most of the later samples is above the most of the earlier ones. */
    const growth = (of: keyof Sample): number => {
      const sizes = samples.map((sample) => sample[of]);
      const half = sizes.length / 2;
      return Math.max(...sizes.slice(half)) - Math.max(...sizes.slice(0, half));
    };
    const grown = { rss: growth('rss'), heap: growth('heap'), external: growth('external') };
    if (operations > 1_000_000)
      console.log(`${String(done)} operations: ${JSON.stringify({ grown, samples })}`);
    expect(grown.rss).toBeLessThan(RSS_SLACK);
    expect(grown.heap).toBeLessThan(HEAP_SLACK);
    expect(grown.external).toBeLessThan(4096);
  },
  60_000 + operations / 10,
);
