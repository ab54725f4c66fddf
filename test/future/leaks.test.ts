import { childResult } from '../support/child';

/** How many there are of each kind; of those that cost least there are more. */
const MANY = 50_000;
const cheap = ['future', 'a job'];

/** Bytes by which heap and process may be larger afterwards: a few for each at most. */
const HEAP_SLACK = 1_000_000;
const RSS_SLACK = 32_000_000;

interface Outcome {
  readonly kind: string;
  readonly heap: number;
  readonly rss: number;
  /** Jobs that the mover takes at once afterwards, of as many slots. */
  readonly free: number;
}

const SLOTS = 64;

/** JavaScript that makes one. */
const kinds = {
  future: 'task',
  'a job': '() => m.futures.copy(a, b)',
  chain: '() => chain(task).next(task).lastly(running)',
  'a chain and its branch':
    '() => { const c = chain(task); return [c.next(task), c.next(task)][1]; }',
  chainOf: '() => chainOf({}, [{ init: task, map: running }, { future: task() }])',
  all: '() => all([task(), task()])',
  race: '() => race([task(), task()])',
  loop: '() => loop(task, running)',
  fromPromise: '() => fromPromise(() => new Promise(running))',
  'a chain of jobs': '() => chain(m.futures.copy(a, b)).next(() => m.futures.copy(b, a))',
};

/** A child makes and drops all kinds of futures, and measures what is left behind by each. */
const measure = (drop: string, most: number): Promise<Outcome[]> =>
  childResult<Outcome[]>(
    `
    const { all, race, chain, chainOf, fromPromise, future, loop, Notifier } = library;
    const m = threadsMover({ threads: 1, ring: ${SLOTS} });
    const a = Buffer.alloc(64), b = Buffer.alloc(64);
    const running = () => 2;
    const task = () => future({}, running);
    const turn = () => new Promise(setImmediate);
    const settle = async () => {
      await m.drain();
      for (let n = 0; n < 3; n++) { globalThis.gc(); await turn(); }
      return process.memoryUsage();
    };
    const drop = (make) => ${drop};
    const work = async (make, times) => {
      for (let n = 0; n < times; n++) {
        drop(make);
        if (n % 60 === 59) await (n % 600 === 599 ? turn() : m.ready());
      }
    };
    const outcomes = [];
    const kinds = { ${Object.entries(kinds)
      .map(([kind, make]) => `'${kind}': ${make}`)
      .join(', ')} };
    for (const [kind, make] of Object.entries(kinds)) {
      const times = ${JSON.stringify(cheap)}.includes(kind) ? ${most} : ${MANY};
      await work(make, 10_000);
      const before = await settle();
      await work(make, times);
      const after = await settle();
      const jobs = Array.from({ length: ${SLOTS + 1} }, () => m.futures.nop());
      const free = jobs.filter((job) => job.poll() !== 0).length;
      await settle();
      outcomes.push({ kind, free, heap: after.heapUsed - before.heapUsed,
        rss: after.rss - before.rss });
    }
    await m.close();
    console.log(JSON.stringify(outcomes));`,
    ['--expose-gc'],
  );

test.each([
  ['unpolled', '{ make(); }', 1_000_000],
  ['polled once', '{ make().poll(); }', 1_000_000],
  ['polled once with a waker', '{ make().poll(new Notifier({ wake: running })); }', 100_000],
])('futures dropped %s leak nothing', async (_name, drop, most) => {
  const outcomes = await measure(drop, most);
  const leaks = outcomes.filter(
    ({ heap, rss, free }) => heap > HEAP_SLACK || rss > RSS_SLACK || free !== SLOTS,
  );
  expect(outcomes).toHaveLength(Object.keys(kinds).length);
  expect(leaks).toEqual([]);
});
