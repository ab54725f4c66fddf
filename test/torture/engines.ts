import { open, syncMover, threadsMover, type Mover } from '../../lib';
import { addon } from '../../lib/addon';
import { loopbackMover } from '../../lib/movers/loopback';
import { delegatingMover } from '../conformance/delegating';
import type { Random } from '../support/random';
import { queueNames } from './model';

/** What a mover is opened for. */
export interface Occasion {
  readonly random: Random;
  /** Its device may fail: it is not waited for long. */
  readonly fails: boolean;
}

export interface EngineKind {
  readonly name: string;
  /** Works with the device model where there is one, which may fail; `always`: not without. */
  readonly device?: 'perhaps' | 'always';
  open(occasion: Occasion): Mover | Promise<Mover>;
}

const powerOfTwo = (random: Random, least: number, most: number): number =>
  2 ** (least + random.below(most - least + 1));

/** Options of any mover with a table of jobs. */
const table = (random: Random): { depth: number; batching: object } => ({
  depth: powerOfTwo(random, 2, 9),
  batching: {
    gather: (['off', 'microtask', 'tick'] as const)[random.below(3)],
    max: powerOfTwo(random, 0, 8),
  },
});

const device = ({ random, fails }: Occasion): object => {
  const some = random.shuffle(queueNames).slice(0, 1 + random.below(queueNames.length));
  return {
    ...table(random),
    ...(random.below(3) === 0 ? {} : { queues: some }),
    submit: (['auto', 'mmap', 'write'] as const)[random.below(3)],
    timeoutMs: fails ? 150 + random.below(150) : 15_000,
  };
};

const engines: readonly EngineKind[] = [
  { name: 'inline', open: () => syncMover() },
  {
    name: 'threads',
    open: ({ random }) =>
      threadsMover({
        threads: 1 + random.below(3),
        ring: powerOfTwo(random, 0, 10),
        notifier: random.below(2) === 0 ? 'waker' : 'poller',
      }),
  },
  { name: 'software', open: ({ random }) => open({ path: 'software', ...table(random) }) },
  { name: 'custom', open: () => delegatingMover() },
  {
    name: 'loopback',
    open: ({ random }) =>
      loopbackMover({
        size: powerOfTwo(random, 0, 6),
        maxTransfer: powerOfTwo(random, 12, 21),
        maxBatch: powerOfTwo(random, 0, 5),
        queues: 1 + random.below(3),
        faultEvery: random.below(6),
        depth: powerOfTwo(random, 2, 9),
        path: random.below(2) === 0 ? 'auto' : 'hardware',
      }),
  },
  {
    name: 'auto',
    device: 'perhaps',
    open: (occasion) =>
      open({ ...device(occasion), path: 'auto', threshold: occasion.random.below(10_000) }),
  },
  {
    name: 'device',
    device: 'always',
    open: (occasion) => open({ ...device(occasion), path: 'hardware' }),
  },
];

const intelDml: readonly EngineKind[] = [
  {
    name: 'intel-dml',
    open: ({ random }) => threadsMover({ threads: 1 + random.below(3), engine: 'intel-dml' }),
  },
];

/** Those that can be had here. @param model - whether there is a device model */
export const enginesHere = (model: boolean): readonly EngineKind[] =>
  [...engines, ...(addon().intelDml === undefined ? [] : intelDml)].filter(
    ({ device: needs }) => model || needs !== 'always',
  );
