import { resultOf } from './run';

/** How many come and go. */
const workers = process.env['DATAMOVER_WORKERS'] ?? '40';
const TIMEOUT_MS = 30_000 + 500 * Number(workers);

describe('terminated at any moment', () => {
  test.each([
    'large',
    'small',
    'waiting',
    'sleeping',
    'spinning',
    'calling',
    'allocating',
    'opening',
  ])('a worker that is busy with jobs: %s', async (kind) => {
    expect(await resultOf('terminate', ['4', '4', kind])).toBe('all ended');
  });

  test(
    `${workers} workers, four at a time`,
    async () => {
      const kinds = ['large', 'small', 'waiting', 'sleeping', 'spinning', 'calling', 'opening'];
      const options = { timeoutMs: TIMEOUT_MS };
      expect(await resultOf('terminate', [workers, '4', ...kinds], options)).toBe('all ended');
    },
    TIMEOUT_MS,
  );
});

describe('a worker that ends by itself with jobs under way', () => {
  test.each([
    ['exit', { messages: [], code: 7 }],
    ['throw', { messages: [], error: 'thrown in mid-flight', code: 1 }],
    ['reject', { messages: [], error: 'rejected in mid-flight', code: 1 }],
    ['unref', { messages: [], code: 0 }],
    // Jobs keep the worker alive, as they do the process.
    ['finish', { messages: ['done'], code: 0 }],
  ])('%s', async (manner, end) => {
    expect(await resultOf('ending', [manner])).toEqual([end, end, end]);
  });
});

test('the pool is started again by the next worker when the last one took it down', async () => {
  const sums = await resultOf<number[]>('only-in-workers');
  const [sum] = sums;
  expect(sums).toEqual(Array.from({ length: 10 }, () => [sum, 0]).flat());
});
