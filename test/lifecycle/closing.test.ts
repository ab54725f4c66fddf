import { resultOf } from './run';

interface Threads {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('threads come and go with their movers, and a dropped mover does no harm', async () => {
  const { before, most, after } = await resultOf<Threads>('closing', [], {
    flags: ['--expose-gc'],
  });
  expect(before).toBe(0);
  expect(most).toBeGreaterThanOrEqual(3);
  expect(after).toBe(0);
});
