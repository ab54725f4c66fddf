import { resultOf } from './run';

test('operands and futures that nobody else holds', async () => {
  expect(await resultOf('collected', [], { flags: ['--expose-gc'] })).toBe(100);
});

test('memory of copies is let go of where the event loop has no turn', async () => {
  // Half of what the copies have: a sanitizer keeps 256 MiB of what was freed.
  expect(await resultOf('synchronous')).toBeLessThan(1024);
});
