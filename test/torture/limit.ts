import type { OpOptions } from '../../lib';
import type { Random } from '../support/random';
import { faultExcuses, judge, plotFor, plotOf, randomOptions, type Arm, type Bench } from './arm';
import type { Excuse, Excuses, Plot } from './plot';
import { settle } from './settle';
import { several } from './single';

/** A limit, in milliseconds: none at all, one that some keep, or one that all do. */
export function randomLimit(random: Random): number {
  const kind = random.below(8);
  if (kind === 0) return 60_000;
  return kind < 3 ? 0 : random.below(kind < 6 ? 4 : 40);
}

/** One operation whose time may run out. */
export async function limited(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const timeoutMs = randomLimit(random);
  // Its memory may be dropped while an engine is at it, or transferred.
  const plot = (random.below(2) === 0 ? plotOf : plotFor)(bench.steps(1)[0]!, bench);
  const options = randomOptions(random);
  const view = arm.mover.with({ ...options, timeoutMs });
  const future = plot.ask(random.below(2) === 0 ? view.futures : view);
  if (timeoutMs === 0 && future.poll() !== 1) {
    tally.find({ evil: 'lost', what: `${plot.step.name}: its time is up, and it goes on` });
  }
  const end = await settle(future, random);
  const [faults, limits] = [faultExcuses(options), limitExcuses(plot, arm, options)];
  judge(plot, end, bench, (error) => faults(error) ?? limits(error));
  if (random.below(4) === 0) plot.transfer?.();
  tally.add('asked', 'limit');
}

/** Running out of time is an end: an engine may still be at the memory, and the end of the round tells. */
export const limitExcuses =
  (plot: Plot, arm: Arm, options: OpOptions = {}): Excuses =>
  ({ code }) => {
    if (code !== 'ERR_MOVER_TIMEOUT') return undefined;
    plot.drop(overdue(plot, arm, options));
    return 'unanswered';
  };

/**
 * What an operation has done whose time was up, once its mover has nothing under way any more: what had
 * not begun was withdrawn, and what had went to its end, unless that was another one.
 */
function overdue(plot: Plot, arm: Arm, { onFault }: OpOptions): Excuse {
  if (arm.fails) return 'unanswered';
  return onFault === 'error' || several.test(plot.step.name) ? 'stopped' : 'whole';
}
