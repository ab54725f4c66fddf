import fc from 'fast-check';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { MoverError } from '../../lib';
import { byteSteps, byteStepsOf } from '../conformance/random/byte-steps';
import { deltaSteps } from '../conformance/random/delta-steps';
import { difSteps } from '../conformance/random/dif-steps';
import type { Step } from '../conformance/random/step';
import { Random } from '../support/random';
import { Arm, judge, plotFor, type Bench } from './arm';
import { channel } from './channel';
import { drain } from './drain';
import type { EngineKind } from './engines';
import { batch, chained, sequence } from './group';
import { limited, limitExcuses, randomLimit } from './limit';
import { mix } from './mix';
import type { Model } from './model';
import type { Plot } from './plot';
import { refusal } from './refusal';
import { endOf, Patience, seen, stall } from './settle';
import { aWhile, single } from './single';
import type { Tally } from './tally';
import { DeviceTrouble } from './trouble';

const small = fc.oneof(...byteSteps, ...deltaSteps, ...difSteps);

/** More than a queue takes at once, and than a thread does in one go. */
const large = fc.oneof(...byteStepsOf(fc.integer({ min: 40_000, max: 2_500_000 })));

const anyStep = fc.oneof({ weight: 40, arbitrary: small }, { weight: 1, arbitrary: large });

type Task = (bench: Bench) => Promise<void>;

const tasks: readonly [weight: number, task: Task][] = [
  [20, single],
  [4, limited],
  [4, batch],
  [2, sequence],
  [2, chained],
  [2, channel],
  [1, drain],
  [1, refusal],
];

const weighted = tasks.flatMap(([weight, task]) => Array<Task>(weight).fill(task));

/** A queue that has failed is tried again after a second. */
const RECOVERY_MS = 1100;

/** How often queues that do not open are tried again. */
const OPENINGS = 5;

export interface RoundOptions {
  readonly seed: number;
  readonly number: number;
  readonly engines: readonly EngineKind[];
  readonly model: Model | undefined;
  readonly tally: Tally;
  /** Tasks, at most, where fewer than the usual 30 to 180 will do. */
  readonly most?: number;
}

/** A model that gets no CPU for long does not answer in time, and nobody opens its queues then. */
async function atLast<T>(open: () => Promise<T> | T): Promise<T> {
  for (let again = OPENINGS; ; again--) {
    try {
      return await open();
    } catch (error) {
      if (again === 0 || (error as Partial<MoverError>).code !== 'ERR_MOVER_NO_DEVICE') throw error;
      await setTimeout(RECOVERY_MS);
    }
  }
}

/**
 * Opens movers, asks them for all sorts of things at once while their device is in trouble, and closes
 * them. What is asked for follows from seed and number; what comes of it, also from time.
 */
export class Round {
  readonly #options: RoundOptions;
  readonly #random: Random;
  readonly #plots: Plot[] = [];
  readonly #steps: Step[] = [];
  #drawn = 0;
  #begun = 0;
  /** Operations that had no answer. */
  #lost = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#random = new Random(mix(options.seed, options.number));
  }

  async run(): Promise<void> {
    const { seed, number, engines, model, tally } = this.#options;
    const random = this.#random;
    const kinds = random.shuffle(engines).slice(0, 1 + random.below(3));
    const drawn = model && new DeviceTrouble(model, new Random(mix(seed, number, 0)), tally);
    const trouble = kinds.some(({ device }) => device !== undefined) ? drawn : undefined;
    const fails = trouble?.fails === true;
    // A device that never answers does not open; one that has no page in memory is so from the start.
    if (trouble?.fails === false) await trouble.begin();
    const arms = await this.#open(kinds, fails);
    stall.ms = 0;
    tally.scene = () => sceneOf(arms, model);
    if (trouble?.fails === true) await trouble.begin();
    await this.#work(arms, trouble);
    await trouble?.end();
    if (fails && random.below(3) === 0) {
      await setTimeout(RECOVERY_MS);
      await this.#work(arms, undefined);
    }
    for (const arm of arms) await this.#close(arm);
    for (const plot of this.#plots) tally.find(plot.conclude());
    collect();
    await setTimeout(1);
    for (const plot of this.#plots) tally.find(plot.recheck());
    // Which of those that failed had no answer, the mover does not say.
    const kept = this.#plots.map((plot) => plot.kept).sort((a, b) => b - a);
    tally.kept += kept.slice(0, this.#lost).reduce((sum, bytes) => sum + bytes, 0);
  }

  async #open(kinds: readonly EngineKind[], fails: boolean): Promise<Arm[]> {
    const random = this.#random;
    const arms: Arm[] = [];
    for (const { name, device, open } of kinds) {
      const mayFail = fails && device !== undefined;
      const mover = await atLast(() => open({ random, fails: mayFail }));
      arms.push(new Arm(name, mover, device !== undefined, mayFail));
    }
    return arms;
  }

  async #work(arms: readonly Arm[], trouble: DeviceTrouble | undefined): Promise<void> {
    const random = this.#random;
    const count = Math.min(30 + random.below(150), this.#options.most ?? Infinity);
    const when = random.below(count);
    const active = new Set<Promise<void>>();
    let episode: Promise<void> | undefined;
    for (let index = 0; index < count; index++) {
      if (index === when) episode = trouble?.episode();
      const task = this.#begin(arms[random.below(arms.length)]!);
      active.add(task);
      void task.finally(() => active.delete(task));
      disturb(random);
      const pause = random.below(12);
      if (pause < 3) await aWhile(random);
      else if (pause === 3) await Promise.race(active);
      else if (pause === 4) await Promise.all(active);
    }
    await Promise.all([...active, episode]);
  }

  /** Begins a task; what it throws is a finding. */
  async #begin(arm: Arm): Promise<void> {
    const { tally } = this.#options;
    const bench = this.#bench(arm);
    const task = weighted[bench.random.below(weighted.length)]!;
    try {
      await task(bench);
    } catch (error) {
      const { stack, message } = error as Error;
      tally.find({ evil: 'wrong', what: `${task.name} throws: ${stack ?? message}` });
    }
  }

  #bench(arm: Arm): Bench {
    const { seed, number, tally } = this.#options;
    const random = new Random(mix(seed, number, 1, this.#begun++));
    return { arm, random, tally, plots: this.#plots, steps: (count) => this.#draw(count) };
  }

  #draw(count: number): Step[] {
    const { seed, number } = this.#options;
    while (this.#steps.length < count) {
      const drawn = { seed: mix(seed, number, 2, this.#drawn++), numRuns: 60 };
      this.#steps.push(...fc.sample(anyStep, drawn));
    }
    return this.#steps.splice(0, count);
  }

  async #close(arm: Arm): Promise<void> {
    const { tally } = this.#options;
    const { mover } = arm;
    await this.#idle(arm);
    countStats(mover.stats(), tally);
    this.#lost += mover.stats().lost;
    const bench = this.#bench(arm);
    const hurry = mover.with({ timeoutMs: randomLimit(bench.random) });
    const ask = (): { plot: Plot; future: ReturnType<Plot['ask']> } => {
      const plot = plotFor(this.#draw(1)[0]!, bench);
      return { plot, future: plot.ask(bench.random.below(3) === 0 ? hurry : mover) };
    };
    const before = Array.from({ length: bench.random.below(8) }, ask);
    const closing = mover.close();
    const after = Array.from({ length: bench.random.below(3) }, ask);
    const end = await endOf(closing);
    if (end === undefined) tally.find({ evil: 'lost', what: `${arm.name}: it does not close` });
    else if ('error' in end) {
      tally.find({ evil: 'wrong', what: `close: ${String(end.error.stack)}` });
    }
    for (const { plot, future } of before)
      judge(plot, seen(future), bench, limitExcuses(plot, arm));
    arm.closing = true;
    for (const { plot, future } of after) judge(plot, await endOf(future), bench);
  }

  /** Nothing is asked for any more: slots that are in use stay so. */
  async #idle({ name, mover }: Arm): Promise<void> {
    const patience = new Patience();
    while (mover.stats().inFlight > 0 && !patience.over) await setTimeout(1);
    const { inFlight } = mover.stats();
    if (inFlight === 0) return;
    this.#options.tally.find({ evil: 'leaked', what: `${name}: ${inFlight} slots are in use` });
  }
}

/** By what one may see why something is lost. */
function sceneOf(arms: readonly Arm[], model: Model | undefined): string {
  const movers = arms.map(({ name, mover }) => {
    const { inFlight, lost, quarantined, queues } = mover.stats();
    return `; ${name}: ${JSON.stringify({ inFlight, lost, quarantined, ...queues })}`;
  });
  const device = model === undefined ? 'none' : model.lives ? 'lives' : 'dead';
  const thread = `stood still for ${Math.round(stall.ms)} ms at most`;
  return `${movers.join('')}; device: ${device}; thread: ${thread}; load: ${loadavg()[0]!.toFixed(1)}`;
}

/** Where Node runs with --expose-gc. */
const collect = (): void => (globalThis as { gc?: () => void }).gc?.();

/** What runs beside a program in production: the collector, and others that want memory. */
function disturb(random: Random): void {
  const kind = random.below(60);
  if (kind < 3) collect();
  if (kind !== 3) return;
  for (let left = 8 + random.below(32); left > 0; left--) Buffer.alloc(2 ** 20, left);
}

/** Of the table of a mover, at most, that jobs without an answer keep. */
const TABLE = 512 * 4 * 96;

function countStats(stats: ReturnType<Arm['mover']['stats']>, tally: Tally): void {
  if (stats.lost > 0) tally.kept += TABLE;
  const { faults, retries, queueFull, lost, splits, batches, descriptors } = stats;
  tally.add('survived', 'page faults, reading', faults.read);
  tally.add('survived', 'page faults, writing', faults.write);
  tally.add('survived', 'continued by the CPU', faults.continued);
  tally.add('survived', 'given to a device again', retries);
  tally.add('survived', 'no room in any queue', queueFull);
  tally.add('survived', 'no answer', lost);
  tally.add('work queues', 'descriptors', descriptors);
  tally.add('work queues', 'batches', batches);
  tally.add('work queues', 'operations in pieces', splits);
}
