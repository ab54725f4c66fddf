import { resultOf } from './run';

test('operands and futures that nobody else holds', async () => {
  expect(await resultOf('collected', [], { flags: ['--expose-gc'] })).toBe(100);
});
