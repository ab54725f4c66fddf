import fc from 'fast-check';
import { mover, open, race, Runtime, syncMover, threadsMover, type Mover } from '../../lib';
import { drives, drivesSync, type Drive } from '../support/drives';
import { GrownTree, type Act } from '../support/grown-tree';
import { endingOf, immediate } from '../support/tree-leaves';
import {
  bytesOfJobs,
  endings,
  record,
  trees,
  type Facts,
  type MoverName,
  type Tree,
} from '../support/trees';

/** More of them: DATAMOVER_RUNS=10000 DATAMOVER_SEED=7 npx jest test/future/random-trees */
const numRuns = Number(process.env['DATAMOVER_RUNS'] ?? 400);
const seed = Number(process.env['DATAMOVER_SEED'] ?? 20);

/** Slots of the movers: so few that trees run out of them. */
const RING = 4;

type Movers = Record<MoverName, Mover>;

/** For each tree its own, so that one does not suffer from what another left behind. */
async function openMovers(): Promise<Movers> {
  return {
    sync: syncMover(),
    waker: threadsMover({ threads: 1, ring: RING }),
    poller: threadsMover({ threads: 1, ring: RING, notifier: 'poller' }),
    open: await open({ depth: RING, threads: 1 }),
  };
}

const sums = new Map<number, number>();
const badJob = mover.futures.copy(Buffer.alloc(1), null as never).error!.message;
const emptyRace = race([]).error!.message;
beforeAll(async () => {
  for (const bytes of bytesOfJobs) sums.set(bytes, await mover.crc32c(Buffer.alloc(bytes, 1)));
});

const acts = fc.array(
  record<Act>({
    at: fc.nat(15),
    node: fc.nat(20),
    does: fc.constantFrom('cancel', 'poll', 'has', 'await'),
  }),
  { maxLength: 3 },
);

/** Whether the node at `at` is the one that was cancelled, or a part of it. */
function isWithin(at: string, cut: string): boolean {
  // The steps of a chain are cancelled with the one behind them.
  const whole = cut.replace(/~\d+\.\d+$/, '');
  return at.startsWith(whole) && !/^\d/.test(at.slice(whole.length));
}

/** Takes all slots at once: none is missing, and there is no further one. */
/** More than is done on the spot, where no slot is needed. */
const large = Buffer.alloc(300_000);

async function freeSlots(futures: Mover['futures']): Promise<number> {
  const jobs = Array.from({ length: RING + 1 }, () => futures.fill(large, 0));
  const begun = jobs.filter((future) => future.poll() !== 0);
  await Promise.all(begun);
  return begun.length;
}

async function check(tree: Tree, todo: readonly Act[], drive: Drive): Promise<void> {
  const movers = await openMovers();
  const before = Runtime.default.pending;
  const grown = new GrownTree(tree, movers, todo);
  await drive(grown);
  const { root, broken, cancelled } = grown;
  const reasons = (at: string): string[] =>
    cancelled.filter((cut) => isWithin(at, cut.at)).map(({ reason }) => reason);
  const facts: Facts = { sums, badJob, emptyRace, reasons };
  expect(endings(tree, '', facts)).toContain(endingOf(root));
  const end = performance.now() + 1000;
  while (Runtime.default.pending > before && performance.now() < end) await immediate();
  grown.check();
  expect(broken).toEqual([]);
  expect(Runtime.default.pending).toBeLessThanOrEqual(before);
  for (const { futures } of [movers.waker, movers.poller, movers.open]) {
    expect(await freeSlots(futures)).toBe(RING);
  }
  for (const one of Object.values(movers)) await one.close();
}

const property = (loop: boolean, ways: Readonly<Record<string, Drive>>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      trees(loop),
      fc.constantFrom(...Object.keys(ways)),
      fc.oneof(fc.constant([]), acts),
      (tree, drive, todo) => check(tree, todo, ways[drive]!),
    ),
    { numRuns, seed },
  );

const PATIENCE_MS = 60_000 + numRuns * 100;

test('random trees settle as foretold', () => property(true, drives), PATIENCE_MS);

test('random trees settle without the event loop', () => property(false, drivesSync), PATIENCE_MS);
