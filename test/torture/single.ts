import { setImmediate as turn, setTimeout } from 'node:timers/promises';
import type { Future } from '../../lib';
import type { Random } from '../support/random';
import { faultExcuses, judge, plotFor, plotOf, randomOptions, type Bench } from './arm';
import type { Excuses, Plot } from './plot';
import { settle } from './settle';

/** Why an operation was given up. */
export class Enough extends Error {
  readonly code = 'given up';

  constructor() {
    super('given up');
  }
}

/** Goes on at once, in a microtask, in a turn of the loop, or some milliseconds later. */
export async function aWhile(random: Random): Promise<void> {
  const kind = random.below(5);
  if (kind === 1) await null;
  else if (kind === 2) await turn();
  else if (kind > 2) await setTimeout(random.below(kind === 3 ? 3 : 30));
}

/** How an operation is interfered with, while it goes on. */
type Interference = 'none' | 'abort' | 'cancel' | 'transfer' | 'drop';

function randomInterference(random: Random): Interference {
  const kind = random.below(20);
  if (kind < 3) return 'abort';
  if (kind < 5) return 'cancel';
  if (kind < 7) return 'transfer';
  return kind < 9 ? 'drop' : 'none';
}

/** One operation, in one of the tenses, interfered with or not. */
export async function single(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const interference = randomInterference(random);
  // Of what is dropped, the memory may be dropped, too.
  const forgotten = interference === 'drop' && random.below(2) === 0;
  const plot = (forgotten ? plotOf : plotFor)(bench.steps(1)[0]!, bench);
  const options = randomOptions(random);
  const controller = new AbortController();
  const view = arm.mover.with({
    ...options,
    ...(interference === 'abort' ? { signal: controller.signal } : {}),
  });
  if (interference === 'abort' && random.below(4) === 0) controller.abort(new Enough());
  const lazy = random.below(2) === 0;
  const begin = (): Future<unknown> => plot.ask(lazy ? view.futures : view);
  if (interference === 'drop') {
    const future = begin();
    const begun = !lazy || isBegun(future, random);
    const certain = !arm.fails && options.onFault !== 'error';
    plot.drop(!begun ? 'untouched' : certain ? 'done' : 'stopped');
    tally.add('asked', 'drop');
    return;
  }
  const future = begin();
  const interfering = interfere(interference, future, controller, plot, bench);
  const end = await settle(future, random);
  const untouched = await interfering;
  const gone: Excuses = ({ code }) => {
    if (code === 'given up') return untouched ? 'untouched' : 'stopped';
    return interference === 'transfer' && code === 'ERR_MOVER_BUFFER_DETACHED'
      ? 'stopped'
      : undefined;
  };
  const faults = faultExcuses(options);
  judge(plot, end, bench, (error) => gone(error) ?? faults(error));
  if (interference !== 'none') tally.add('asked', interference);
}

/** Operations that can take more than one job. */
export const several = /dualcast|Delta/;

/** @returns whether it is known that nothing was done */
async function interfere(
  interference: Interference,
  future: Future<unknown>,
  controller: AbortController,
  plot: Plot,
  { random }: Bench,
): Promise<boolean> {
  if (interference === 'none') return false;
  if (random.below(4) > 0) await aWhile(random);
  if (interference === 'abort') controller.abort(new Enough());
  else if (interference === 'transfer') plot.transfer?.();
  // One of several jobs may have been done.
  else return future.cancel(new Enough()) && !several.test(plot.step.name);
  return false;
}

/** What has begun goes to its end, whoever looks at it, and what has not never begins. */
function isBegun(lazy: Future<unknown>, random: Random): boolean {
  if (random.below(2) === 0) lazy.poll();
  return lazy.state !== 0;
}
