import { judge, plotFor, type Bench } from './arm';
import { limitExcuses, randomLimit } from './limit';
import { settle } from './settle';

/** Operations, and a drain behind them: when it has ended, they have, in time or not. */
export async function drain(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const hurry = arm.mover.with({ timeoutMs: randomLimit(random) });
  const parts = bench.steps(1 + random.below(8)).map((step) => {
    const plot = plotFor(step, bench);
    return { plot, future: plot.ask(random.below(3) === 0 ? hurry : arm.mover) };
  });
  const end = await settle(arm.mover.drain(), random);
  tally.add('asked', 'drain');
  if (end === undefined) tally.find({ evil: 'lost', what: 'drain: it does not end' });
  else if ('value' in end) {
    const late = parts.find(({ future }) => future.poll() !== 1);
    if (late !== undefined) {
      tally.find({ evil: 'wrong', what: `drain: it ended before ${late.plot.step.name}` });
    }
  } else if (arm.excuses(end.error) === undefined) {
    tally.find({ evil: 'wrong', what: `drain: ${String(end.error.stack)}` });
  }
  for (const { plot, future } of parts) {
    judge(plot, await settle(future, random), bench, limitExcuses(plot, arm));
    if (end !== undefined && 'value' in end) tally.find(plot.conclude());
  }
}
