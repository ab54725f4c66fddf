import type { OpOptions } from '../../lib';
import type { Random } from '../support/random';
import type { Arm } from './arm';
import type { Excuse, Excuses, Plot } from './plot';

/** A limit, in milliseconds: hardly any, one that some keep, or one that all do. */
export function randomLimit(random: Random): number {
  const kind = random.below(8);
  if (kind === 0) return 60_000;
  return kind < 3 ? 0 : random.below(kind < 6 ? 4 : 40);
}

/** Operations that can take more than one job: some may be done, the others withdrawn. */
export const several = /dualcast|Delta/;

/**
 * What an operation has done whose time was up, once its mover has nothing under way any more: what had
 * not begun was withdrawn, and what had went to its end, unless that was another one.
 */
function overdue(plot: Plot, arm: Arm, { onFault }: OpOptions): Excuse {
  if (arm.fails) return 'unanswered';
  return onFault === 'error' || several.test(plot.step.name) ? 'stopped' : 'whole';
}

/** Running out of time is an end: an engine may still be at the memory, and the end of the round tells. */
export const limitExcuses =
  (plot: Plot, arm: Arm, options: OpOptions = {}): Excuses =>
  ({ code }) => {
    if (code !== 'ERR_MOVER_TIMEOUT') return undefined;
    plot.drop(overdue(plot, arm, options));
    return 'unanswered';
  };
