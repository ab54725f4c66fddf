import { all, chain, race, type Future, type OpOptions } from '../../lib';
import type { Step } from '../conformance/random/step';
import { faultExcuses, judge, plotFor, randomOptions, type Bench } from './arm';
import { randomLimit } from './limit';
import type { Excuse, Excuses, Plot } from './plot';
import { seen, settle, type End } from './settle';
import { aWhile, Enough } from './single';

interface Part {
  readonly plot: Plot;
  readonly future: Future<unknown>;
}

/** What a whole may be told while it goes on. */
interface Whole {
  readonly options: OpOptions;
  readonly interfere: (whole: Future<unknown>) => Promise<void>;
  readonly excuses: Excuses;
}

/** Why parts were not begun. */
const ended = /^(given up|ERR_MOVER_TIMEOUT)$/;

function wholeOf({ random, tally }: Bench): Whole {
  const kind = random.below(10);
  const limit = random.below(6) === 0 ? { timeoutMs: randomLimit(random) } : {};
  const given = { ...randomOptions(random), ...limit };
  const controller = new AbortController();
  const faults = faultExcuses(given);
  return {
    options: kind === 0 ? { ...given, signal: controller.signal } : given,
    excuses: (error) => (ended.test(String(error.code)) ? 'stopped' : faults(error)),
    interfere: async (whole) => {
      if (kind > 1) return;
      tally.add('asked', kind === 0 ? 'abort' : 'cancel');
      await aWhile(random);
      if (kind === 0) controller.abort(new Enough());
      else whole.cancel(new Enough());
    },
  };
}

/**
 * Waits for the whole, and judges it by its parts.
 *
 * @param unattempted - what may have been done of parts that were not attempted
 */
async function conclude(
  whole: Future<unknown>,
  parts: readonly Part[],
  { interfere, excuses }: Whole,
  bench: Bench,
  unattempted: Excuse,
): Promise<End | undefined> {
  const interfering = interfere(whole);
  const end = await settle(whole, bench.random);
  await interfering;
  for (const { plot, future } of parts) {
    // What is under way when the time of the whole is up ends by itself.
    const part = isOverdue(end) ? await settle(future, bench.random) : end && seen(future);
    judge(plot, part, bench, (error) =>
      error.code === 'ERR_MOVER_NOT_ATTEMPTED' ? unattempted : excuses(error),
    );
  }
  return end;
}

const isOverdue = (end: End | undefined): boolean =>
  end !== undefined && 'error' in end && end.error.code === 'ERR_MOVER_TIMEOUT';

const plots = (bench: Bench, count: number): Plot[] =>
  bench.steps(count).map((step) => plotFor(step, bench));

/** Operations as a batch, with fences between some of them. */
export async function batch(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const whole = wholeOf(bench);
  const parts: Part[] = [];
  const operations = random.below(2) === 0 ? arm.mover : arm.mover.futures;
  const members = plots(bench, 1 + random.below(12));
  const future = operations.batch((b) => {
    for (const plot of members) {
      if (random.below(6) === 0) b.fence();
      parts.push({ plot, future: plot.ask(b) });
    }
  }, whole.options);
  const end = await conclude(future, parts, whole, bench, 'untouched');
  tally.add('asked', 'batch');
  if (end === undefined || 'error' in end) return;
  const { completed } = end.value as { completed: number };
  const good = parts.filter(({ future: part }) => part.error === undefined).length;
  if (completed === good) return;
  tally.find({ evil: 'wrong', what: `batch: ${completed} completed, and ${good} did` });
}

/** Operations as a sequence, and a copy through scratch memory. */
export async function sequence(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const whole = wholeOf(bench);
  const operations = random.below(2) === 0 ? arm.mover : arm.mover.futures;
  const builder = operations.sequence();
  const parts = plots(bench, 1 + random.below(4)).map((plot) => ({
    plot,
    future: plot.ask(builder.ops),
  }));
  const bytes = 1 + random.below(9000);
  const step: Step = {
    name: 'copy through scratch memory',
    room: 2 * bytes + 300,
    spans: [
      { at: 100, length: bytes },
      { at: 200 + bytes, length: bytes },
    ],
    call: (m, dst, src) => {
      // The reference has no scratch memory.
      if (m !== builder.ops) return m.copy(dst!, src!);
      const scratch = builder.scratch(bytes);
      m.copy(scratch, src!);
      return m.copy(dst!, scratch);
    },
  };
  const plot = plotFor(step, bench);
  parts.push({ plot, future: plot.ask(builder.ops) });
  // Behind what a device left undone, steps may have been done; behind what a step found, none was.
  const certain = !arm.fails && whole.options.onFault !== 'error';
  const unattempted = certain ? 'untouched' : 'stopped';
  await conclude(builder.run(whole.options), parts, whole, bench, unattempted);
  tally.add('asked', 'sequence');
}

const abandoned: Excuses = ({ name }) => (name === 'AbortError' ? 'stopped' : undefined);

/** One operation after the other beside others, until all of these have ended, or the first has. */
export async function chained(bench: Bench): Promise<void> {
  const { arm, random, tally } = bench;
  const parts: Part[] = [];
  const ask = (plot: Plot): Future<unknown> => {
    const future = plot.ask(arm.mover.futures);
    parts.push({ plot, future });
    return future;
  };
  const [first, ...rest] = plots(bench, 1 + random.below(4));
  let line = chain(() => ask(first!));
  for (const plot of rest) line = line.next(() => ask(plot));
  const others = plots(bench, 1 + random.below(6));
  const races = random.below(3) === 0;
  const futures = [line, ...others.map(ask)];
  const end = await settle(races ? race(futures) : all(futures), random);
  tally.add('asked', races ? 'race' : 'chain');
  if (end === undefined) tally.find({ evil: 'lost', what: 'chain: it does not end' });
  // What is under way of those that lost runs to its end.
  for (const { plot, future } of parts) judge(plot, await settle(future, random), bench, abandoned);
  const whole = parts.length === others.length + rest.length + 1;
  if (races || whole || parts.some(({ future }) => future.error !== undefined)) return;
  tally.find({ evil: 'lost', what: 'chain: not all of its steps were begun' });
}
