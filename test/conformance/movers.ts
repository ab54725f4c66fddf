import {
  open,
  syncMover,
  threadsMover,
  type Mover,
  type MoverOperations,
  type OpenOptions,
} from '../../lib';
import { addon } from '../../lib/addon';
import { loopbackMover } from '../../lib/movers/loopback';
import { delegatingMover } from './delegating';

interface Row {
  readonly name: string;
  readonly open: () => Mover | Promise<Mover>;
}

/** `eager` or `lazy`, where the tests are run in this tense alone. */
const tense = process.env['DATAMOVER_TEST_TENSE'];

/** Options for work queues, where the tests are run on these alone, beside a device model. */
const hardware = process.env['DATAMOVER_TEST_HARDWARE'];

/** Where the addon was built with it. What is not left to it is in `dml-deviations.ts`. */
const intelDml: readonly Row[] =
  addon().intelDml === undefined
    ? []
    : [
        { name: 'Intel DML, inline', open: () => syncMover({ engine: 'intel-dml' }) },
        {
          name: 'Intel DML, thread pool',
          open: () => threadsMover({ threads: 2, engine: 'intel-dml' }),
        },
      ];

/** Every engine there is. A new one is a new row. */
const engines: readonly Row[] = [
  { name: 'inline', open: () => syncMover() },
  { name: 'thread pool', open: () => threadsMover({ threads: 2 }) },
  { name: 'automatic choice', open: () => open() },
  { name: 'custom', open: () => delegatingMover() },
  { name: 'loopback queue', open: () => loopbackMover() },
  {
    name: 'loopback queue that faults',
    open: () => loopbackMover({ faultEvery: 2, maxTransfer: 4096, maxBatch: 4 }),
  },
  ...intelDml,
];

/** Names of engines, with commas between, where the tests are run on these alone. */
const wanted = process.env['DATAMOVER_TEST_ENGINES']?.split(',');

export const movers: readonly Row[] =
  hardware === undefined
    ? engines.filter(({ name }) => wanted?.includes(name) ?? true)
    : [
        {
          name: 'work queues',
          open: () => open({ path: 'hardware', ...(JSON.parse(hardware) as OpenOptions) }),
        },
      ];

/** Declares the tests of `body` for every engine in both tenses. */
export function onEveryMover(body: (operations: () => MoverOperations) => void): void {
  for (const row of movers) {
    describe(row.name, () => {
      let mover: Mover;
      beforeAll(async () => {
        mover = await row.open();
      });
      afterAll(() => mover.close());
      if (tense !== 'lazy') describe('eager', () => body(() => mover));
      if (tense !== 'eager') describe('lazy', () => body(() => mover.futures));
    });
  }
}
