import { Notifier, Runtime, type Future, type NotifierOffer } from '../../lib';
import type { GrownTree } from './grown-tree';
import { endingOf, immediate } from './tree-leaves';

/** A way to bring a tree to its end. */
export type Drive = (tree: GrownTree) => Promise<unknown>;

/** Far more than any tree takes. */
const PATIENCE_MS = 5000;

const due = (): (() => void) => {
  const end = performance.now() + PATIENCE_MS;
  return () => {
    if (performance.now() > end) throw new Error('it never settled');
  };
};

/** By turns a microtask and a turn of the loop. */
async function pass(tree: GrownTree, turn: number): Promise<void> {
  tree.tick();
  await (turn % 3 === 0 ? immediate() : null);
}

/** Polls when the future said that it is time, as far as it did. */
function byHand(offer?: NotifierOffer): Drive {
  return async (tree) => {
    const { root } = tree;
    const check = due();
    let woken = true;
    const wake = offer?.wake && (() => void (woken = true));
    const notifier = offer && new Notifier({ ...offer, ...(wake && { wake }) });
    const isDue = (): boolean =>
      woken || notifier!.used === 'none' || (notifier!.used === 'poller' && notifier!.slot!.done);
    for (let turn = 0; !root.done; turn++) {
      if (notifier === undefined) root.poll();
      else if (isDue()) {
        woken = false;
        root.poll(notifier);
      }
      await pass(tree, turn);
      check();
    }
  };
}

/** Waits for a promise, which has to agree with the future, while time passes. */
async function settled(tree: GrownTree, wait: Promise<unknown>): Promise<void> {
  const check = due();
  const state = { open: true };
  const result = wait.then(
    (output) => ({ error: undefined, output }),
    (error: unknown) => ({ error: error as Error, output: undefined }),
  );
  const closed = result.finally(() => (state.open = false));
  for (let turn = 0; state.open; turn++) {
    await pass(tree, turn);
    check();
  }
  const { error, output } = await closed;
  if (error !== tree.root.error || (error === undefined && output !== tree.root.output)) {
    tree.broken.push(`the promise of a future that ended ${endingOf(tree.root)} did otherwise`);
  }
}

/** By a runtime of its own, which has nothing pending afterwards. */
function by(
  make: () => Runtime,
  wait: (runtime: Runtime, tree: GrownTree) => Promise<void>,
): Drive {
  return async (tree) => {
    const runtime = make();
    await wait(runtime, tree);
    if (runtime.pending > 0) tree.broken.push(`the runtime has ${runtime.pending} pending`);
    await runtime.close();
  };
}

const waiting = (runtime: Runtime, tree: GrownTree): Promise<void> =>
  settled(tree, runtime.wait(tree.root));

async function manual(runtime: Runtime, tree: GrownTree): Promise<void> {
  const check = due();
  const state = { open: true };
  const done = settled(tree, runtime.wait(tree.root)).finally(() => (state.open = false));
  for (let turn = 0; state.open; turn++) {
    runtime.poll(1 + (turn % 3));
    await pass(tree, turn);
    check();
  }
  await done;
}

async function completions(runtime: Runtime, tree: GrownTree): Promise<void> {
  const given: Future<unknown>[] = [];
  for await (const { future } of runtime.completions([tree.root])) given.push(future);
  if (given.length !== 1 || !tree.root.done) tree.broken.push('completions() did not give it once');
}

const wake = (): undefined => undefined;

/** Drives by the event loop. */
export const drives = {
  'polls alone': byHand(),
  'polls by a waker': byHand({ wake }),
  'polls by a poller': byHand({ poller: true }),
  'polls by either': byHand({ wake, poller: true }),
  await: (tree: GrownTree) => settled(tree, Promise.resolve(tree.root)),
  promise: (tree: GrownTree) => settled(tree, tree.root.promise()),
  runtime: by(() => new Runtime(), waiting),
  'immediate runtime': by(() => new Runtime({ drive: 'immediate' }), waiting),
  'runtime of budget 1': by(() => new Runtime({ budget: 1, spinsBeforeSleep: 2 }), waiting),
  'manual runtime': by(() => new Runtime({ drive: 'manual' }), manual),
  completions: by(() => new Runtime(), completions),
  'all at once': async (tree: GrownTree) => {
    const runtime = new Runtime();
    await Promise.all([
      settled(tree, tree.root.promise()),
      settled(tree, runtime.wait(tree.root)),
      byHand({ wake })(tree),
    ]);
    await runtime.close();
  },
} satisfies Record<string, Drive>;

/** Drives without the event loop. */
export const drivesSync = {
  waitSync: by(
    () => new Runtime({ spinsBeforeSleep: 5 }),
    async (runtime, tree) => {
      try {
        runtime.waitSync(tree.root, PATIENCE_MS);
      } catch (error) {
        if (error !== tree.root.error) throw error;
      }
    },
  ),
  spinning: async (tree: GrownTree) => {
    const check = due();
    while (!tree.root.done) {
      tree.tick();
      tree.root.poll();
      Runtime.default.poll();
      check();
    }
  },
} satisfies Record<string, Drive>;
