import { checkChoice } from '../check';
import { describe, rangeError } from '../errors';
import { environment } from '../intrinsics';

/**
 * What has to be written back before what was stored is durable: nothing (`byte`: the caches are inside
 * the power-fail domain), lines of the CPU's caches (`cacheline`: persistent memory), or pages of the
 * page cache (`page`: every other file).
 */
export type Granularity = 'byte' | 'cacheline' | 'page';

/** Finer first; the index is the number that native code knows. */
export const granularities: readonly Granularity[] = ['byte', 'cacheline', 'page'];

export const isCoarser = (a: Granularity, b: Granularity): boolean =>
  granularities.indexOf(a) > granularities.indexOf(b);

const VARIABLE = 'PMEM2_FORCE_GRANULARITY';

/**
 * What is taken for the granularity whatever the file has: an option, else the environment; undefined
 * where neither says so.
 *
 * @throws TypeError, RangeError for what is none
 */
export function forcedGranularity(option: unknown): Granularity | undefined {
  const chosen = checkChoice('forceGranularity', option, granularities);
  const variable = environment(VARIABLE);
  if (chosen !== undefined || variable === undefined || variable === '') return chosen;
  // libpmem2 writes them in capitals, one of them in two words.
  const name = variable.toLowerCase().replace('_', '');
  const found = granularities.find((granularity) => granularity === name);
  if (found !== undefined) return found;
  const text = `${VARIABLE} must be BYTE, CACHE_LINE or PAGE; got ${describe(variable)}`;
  throw rangeError('ERR_INVALID_ARG_VALUE', text);
}
