import { FutureState, open, syncMover, threadsMover, type Mover } from '../../lib';

let sync: Mover;
let threads: Mover;
let automatic: Mover;
beforeAll(async () => {
  sync = syncMover();
  threads = threadsMover({ threads: 2 });
  automatic = await open();
});
afterAll(() => Promise.all([sync.close(), threads.close(), automatic.close()]));

const small = (): Buffer => Buffer.alloc(64);
const large = (): Buffer => Buffer.alloc(256 * 1024);

function pollToTheEnd(future: { poll(): FutureState }): void {
  const patience = Date.now() + 20_000;
  while (future.poll() !== FutureState.Complete) {
    if (Date.now() > patience) throw new Error('never completed');
  }
}

test('a lazy future does nothing before it is polled', async () => {
  const target = small();
  const future = sync.futures.fill(target, 9);
  await sync.nop();
  await new Promise(setImmediate);
  expect(future.state).toBe(FutureState.Idle);
  expect(target).toEqual(small());
  pollToTheEnd(future);
  expect(future.output).toBe(target);
  expect(target).toEqual(Buffer.alloc(64, 9));
});

test('the synchronous mover is done in the first poll', () => {
  const future = sync.futures.crc32c(Buffer.from('123456789'));
  expect(future.poll()).toBe(FutureState.Complete);
  expect(future.output).toBe(0xe306_9283);
  expect(future.poll()).toBe(FutureState.Complete);
});

test('threads are polled to the end without the event loop', () => {
  const target = large();
  const future = threads.futures.fill(target, 3);
  expect(() => future.output).toThrow(expect.objectContaining({ code: 'ERR_FUTURE_PENDING' }));
  pollToTheEnd(future);
  expect(target).toEqual(large().fill(3));
});

test('an eager future goes on by itself', async () => {
  const target = large();
  const future = threads.fill(target, 3);
  while (!future.done) await new Promise(setImmediate);
  expect(future.output).toBe(target);
  expect(target[65_535]).toBe(3);
});

test('a lazy future that was polled once is finished by the event loop', async () => {
  const target = large();
  const future = threads.futures.fill(target, 3);
  future.poll();
  while (!future.done) await new Promise(setImmediate);
  expect(target[65_535]).toBe(3);
});

test('has("async"): who needs no polling', () => {
  expect(sync.futures.fill(small(), 0).has('async')).toBe(false);
  expect(sync.futures.fill(large(), 0).has('async')).toBe(false);
  expect(threads.futures.fill(small(), 0).has('async')).toBe(true);
  expect(threads.futures.fill(large(), 0).has('async')).toBe(true);
  expect(automatic.futures.fill(small(), 0).has('async')).toBe(false);
  expect(automatic.futures.fill(large(), 0).has('async')).toBe(true);
});

test('cancel before the start', async () => {
  const target = small();
  const future = threads.futures.fill(target, 9);
  expect(future.cancel()).toBe(true);
  expect(future.poll()).toBe(FutureState.Complete);
  await expect(future).rejects.toMatchObject({ name: 'AbortError' });
  await threads.drain();
  expect(target).toEqual(small());
});

test('cancel of what is gathered but not handed over', async () => {
  const target = small();
  const future = threads.fill(target, 9);
  expect(future.cancel(new Error('enough'))).toBe(true);
  await expect(future).rejects.toThrow('enough');
  await threads.drain();
  expect(target).toEqual(small());
});

test('a cancelled future stays complete, whatever the engine is busy with', async () => {
  const busy = threadsMover({ threads: 1 });
  const long = busy.fill(Buffer.alloc(64 << 20), 1);
  const future = busy.fill(small(), 9);
  const rejected = expect(future).rejects.toThrow('enough');
  expect(future.cancel(new Error('enough'))).toBe(true);
  expect([future.poll(), future.poll(), future.state]).toEqual([1, 1, 1]);
  await rejected;
  await long;
  await busy.close();
});

test('cancel comes too late once it is done', () => {
  const future = sync.futures.nop();
  future.poll();
  expect(future.cancel()).toBe(false);
  expect(future.error).toBeUndefined();
});

test('32 lazy futures are gathered by a poll each, and complete with the next', () => {
  const source = Buffer.from(Array.from({ length: 64 }, (_, n) => n));
  const pairs = Array.from({ length: 32 }, () => {
    const target = small();
    return { target, future: automatic.futures.copy(target, source) };
  });
  for (const { future } of pairs) expect(future.poll()).toBe(FutureState.Running);
  for (const { future } of pairs) expect(future.poll()).toBe(FutureState.Complete);
  for (const { future, target } of pairs) {
    expect(future.output).toBe(target);
    expect(target.equals(source)).toBe(true);
  }
});

test('eager operations of one turn are handed over in the microtask', async () => {
  const futures = Array.from({ length: 100 }, (_, n) => automatic.fill(small(), n));
  expect(futures.every((future) => future.state === FutureState.Running)).toBe(true);
  await null;
  await null;
  expect(futures.every((future) => future.done)).toBe(true);
});

test.each(['off', 'microtask', 'tick'] as const)('gathering: %s', async (gather) => {
  const mover = await open({ batching: { gather, max: 8 } });
  const futures = Array.from({ length: 100 }, (_, n) => mover.fill(small(), n));
  const filled = await Promise.all(futures);
  expect(filled.every((target, n) => target.every((byte) => byte === n))).toBe(true);
  await mover.close();
});

test('an operation is what its arguments were when it was made', async () => {
  const dsts: [Buffer, Buffer] = [small(), small()];
  const source = Buffer.alloc(64, 5);
  const future = sync.futures.fill(dsts[0], 5);
  dsts[0] = Buffer.alloc(0);
  const [filled] = await Promise.all([future]);
  expect(filled).toEqual(source);
});
