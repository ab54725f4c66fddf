// The guard: ratios that a release must not exceed, generous, so that a shared machine does not ring
// the bell, and ratios alone, so that any machine will do.
import { readFileSync } from 'node:fs';
import { isBroken, restLine } from './rests/rests.mjs';
import { ratioText } from './table.mjs';

export const bounds = JSON.parse(readFileSync(new URL('./bounds.json', import.meta.url), 'utf8'));

/** One line for each case that failed, and for each figure above its bound. */
export function violations({ cases, rests }) {
  const lines = [];
  for (const found of cases) {
    const bound = bounds[found.id];
    if (found.failed !== undefined) lines.push(`${found.id}: failed`);
    else if (bound !== undefined && found.ratio?.median > bound) {
      lines.push(`${found.id}: ratio ${ratioText(found.ratio)} is above ${bound}`);
    }
  }
  return [...lines, ...rests.filter(isBroken).map(restLine)];
}

/** How many figures have been compared with a bound. */
export const checked = ({ cases, rests }) =>
  cases.filter(({ id, ratio }) => ratio !== undefined && id in bounds).length +
  rests.filter((found) => typeof found[found.of] === 'number').length;
