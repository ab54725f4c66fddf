import { workerCount, WORKERS_TIMEOUT_MS } from '../support/worker-count';
import { resultOf } from './run';

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
    `${workerCount} workers, four at a time`,
    async () => {
      const kinds = ['large', 'small', 'waiting', 'sleeping', 'spinning', 'calling', 'opening'];
      const end = resultOf('terminate', [String(workerCount), '4', ...kinds], {
        patienceMs: WORKERS_TIMEOUT_MS,
      });
      expect(await end).toBe('all ended');
    },
    WORKERS_TIMEOUT_MS,
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

test('memory that a worker gave away before it ended', async () => {
  expect(await resultOf('given-away')).toEqual([1, 2]);
});
