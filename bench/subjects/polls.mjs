// The price of waiting: polls of futures whose job is still under way. None of them may cost a native
// call: these are counted.
import { createRequire } from 'node:module';
import { all, chain, completed, Notifier, threadsMover } from 'datamover';
import { eachSlot } from './node.mjs';

const MANY = 32;

/** Calls of the addon's functions from here on. */
function countNativeCalls() {
  const { addon } = createRequire(import.meta.url)('../../dist/addon.js');
  const native = addon();
  const counter = { calls: 0 };
  for (const [name, original] of Object.entries(native)) {
    if (typeof original !== 'function') continue;
    native[name] = (...values) => {
      counter.calls++;
      return original(...values);
    };
  }
  return counter;
}

/** Jobs behind a minute of work for the one thread of their mover. */
function pendingJobs() {
  const mover = threadsMover({ threads: 1 });
  const block = Buffer.alloc(256 * 1024 * 1024);
  for (let n = 0; n < 1000; n++) mover.futures.fill(block, 1).poll();
  const jobs = Array.from({ length: MANY }, () => mover.futures.nop());
  const slots = jobs.map((job) => {
    const notifier = new Notifier({ poller: true });
    job.poll(notifier);
    return notifier.slot;
  });
  for (const job of jobs) job.poll();
  return { jobs, slots };
}

/** Polled once: it stands at its last step, which waits for the job. */
function chainOfDepth(depth, job) {
  let longest = chain(completed(0));
  for (let step = 1; step < depth; step++) longest = longest.next((value) => value + 1);
  longest = longest.next(() => job);
  longest.poll();
  return longest;
}

const polled = (future, notifier) => () => future.poll(notifier);

const polls = {
  'poll of a pending job':
    ({ jobs }) =>
    (i) =>
      jobs[i % MANY].poll(),
  'read of a PollSlot':
    ({ slots }) =>
    (i) => {
      if (slots[i % MANY].done) throw new Error('a job was complete');
    },
  'poll of a chain at step 1': ({ jobs }) => polled(chainOfDepth(1, jobs[0])),
  'poll of a chain at step 1000': ({ jobs }) => polled(chainOfDepth(1000, jobs[0])),
  [`poll of all of ${MANY} jobs`]: ({ jobs }) => polled(all(jobs)),
  [`poll of all of ${MANY} jobs, with a waker`]: ({ jobs }) => {
    const waker = new Notifier({ wake: () => undefined });
    const future = all(jobs);
    future.poll(waker);
    return polled(future, waker);
  },
};

/** A subject whose jobs nobody waits for: the process that measures it ends by exit(). */
const subjectOf = (make) => (context) => {
  const counter = countNativeCalls();
  const pending = pendingJobs();
  const poll = make(pending);
  if (counter.calls === 0) throw new Error('native calls are not counted');
  const before = counter.calls;
  return {
    ...eachSlot(context, poll),
    close() {
      if (counter.calls > before) throw new Error('polling costs native calls');
      if (pending.jobs.some(({ done }) => done)) throw new Error('a job was complete');
    },
  };
};

export const pollSubjects = Object.fromEntries(
  Object.entries(polls).map(([name, make]) => [name, subjectOf(make)]),
);
