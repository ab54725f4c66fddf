// The price of waiting: polls of futures whose job is still under way, against a load of a word of
// shared memory and a call of a function that does nothing. Native calls made meanwhile are counted.
import { createRequire } from 'node:module';
import { all, chain, completed, Notifier, threadsMover } from 'datamover';
import { compare, print } from './measure.mjs';

const many = 32;
const operations = 1024;
const repeats = 10;

let nativeCalls = 0;
const { addon } = createRequire(import.meta.url)('../dist/addon.js');
const native = addon();
for (const [name, original] of Object.entries(native)) {
  if (typeof original !== 'function') continue;
  native[name] = (...values) => {
    nativeCalls++;
    return original(...values);
  };
}

// One thread, with a minute of work before the jobs that are polled.
const mover = threadsMover({ threads: 1 });
const block = Buffer.alloc(256 * 1024 * 1024);
for (let n = 0; n < 1000; n++) mover.futures.fill(block, 1).poll();
const jobs = Array.from({ length: many }, () => mover.futures.nop());
const slots = jobs.map((job) => {
  const notifier = new Notifier({ poller: true });
  job.poll(notifier);
  return notifier.slot;
});
for (const job of jobs) job.poll();
if (nativeCalls === 0) throw new Error('native calls are not counted');

/** Polled once: it stands at its last step, which waits for a job. */
function chainOfDepth(depth) {
  let longest = chain(completed(0));
  for (let step = 1; step < depth; step++) longest = longest.next((value) => value + 1);
  longest = longest.next(() => jobs[0]);
  longest.poll();
  return longest;
}

const waker = new Notifier({ wake: () => undefined });
const together = all(jobs);
const watched = all(jobs);
watched.poll(waker);

const polls =
  (future, notifier, times = operations) =>
  () => {
    for (let n = 0; n < times; n++) future.poll(notifier);
  };

const words = new Int32Array(new SharedArrayBuffer(many * 4));
let loaded = 0;
function load() {
  for (let n = 0; n < operations; n++) loaded += Atomics.load(words, n % many);
}

const empty = () => undefined;
function call() {
  for (let n = 0; n < operations; n++) empty();
}

let seen = 0;
const measured = {
  'poll of a pending job': () => {
    for (let n = 0; n < operations; n++) jobs[n % many].poll();
  },
  'read of a PollSlot': () => {
    for (let n = 0; n < operations; n++) if (slots[n % many].done) seen++;
  },
  'poll of a chain at step 1': polls(chainOfDepth(1)),
  'poll of a chain at step 10': polls(chainOfDepth(10)),
  'poll of a chain at step 1000': polls(chainOfDepth(1000)),
  [`poll of all of ${many} jobs, for each of them`]: polls(together, null, operations / many),
  [`poll of all of ${many} jobs, with a waker`]: polls(watched, waker),
};

const before = nativeCalls;
for (const [what, run] of Object.entries(measured)) {
  print(what, compare(run, load, { operations, repeats }), 'Atomics.load');
  print(what, compare(run, call, { operations, repeats }), 'an empty function');
}
const during = nativeCalls - before;
console.log(`native calls during all of these polls: ${during}`);

if (during > 0) throw new Error('polling costs native calls');
if (seen > 0 || loaded > 0 || jobs.some(({ done }) => done)) throw new Error('a job was complete');
// Nobody waits for the work that is left.
process.exit();
