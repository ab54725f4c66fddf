import { crc32c } from '@node-rs/crc32';
import { resultOf } from './run';

test('a process and its forks use the library at once', async () => {
  const sums = Array.from({ length: 20 }, (_, round) => crc32c(Buffer.alloc(4 << 20, round + 1)));
  expect(await resultOf('fork')).toEqual([sums, sums, sums]);
});

test('several copies of the library in one thread, in contexts of their own', async () => {
  expect(await resultOf('copies')).toBe(true);
});

test('contexts with copies of the library come and go, in workers, too', async () => {
  expect(await resultOf('contexts', [], { flags: ['--expose-gc'] })).toBe(15);
});
