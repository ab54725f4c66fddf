import { open, syncMover, threadsMover, type DataOperations, type Mover } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { delegatingMover } from './delegating';

interface Row {
  readonly name: string;
  readonly open: () => Mover | Promise<Mover>;
}

/** Every engine there is. A new one is a new row. */
export const movers: readonly Row[] = [
  { name: 'inline', open: () => syncMover() },
  { name: 'thread pool', open: () => threadsMover({ threads: 2 }) },
  { name: 'automatic choice', open: () => open() },
  { name: 'custom', open: () => delegatingMover() },
  { name: 'loopback queue', open: () => loopbackMover() },
  {
    name: 'loopback queue that faults',
    open: () => loopbackMover({ faultEvery: 2, maxTransfer: 4096, maxBatch: 4 }),
  },
];

/** Declares the tests of `body` for every engine in both tenses. */
export function onEveryMover(body: (operations: () => DataOperations) => void): void {
  for (const row of movers) {
    describe(row.name, () => {
      let mover: Mover;
      beforeAll(async () => {
        mover = await row.open();
      });
      afterAll(() => mover.close());
      describe('eager', () => body(() => mover));
      describe('lazy', () => body(() => mover.futures));
    });
  }
}
