import { resultOf } from './run';

const flags = ['--expose-gc'];
const canTransfer = 'transfer' in ArrayBuffer.prototype;
// Node 22 (V8 12.4) reallocates memory in place when it is transferred with another length.
const [major] = process.versions.node.split('.').map(Number);
const canResize = canTransfer && major! >= 24;

test('operands and futures that nobody else holds', async () => {
  expect(await resultOf('collected', [], { flags })).toBe(100);
});

test.each([
  ['dropped', true],
  ['clone', true],
  ['port', true],
  ['worker', true],
  ['to nothing', canTransfer],
  ['resized', canResize],
  ['shrunk', canResize],
])('memory in flight that loses its owner, which is collected: %s', async (manner, possible) => {
  if (!possible) return;
  const ends = await resultOf<Record<string, number>>('transfers', [manner], { flags });
  const { success = 0, ERR_MOVER_BUFFER_DETACHED: detached = 0, ...others } = ends;
  expect(others).toEqual({});
  expect(success + detached).toBe(6 * 62);
  // Those in line behind the large ones cannot have ended before.
  if (manner === 'dropped') expect(detached).toBe(0);
  else expect(detached).toBeGreaterThan(0);
});
