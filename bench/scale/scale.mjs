// The simulation of scale, as a whole.
import { measureCosts } from './costs.mjs';
import { crossCheck } from './cross-check.mjs';
import { simulateAll } from './sweeps.mjs';

/** As `--only` knows it. */
export const SCALE = 'scale, simulated';

export async function measureScale(pace) {
  return { ...simulateAll(await measureCosts(pace)), crossCheck: crossCheck() };
}
