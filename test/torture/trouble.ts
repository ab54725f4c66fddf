import { setTimeout } from 'node:timers/promises';
import type { Random } from '../support/random';
import { queueNames, type Model } from './model';
import type { Tally } from './tally';

/** A word with the device in the middle of a round; resolves when it is as it was. */
type Episode = (model: Model, random: Random) => Promise<void>;

interface Trouble {
  readonly name: string;
  /** How the device behaves all through the round. */
  readonly behaviour: (random: Random) => Readonly<Record<string, number>>;
  /** Operations may fail by it. */
  readonly fails?: boolean;
  readonly episode?: Episode;
}

const faults = (random: Random): Record<string, number> => ({
  'fault-every': 2 + random.below(9),
  // Not each time: a queue that takes nothing cannot be opened.
  'busy-every': [0, 0, 2, 3, 4, 5, 6, 7][random.below(8)]!,
  reorder: 1 + random.below(8),
  'delay-ns': random.below(2) * random.below(40_000),
});

const pause = (random: Random): Promise<void> => setTimeout(random.below(400));

const troubles: readonly Trouble[] = [
  { name: 'none', behaviour: () => ({}) },
  { name: 'faults', behaviour: faults },
  { name: 'faults', behaviour: faults },
  {
    name: 'real faults',
    behaviour: (random) => ({ 'real-faults': 1, reorder: 1 + random.below(8) }),
  },
  { name: 'busy', behaviour: (random) => ({ 'busy-every': 2 + random.below(3), reorder: 4 }) },
  {
    name: 'slow',
    behaviour: (random) => ({
      'delay-ns': 20_000 + random.below(400_000),
      bandwidth: 100 + random.below(4000),
      reorder: 1 + random.below(16),
    }),
  },
  {
    name: 'lost descriptors',
    fails: true,
    behaviour: (random) => ({ ...faults(random), 'lose-every': 5 + random.below(60) }),
  },
  {
    name: 'stuck',
    fails: true,
    behaviour: faults,
    episode: async (model, random) => {
      await model.set('stuck', 1);
      await pause(random);
      await model.set('stuck', 0);
    },
  },
  {
    name: 'disabled',
    fails: true,
    behaviour: faults,
    episode: async (model, random) => {
      const some = random.shuffle(queueNames).slice(0, 1 + random.below(queueNames.length));
      for (const name of some) await model.control(`disable ${name}`);
      await pause(random);
      for (const name of some) await model.control(`enable ${name}`);
    },
  },
  {
    name: 'restarted',
    fails: true,
    behaviour: faults,
    episode: (model, random) => model.replace(random.word(), random.below(200)),
  },
];

const quiet = {
  'fault-every': 0,
  'busy-every': 0,
  reorder: 1,
  'delay-ns': 0,
  bandwidth: 0,
  'lose-every': 0,
  stuck: 0,
  'real-faults': 0,
};

/** What the device does to a round. */
export class DeviceTrouble {
  readonly #model: Model;
  readonly #trouble: Trouble;
  readonly #random: Random;
  readonly #tally: Tally;

  constructor(model: Model, random: Random, tally: Tally) {
    this.#model = model;
    this.#trouble = troubles[random.below(troubles.length)]!;
    this.#random = random;
    this.#tally = tally;
  }

  /** Whether operations may fail by it. */
  get fails(): boolean {
    return this.#trouble.fails === true;
  }

  async begin(): Promise<void> {
    await this.#behave(this.#trouble.behaviour(this.#random));
    this.#tally.add('device', `rounds, ${this.#trouble.name}`);
  }

  async episode(): Promise<void> {
    await this.#trouble.episode?.(this.#model, this.#random);
  }

  end(): Promise<void> {
    return this.#behave({});
  }

  async #behave(behaviour: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, value] of Object.entries({ ...quiet, ...behaviour })) {
      await this.#model.set(name, value);
    }
  }
}
