import { types } from 'node:util';
import * as library from '../../lib';
import { addon } from '../../lib/addon';
import { loopbackMover } from '../../lib/movers/loopback';
import { Recording } from '../support/recording';
import { good } from './positions';

/**
 * Whoever can write a descriptor can write any memory. So nothing that the public face hands out
 * may lead to memory of a job table, to the functions of the addon, or to an address.
 */
interface Finding {
  readonly path: string;
  readonly value: unknown;
}

/** What collections hold; of what is no collection: nothing. */
function contents(value: object): unknown[] {
  if (types.isMap(value)) return [...value].flat();
  if (types.isSet(value)) return [...value];
  return [];
}

/** Everything that can be reached from `root` by properties, prototypes, accessors and collections. */
function reachable(root: unknown, name: string): Finding[] {
  const seen = new Set<unknown>();
  const findings: Finding[] = [];
  const visit = (value: unknown, path: string, depth: number): void => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    findings.push({ path, value });
    if (!isObject || seen.has(value) || depth > 8) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) return;
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)!;
      const at = `${path}.${String(key)}`;
      if ('value' in property) visit(property.value, at, depth + 1);
      for (const receiver of property.get ? [value, root] : []) {
        try {
          visit(property.get!.call(receiver), at, depth + 1);
        } catch {
          // An accessor of something else.
        }
      }
    }
    for (const item of contents(value)) visit(item, `${path}.[[Content]]`, depth + 1);
    visit(Object.getPrototypeOf(value), `${path}.[[Prototype]]`, depth + 1);
  };
  visit(root, name, 0);
  return findings;
}

const operand = good();
const source = good();
const shared = library.threadsMover({ threads: 1 });
afterAll(() => shared.close());

const pool = new library.Pool();
const pending = library.syncMover().futures.copy(operand, source);
const running = shared.futures.copy(operand, source);
running.poll();
const failed = library.syncMover().futures.copy(operand, null as any);

/** Polled once by a notifier, which has a location to watch. */
function watched(future: library.Future<unknown>): library.Notifier {
  const notifier = new library.Notifier({ poller: true, wake: () => undefined });
  future.poll(notifier);
  return notifier;
}

const watching = library.threadsMover({ threads: 1, notifier: 'poller' });
afterAll(() => watching.close());
const watchedJob = watching.futures.copy(operand, source);
const jobNotifier = watched(watchedJob);
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
const scratch = sequence.scratch(operand.length);
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
const delta = library.syncMover().createDelta(operand, Buffer.from(operand));
const compared = library.syncMover().compare(operand, source);
const stream = new library.Runtime().completions([shared.futures.nop()]);

const publicObjects: readonly [string, unknown][] = [
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
  ['devices', library.devices()],
];

const native = addon();
const address = native.addressOf(operand);
/** Addresses of the process's heap and maps are far above any size, count or code. */
const looksLikeAddress = (value: unknown): boolean =>
  (typeof value === 'number' &&
    Number.isInteger(value) &&
    Math.abs(value) > 2 ** 33 &&
    Math.abs(value) < 2 ** 53 - 1) ||
  (typeof value === 'bigint' && value > 2n ** 33n);

test.each(publicObjects)('%s leads to no address', (name, object) => {
  const found = reachable(object, name).filter(
    ({ value, path }) =>
      looksLikeAddress(value) && !/lib\.Runtime|performance|MAX_SAFE|EPSILON/.test(path),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

test.each(publicObjects)('%s leads to no memory but the caller’s', (name, object) => {
  const mine = new Set<unknown>(
    [operand, source, scratch, delta.output.record].map((b) => b.buffer),
  );
  const found = reachable(object, name).filter(({ value, path }) => {
    if (!types.isAnyArrayBuffer(value) && !ArrayBuffer.isView(value)) return false;
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    return !mine.has(buffer) && !path.startsWith('a block');
  });
  expect(found.map(({ path }) => path)).toEqual([]);
});

test.each(publicObjects)('%s leads to no function of the addon', (name, object) => {
  const functions = new Set<unknown>(Object.values(native).filter((f) => typeof f === 'function'));
  const found = reachable(object, name).filter(
    ({ value }) => value === native || functions.has(value),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

test('no region can be made from a forged range', () => {
  const Region = library.Region as unknown as new (...args: unknown[]) => unknown;
  const [low, high] = [address | 0, Math.floor(address / 2 ** 32)];
  const owner = new ArrayBuffer(64);
  const range = { address, low, high, length: 64, owner, offset: 0, shared: true, intact: true };
  let region: unknown;
  try {
    region = new Region(range, Buffer.alloc(64));
  } catch {
    return;
  }
  const future = library.mover.futures.fill(region as Buffer, 1);
  future.poll();
  expect(future.error).toBeInstanceOf(TypeError);
});

test('static functions of a region’s class tell no address', () => {
  const region = library.mover.register(operand);
  const { Region } = library as any;
  for (const key of Reflect.ownKeys(Region)) {
    if (typeof Region[key] !== 'function') continue;
    const told: unknown = Region[key](region);
    expect(reachable(told, 'told').filter(({ value }) => value === address)).toEqual([]);
  }
});

/** Calls whatever a future has, as a curious user might. */
test('no method of a running future gives its slot away', async () => {
  const known = ['constructor', 'then', 'promise', 'poll', 'has', 'cancel'];
  for (let round = 0; round < 20; round++) {
    const bytes = 1 << 20;
    const [dst, src] = [Buffer.alloc(bytes), Buffer.alloc(bytes, round + 1)];
    const future = shared.copy(dst, src) as any;
    for (
      let at = Object.getPrototypeOf(future);
      at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      for (const key of Reflect.ownKeys(at)) {
        const method: unknown = Object.getOwnPropertyDescriptor(at, key)!.value;
        if (typeof method !== 'function' || known.includes(String(key))) continue;
        if (typeof key === 'symbol') continue;
        if (/^(begin|settle|verify|start|listen)$/.test(key)) {
          throw new Error(`a user can call ${key}() of a future`);
        }
      }
    }
    await future;
    expect(dst.equals(src)).toBe(true);
  }
});

test('whatever is written to the properties of a future, its job runs once', async () => {
  const bytes = 8 << 20;
  const mover = library.threadsMover({ threads: 1 });
  for (let round = 0; round < 5; round++) {
    const dst = Buffer.alloc(bytes);
    const future = mover.futures.fill(dst, 7) as any;
    future.poll();
    for (const key of Object.keys(future)) {
      if (typeof future[key] === 'number') future[key] = 0;
    }
    future.drive?.();
    future.poll();
    await mover.drain();
    await expect(mover.nop()).resolves.toBeUndefined();
    expect(library.Runtime.default.pending).toBe(0);
    expect(dst[bytes - 1]).toBe(7);
  }
  await mover.close();
});

test('a location tells one thing, and cannot be told anything', () => {
  const { slot } = jobNotifier;
  expect(Object.keys(slot!)).toEqual([]);
  for (const value of [true, false]) {
    expect(Reflect.set(slot!, 'done', value)).toBe(false);
  }
  const forged = watched(watching.futures.copy(operand, source));
  Object.defineProperty(forged, 'slot', { value: { done: true } });
  expect(watchedJob.error).toBeUndefined();
});

test('descriptors in error messages: none', () => {
  const text = `${String(failed.error)} ${failed.error!.stack ?? ''}`;
  expect(text).not.toContain(address.toString(16));
  expect(text).not.toContain(address.toString());
});
