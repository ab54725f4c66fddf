import type { Mover, OpOptions } from '../../lib';
import type { Step } from '../conformance/random/step';
import type { Random } from '../support/random';
import { randomGround } from './ground';
import { Plot, type Excuses } from './plot';
import type { End } from './settle';
import type { Tally } from './tally';

/** A mover of a round, and what its operations may come to. */
export class Arm {
  /** It closes: what is asked of it from now on is refused. */
  closing = false;

  constructor(
    readonly name: string,
    readonly mover: Mover,
    /** It may work with the device model. */
    readonly device: boolean,
    /** That may fail it. */
    readonly fails: boolean,
  ) {}

  /** What the round excuses. */
  readonly excuses: Excuses = ({ code }) => {
    if (code === 'ERR_MOVER_DEVICE' && this.fails) return 'unanswered';
    if (code === 'ERR_MOVER_CLOSED' && this.closing) return 'untouched';
    return undefined;
  };
}

/** What a task of a round works with. */
export interface Bench {
  readonly arm: Arm;
  /** Its own: what it draws does not depend on what others do meanwhile. */
  readonly random: Random;
  readonly tally: Tally;
  /** The next operations of the round. */
  steps(count: number): Step[];
  /** Memory to be looked at again in the end. */
  readonly plots: Plot[];
}

/** Memory for an operation, of a random kind, which nobody else holds. */
export const plotOf = (step: Step, { random }: Bench): Plot =>
  new Plot(step, randomGround(step.room, random), random.word());

/** The same, to be looked at again in the end. */
export function plotFor(step: Step, bench: Bench): Plot {
  const plot = plotOf(step, bench);
  bench.plots.push(plot);
  return plot;
}

/** Judges an operation, and counts it. */
export function judge(
  plot: Plot,
  end: End | undefined,
  { arm, tally }: Bench,
  more: Excuses = () => undefined,
): void {
  let excused: string | undefined;
  const excuses: Excuses = (error) => {
    const excuse = more(error) ?? arm.excuses(error);
    excused = typeof error.code === 'string' ? error.code : error.name;
    return excuse;
  };
  tally.find(plot.judge(end, excuses));
  if (excused === undefined) tally.add('operations', arm.name);
  else tally.add('ends', excused);
}

/** Options that any operation can have, and that do not change what it comes to. */
export function randomOptions(random: Random): OpOptions {
  const kind = random.below(6);
  if (kind === 0) return { onFault: 'error' };
  if (kind === 1) return { onFault: 'retry' };
  return {};
}

/** A page fault is an end for those that asked for that. */
export const faultExcuses =
  ({ onFault }: OpOptions): Excuses =>
  ({ code }) =>
    onFault === 'error' && code === 'ERR_MOVER_PAGE_FAULT' ? 'stopped' : undefined;
