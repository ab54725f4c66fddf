import { checkInteger, checkNames, checkObject } from '../check';
import { MoverError, typeError } from '../errors';
import type { OpName } from '../operations/operation';
import { backendOf, Mover } from './mover';
import { mapThresholds } from './thresholds';
import { GATHERED, SIZES, trials, type Trial } from './trials';

export interface CalibrateOptions {
  /** How long it may take, in milliseconds, as long as each size is tried once. Default 1000. */
  budgetMs?: number;
}

/** Of how many times the shortest counts, where there is time for so many. */
const ROUNDS = 8;

/** The shortest of several times that a gathering takes, in milliseconds. */
async function time(mover: Mover, trial: Trial, bytes: number, end: number): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS && (round === 0 || performance.now() < end); round++) {
    const begin = performance.now();
    const futures = Array.from({ length: GATHERED }, (_, index) => trial(mover, bytes, index));
    // All of them, also where one fails: nothing is under way when this ends.
    const outcomes = await Promise.allSettled(futures);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

/**
 * Measures from which size on this machine's work queues are faster than its CPUs, operation by
 * operation, and has the mover and its views go by that from now on. Where that fails, all is as before.
 *
 * @returns the thresholds, in bytes; Infinity: hardware was never faster
 * @throws TypeError, RangeError for arguments that make no sense; MoverError `ERR_MOVER_UNSUPPORTED` for
 * a mover that has not both to choose from, else what an operation failed with
 */
export async function calibrate(
  mover: Mover,
  options: CalibrateOptions = {},
): Promise<Record<OpName, { threshold: number }>> {
  if (!(mover instanceof Mover)) {
    throw typeError('ERR_INVALID_ARG_TYPE', 'mover must be one that open() gave');
  }
  checkObject('options', options);
  checkNames(options, ['budgetMs']);
  const budget = checkInteger('budgetMs', options.budgetMs ?? 1000, 600_000, 1);
  const backend = backendOf(mover);
  await backend.open?.();
  const { paths } = mover.capabilities;
  if (!backend.setThresholds || !paths.has('hardware') || !paths.has('software')) {
    const text = `calibrate: the mover '${mover.name}' has nothing to choose from`;
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
  }
  const found = await measure(mover, budget);
  const thresholds = mapThresholds((name) => found.get(name) ?? Infinity);
  backend.setThresholds(thresholds);
  const entries = Object.entries(thresholds).map(([name, threshold]) => [name, { threshold }]);
  return Object.fromEntries(entries) as Record<OpName, { threshold: number }>;
}

/** The smallest size down to which hardware was faster at all larger ones, by operation. */
async function measure(mover: Mover, budget: number): Promise<Map<OpName, number>> {
  const hardware = mover.with({ path: 'hardware' });
  const software = mover.with({ path: 'software' });
  const wanted = Object.entries(await trials(software)) as [OpName, Trial][];
  const share = budget / (wanted.length * SIZES.length * 2);
  const found = new Map<OpName, number>();
  for (const [name, trial] of wanted) {
    for (const bytes of SIZES) {
      try {
        const fast = await time(hardware, trial, bytes, performance.now() + share);
        const slow = await time(software, trial, bytes, performance.now() + share);
        if (fast >= slow) break;
      } catch (error) {
        if (error instanceof MoverError && error.code === 'ERR_MOVER_UNSUPPORTED') break;
        throw error;
      }
      found.set(name, bytes);
    }
  }
  return found;
}
