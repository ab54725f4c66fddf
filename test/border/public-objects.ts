import * as library from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { Recording } from '../support/recording';
import { good } from './positions';

// What the public face hands out, of each kind one.

export const operand = good();
export const source = good();
export const shared = library.threadsMover({ threads: 1 });
afterAll(() => shared.close());

const pool = new library.Pool();
const pending = library.syncMover().futures.copy(operand, source);
const running = shared.futures.copy(operand, source);
running.poll();
export const failed = library.syncMover().futures.copy(operand, null as any);

/** Polled once by a notifier, which has a location to watch. */
export function watched(future: library.Future<unknown>): library.Notifier {
  const notifier = new library.Notifier({ poller: true, wake: () => undefined });
  future.poll(notifier);
  return notifier;
}

export const watching = library.threadsMover({ threads: 1, notifier: 'poller' });
afterAll(() => watching.close());
export const watchedJob = watching.futures.copy(operand, source);
export const jobNotifier = watched(watchedJob);
const engine = new Recording({ check: () => library.FutureState.Running });
const custom = library.moverFrom(engine);
const customFuture = custom.futures.copy(operand, source);
const customNotifier = watched(customFuture);
const jobs = (): library.Future<Buffer> => shared.futures.copy(operand, source);
const steps = library.chain(jobs).next(jobs);
const entries = library.chainOf({}, [{ init: jobs }]);
const together = library.all([jobs(), watchedJob]);
const first = library.race([jobs(), watchedJob]);
const turns = library.loop(jobs, () => true);
for (const future of [steps, entries, together, first, turns]) future.poll();
const ownRuntime = new library.Runtime();
void ownRuntime.wait(jobs());

const hardware = loopbackMover({ faultEvery: 3 });
const hardwareJob = hardware.futures.copy(operand, source);
hardwareJob.poll();
const limited = hardware.futures.copy(operand, source, { timeoutMs: 60_000 });
limited.poll();
afterAll(() => hardware.close());

const channel = hardware.channel({ depth: 2 });
const onTheSpot = library.syncMover().channel({ depth: 2 });
for (const each of [channel, onTheSpot]) {
  each.copy(shared.register(operand), 0, shared.register(source), 0, 8);
  each.submit();
}

let builder: library.BatchBuilder | undefined;
let member: library.Future<unknown> | undefined;
const batch = shared.futures.batch((b) => {
  builder = b;
  member = b.copy(operand, source);
  b.fence();
  void b.crc32c(source);
});
batch.poll();
const sequence = shared.futures.sequence();
export const scratch = sequence.scratch(operand.length);
const step = sequence.ops.copy(scratch, source);
sequence.ops.copy(operand, scratch);
const run = sequence.run();
run.poll();

const job = new library.Job(shared);
job.operation = library.JobOperation.MemMove;
job.sourceFirst = source;
job.destinationFirst = operand;
job.sourceLength = source.length;
job.submit();
export const delta = library.syncMover().createDelta(operand, Buffer.from(operand));
const compared = library.syncMover().compare(operand, source);
const work = library.syncMover().futures.createDelta(operand, Buffer.from(operand));
const refused = new library.Job(shared);
refused.flags = -1;
refused.batchSet(0, {});
const lines = new library.Job(shared);
lines.batchResize(1);
let given: readonly unknown[] = [];
const task = library.future({}, (...all) => {
  given = all;
  return library.FutureState.Running;
});
task.poll(new library.Notifier({ wake: () => undefined, poller: true }));
/** A future of another library. */
const foreign = { done: false, state: 0, poll: () => 0, has: () => false, cancel: () => false };
const adopting = library.all([foreign as unknown as library.Future<number>]);
const stream = new library.Runtime().completions([shared.futures.nop()]);

export const publicObjects: readonly [string, unknown][] = [
  ['the module', library],
  ['mover', library.mover],
  ['syncMover()', library.syncMover()],
  ['threadsMover()', shared],
  ['futures', shared.futures],
  ['with()', shared.with({ cache: 'llc' })],
  ['an idle future', pending],
  ['a running future', running],
  ['a failed future', failed],
  ['the error of it', failed.error],
  ['a pool', pool],
  ['a block', pool.alloc(64)],
  ['a region', library.mover.register(operand)],
  ['the runtime', library.Runtime.default],
  ['capabilities', shared.capabilities],
  ['a runtime of one’s own', ownRuntime],
  ['its statistics', ownRuntime.stats()],
  ['a notifier', jobNotifier],
  ['the location that a job is watched by', jobNotifier.slot],
  ['a watched job', watchedJob],
  ['a chain', steps],
  ['a chain of entries', entries],
  ['all', together],
  ['a race', first],
  ['a loop', turns],
  ['a future that waits for a promise', library.fromPromise(() => Promise.resolve(1))],
  ['a custom mover', custom],
  ['its future', customFuture],
  ['the notifier of that', customNotifier],
  ['what its engine was given', engine.handles],
  ['a mover over work queues', hardware],
  ['its job', hardwareJob],
  ['a job with a limit', limited],
  ['its statistics', hardware.stats()],
  ['what explains it', hardware.explain('copy', 4096)],
  ['a channel', channel],
  ['a channel on the spot', onTheSpot],
  ['a batch', batch],
  ['what builds it', builder],
  ['a member of it', member],
  ['a sequence', sequence],
  ['its operations', sequence.ops],
  ['a step of it', step],
  ['its run', run],
  ['a job as DML has it', job],
  ['a delta', delta],
  ['what a comparison gives', compared.output],
  ['the order of completion', stream],
  ['a work of several jobs', work],
  ['a drain', watching.drain()],
  ['why a job was refused', refused.error],
  ['the member of a job', lines.batchMember(0)],
  ['a task', task],
  ['what it is given', given],
  ['what waits for a foreign future', adopting],
  ['a future that is complete', library.completed(1)],
  ['devices', library.devices()],
];
