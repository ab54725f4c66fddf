import { resultOf } from './run';

const flags = ['--expose-gc'];

test('operands and futures that nobody else holds', async () => {
  expect(await resultOf('collected', [], { flags })).toBe(100);
});

/** Whether every Node can do it, or the program may have declined. */
type Where = 'everywhere' | 'in some';

test.each<[string, Where]>([
  ['dropped', 'everywhere'],
  ['clone', 'everywhere'],
  ['port', 'everywhere'],
  ['worker', 'everywhere'],
  ['to nothing', 'in some'],
  ['resized', 'in some'],
  ['shrunk', 'in some'],
])('memory in flight that loses its owner, which is collected: %s', async (manner, where) => {
  const ends = await resultOf<Record<string, number> | null>('transfers', [manner], { flags });
  if (ends === null && where === 'in some') return;
  const { success = 0, ERR_MOVER_BUFFER_DETACHED: detached = 0, ...others } = ends!;
  expect(others).toEqual({});
  expect(success + detached).toBe(6 * 62);
  // Those in line behind the large ones cannot have ended before.
  if (manner === 'dropped') expect(detached).toBe(0);
  else expect(detached).toBeGreaterThan(0);
});
