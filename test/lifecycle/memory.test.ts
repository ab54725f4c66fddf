import { resultOf } from './run';

test('operands and futures that nobody else holds', async () => {
  expect(await resultOf('collected', [], { flags: ['--expose-gc'] })).toBe(100);
});

test('memory of copies is let go of where the event loop has no turn', async () => {
  expect(await resultOf('synchronous')).toBeLessThan(600);
});
