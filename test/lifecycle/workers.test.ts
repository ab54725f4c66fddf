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
    expect(await resultOf('terminate', ['8', '4', kind])).toBe('all ended');
  });

  test('fifty workers, four at a time', async () => {
    const kinds = ['large', 'small', 'waiting', 'sleeping', 'spinning', 'calling', 'opening'];
    expect(await resultOf('terminate', ['52', '4', ...kinds])).toBe('all ended');
  });
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

test('the main thread computes while workers that share its pool come and go', async () => {
  const { rounds } = await resultOf<{ rounds: number }>('common-pool');
  expect(rounds).toBeGreaterThan(8);
});

test('the pool is started again by the next worker when the last one took it down', async () => {
  const sums = await resultOf<number[]>('only-in-workers');
  const [sum] = sums;
  expect(sums).toEqual(Array.from({ length: 10 }, () => [sum, 0]).flat());
});
