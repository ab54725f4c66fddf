import type { EngineKind } from './engines';
import type { Model } from './model';
import { Round } from './round';
import { evils, type Tally } from './tally';

export interface CampaignOptions {
  readonly seed: number;
  readonly engines: readonly EngineKind[];
  readonly model: Model | undefined;
  readonly tally: Tally;
  /** When it ends, in milliseconds, or after so many rounds. */
  readonly ms: number;
  readonly rounds: number;
  /** This one alone, as often as there are rounds. */
  readonly round?: number | undefined;
  /** Tasks of a round, at most. */
  readonly most?: number;
  /** Called before each round, with its number. */
  readonly onRound: (number: number) => void;
}

/** Bytes that the process may have grown by in the last quarter, beside what is kept for engines that do not answer. */
const GROWTH = { rss: 64 * 2 ** 20, heap: 24 * 2 ** 20 };

/** So many rounds must have been done for growth to mean anything. */
const ROUNDS = 100;

interface Sample {
  readonly rss: number;
  readonly heap: number;
  /** See `Tally.kept`. */
  readonly kept: number;
}

/** Rounds one after the other. */
export async function campaign(options: CampaignOptions): Promise<void> {
  const { tally, round, rounds, ms, onRound, ...others } = options;
  const errors = watchRejections(tally);
  const samples: Sample[] = [];
  const end = performance.now() + ms;
  for (let index = 0; index < rounds && performance.now() < end; index++) {
    const number = round ?? index;
    onRound(number);
    tally.round = number;
    await new Round({ ...others, number, tally }).run().catch((error: Error) => {
      tally.find({ evil: 'wrong', what: `the round throws: ${error.stack ?? error.message}` });
    });
    tally.add('work', 'rounds');
    const { rss, heapUsed } = process.memoryUsage();
    samples.push({ rss, heap: heapUsed, kept: tally.kept });
    if (tally.evils.lost > 20) break;
  }
  errors();
  if (samples.length >= ROUNDS) grown(samples, tally);
}

/** The least in the third quarter is compared with the least in the fourth. */
export function grown(samples: readonly Sample[], tally: Tally): void {
  const quarter = Math.floor(samples.length / 4);
  const kept = samples.at(-1)!.kept - samples[2 * quarter]!.kept;
  tally.add('memory', 'kept since, MiB', Math.round(kept / 2 ** 20));
  for (const name of ['rss', 'heap'] as const) {
    const least = (from: number, to: number): number =>
      Math.min(...samples.slice(from, to).map((sample) => sample[name]));
    const [before, after] = [least(2 * quarter, 3 * quarter), least(3 * quarter, samples.length)];
    const growth = after - before;
    tally.add('memory', `${name}, MiB, third quarter`, Math.round(before / 2 ** 20));
    tally.add('memory', `${name}, MiB, last quarter`, Math.round(after / 2 ** 20));
    if (growth <= GROWTH[name] + kept) continue;
    tally.find({ evil: 'leaked', what: `${name} grew by ${growth} bytes in the last quarter` });
  }
}

/** Eager operations that were dropped report their failures so; any other error is a finding. */
function watchRejections(tally: Tally): () => void {
  const listener = (error: Error & { code?: unknown }): void => {
    if (typeof error.code === 'string') tally.add('ends', `unhandled ${error.code}`);
    else tally.find({ evil: 'wrong', what: `unhandled rejection: ${String(error.stack)}` });
  };
  process.on('unhandledRejection', listener);
  return () => process.off('unhandledRejection', listener);
}

const groups = [
  'operations',
  'asked',
  'ends',
  'survived',
  'device',
  'work queues',
  'memory',
  'work',
];

/** What there is to say in the end. */
export function report(tally: Tally): string {
  const lines = groups.flatMap((name) => {
    const counts = Object.entries(tally.group(name));
    if (counts.length === 0) return [];
    const all = counts.map(([what, count]) => `  ${what.padEnd(28)} ${count}`);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    return [name === 'operations' ? `operations: ${total}` : name, ...all];
  });
  const { evils: found } = tally;
  return [...lines, evils.map((evil) => `${evil} ${found[evil]}`).join(', ')].join('\n');
}
