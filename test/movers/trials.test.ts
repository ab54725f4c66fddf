import { syncMover } from '../../lib';
import { operationNames } from '../../lib/movers/capabilities';
import { placesOf, SIZES, trials } from '../../lib/movers/trials';

test('each operation is tried at each size, does what it does, and in a single job', async () => {
  const mover = syncMover();
  const wanted = await trials(mover);
  expect(Object.keys(wanted).sort()).toEqual(
    operationNames.filter((name) => name !== 'nop' && name !== 'drain').sort(),
  );
  for (const trial of Object.values(wanted)) {
    for (const bytes of SIZES) {
      for (const index of [0, placesOf(bytes) - 1]) {
        const result = await trial(mover, bytes, index);
        if (Object(result).ok !== undefined) expect(result).toMatchObject({ ok: true });
      }
    }
  }
  expect(mover.stats()).toMatchObject({
    deltasInWindows: 0,
    throughScratch: 0,
    dualcastsAsCopies: 0,
  });
});
