import {
  FutureState,
  moverFrom,
  Notifier,
  open,
  Runtime,
  syncMover,
  threadsMover,
  type Future,
  type Mover,
} from '../../lib';
import { childResult } from '../support/child';
import { Recording } from '../support/recording';

const timedOut = 'ERR_MOVER_TIMEOUT';
const codeOf = (future: Future<unknown>): Promise<string> =>
  future.then(
    () => 'ok',
    (error: Error) => (error as NodeJS.ErrnoException).code ?? error.name,
  );

/** A mover whose engine has no end to anything until it is told. */
function stuck(): { mover: Mover; engine: Recording; finish: () => void } {
  let state: FutureState = FutureState.Running;
  const engine = new Recording({ check: () => state });
  return { mover: moverFrom(engine), engine, finish: () => (state = FutureState.Complete) };
}

describe.each([
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 1 })],
  ['automatic', () => open()],
] as const)('%s', (_name, make) => {
  test('in time: as without a limit', async () => {
    const mover = await make();
    const limited = mover.with({ timeoutMs: 60_000 });
    const [target, source] = [Buffer.alloc(100_000), Buffer.alloc(100_000, 'in time')];
    expect(await limited.copy(target, source)).toBe(target);
    expect(target.equals(source)).toBe(true);
    expect(await limited.futures.equals(target, source)).toBe(true);
    const { ok } = await limited.batch((batch) => {
      batch.fill(target, 1);
      batch.fence();
      batch.copy(source, target);
    });
    expect([ok, source[99_999]]).toEqual([true, 1]);
    const sequence = limited.sequence();
    const sum = sequence.ops.crc32c(source);
    await sequence.run();
    expect(sum.output).toBe(await mover.crc32c(source));
    await expect(limited.copy(target, source.subarray(1))).rejects.toThrow(RangeError);
    await mover.close();
  });
});

test('out of time: fails though the engine goes on, and its end changes nothing', async () => {
  const { mover, engine, finish } = stuck();
  const target = Buffer.alloc(8);
  const copy = mover.copy(target, Buffer.alloc(8, 1), { timeoutMs: 5 });
  const error = await copy.promise().catch((e: unknown) => e);
  expect(error).toMatchObject({ name: 'MoverError', code: timedOut, operation: 'copy' });
  expect(String(error)).toContain('5 ms');
  expect([copy.done, mover.stats().inFlight, engine.handles.length]).toEqual([true, 1, 1]);
  const closed = mover.close();
  finish();
  await closed;
  expect(mover.stats().inFlight).toBe(0);
  expect(copy.error).toBe(error);
});

test.each(['copy', 'batch'] as const)('a mover closes once they have ended: %s', async (kind) => {
  const mover = threadsMover({ threads: 1 });
  const [target, source] = [Buffer.alloc(4 << 20), Buffer.alloc(4 << 20, 1)];
  const { futures } = mover.with({ timeoutMs: 60_000 });
  const limited =
    kind === 'copy'
      ? futures.copy(target, source)
      : futures.batch((batch) => {
          batch.copy(target, source);
        });
  // Nobody polls it again but the mover that closes.
  limited.poll();
  await mover.close();
  expect([limited.done, limited.error, target.equals(source)]).toEqual([true, undefined, true]);
});

test('what waits in line is withdrawn: its memory stays as it is', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const first = mover.fill(Buffer.alloc(64 << 20), 1);
  const target = Buffer.alloc(64);
  const second = mover.futures.fill(target, 2, { timeoutMs: 0 });
  second.poll();
  expect(second.done).toBe(true);
  expect(await codeOf(second)).toBe(timedOut);
  await first;
  await mover.drain();
  expect(target).toEqual(Buffer.alloc(64));
  await mover.close();
});

test('what finds no room has its place in the line: a drain behind it waits for it', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const first = mover.fill(Buffer.alloc(1 << 20), 1);
  const target = Buffer.alloc(64);
  const second = mover.fill(target, 2, { timeoutMs: 60_000 });
  await mover.drain();
  expect([second.done, target[63]]).toEqual([true, 2]);
  await first;
  await mover.close();
});

test('of a lazy future the time begins with its first poll', async () => {
  const { mover, finish } = stuck();
  const future = mover.futures.nop({ timeoutMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(future.state).toBe(FutureState.Idle);
  finish();
  expect(await codeOf(future)).toBe('ok');
});

test('polled by hand, without a turn of the event loop', () => {
  const { mover, finish } = stuck();
  const future = mover.futures.nop({ timeoutMs: 2 });
  const patience = performance.now() + 10_000;
  while (!future.done && performance.now() < patience) future.poll();
  expect(future.error).toMatchObject({ code: timedOut });
  expect(() =>
    new Runtime({ drive: 'manual' }).waitSync(mover.futures.nop({ timeoutMs: 2 })),
  ).toThrow('not complete after 2 ms');
  finish();
});

test('an eager failure that nobody looks at is reported, a lazy one is not', async () => {
  const reasons = await childResult<unknown>(`
    const { FutureState, moverFrom } = library;
    const reasons = [];
    process.on('unhandledRejection', ({ code }) => reasons.push(code));
    const mover = moverFrom({
      name: 'stuck',
      capabilities: { operations: ['nop'] },
      create: () => 0,
      start: () => true,
      check: () => FutureState.Running,
      finish: () => 0,
    });
    mover.nop({ timeoutMs: 1 });
    mover.futures.nop({ timeoutMs: 1 }).poll();
    // Far enough not to be over by now.
    mover.nop({ timeoutMs: 1000 }).cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(JSON.stringify(reasons));
    process.exit();`);
  expect(reasons).toEqual([timedOut]);
});

test('the whole of a batch: members that are under way end by themselves', async () => {
  const { mover, finish } = stuck();
  const members: Future<unknown>[] = [];
  const batch = mover.batch(
    (b) => {
      members.push(b.nop());
      b.fence();
      members.push(b.fill(Buffer.alloc(8), 1));
    },
    { timeoutMs: 5 },
  );
  expect(await codeOf(batch)).toBe(timedOut);
  finish();
  expect(await Promise.all(members.map(codeOf))).toEqual(['ok', timedOut]);
  await mover.close();
});

test('the whole of a sequence', async () => {
  const { mover, finish } = stuck();
  const sequence = mover.sequence();
  const [a, b] = [Buffer.alloc(8), Buffer.alloc(8)];
  sequence.ops.fill(a, 1);
  sequence.ops.copy(b, a);
  expect(await codeOf(sequence.run({ timeoutMs: 5 }))).toBe(timedOut);
  finish();
  await mover.close();
});

test('parts have no limit of their own, and channels none', async () => {
  const mover = syncMover();
  let member: Future<unknown> | undefined;
  const { ok } = await mover.with({ timeoutMs: 1000 }).batch((batch) => {
    member = batch.nop({ timeoutMs: 1 });
  });
  expect([ok, member?.error]).toMatchObject([false, { code: 'ERR_MOVER_UNSUPPORTED' }]);
  expect(() => mover.with({ timeoutMs: 1 }).channel()).toThrow(
    expect.objectContaining({ code: 'ERR_MOVER_UNSUPPORTED' }),
  );
  mover.with({ timeoutMs: 1 }).with({ timeoutMs: Infinity }).channel();
});

test.each([
  ['1', 'ERR_INVALID_ARG_TYPE'],
  [null, 'ERR_INVALID_ARG_TYPE'],
  [-1, 'ERR_OUT_OF_RANGE'],
  [NaN, 'ERR_OUT_OF_RANGE'],
  [2 ** 31, 'ERR_OUT_OF_RANGE'],
])('timeoutMs: %p is refused', async (timeoutMs, code) => {
  expect(await codeOf(syncMover().nop({ timeoutMs: timeoutMs as number }))).toBe(code);
});

test('cancelled, aborted, and of no further effect', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const first = mover.fill(Buffer.alloc(16 << 20), 1);
  const reason = new Error('cancelled');
  const waiting = mover.nop({ timeoutMs: 60_000 });
  expect(waiting.cancel(reason)).toBe(true);
  expect(waiting.error).toBe(reason);
  const controller = new AbortController();
  const aborted = mover.nop({ timeoutMs: 60_000, signal: controller.signal });
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await first;
  await mover.close();
});

test('a poller is not told by a location that knows nothing of the time', () => {
  const { mover, finish } = stuck();
  const future = mover.futures.nop({ timeoutMs: 60_000 });
  const notifier = new Notifier({ poller: true });
  future.poll(notifier);
  expect(notifier.used).toBe('none');
  finish();
  future.poll();
  expect(future.done).toBe(true);
});

test('the limit of what is awaited keeps the process until it is over', async () => {
  const code = await childResult(`
    const own = library.moverFrom({
      name: 'own',
      capabilities: { operations: ['copy'], notifiers: ['waker'] },
      create: () => ({}),
      start: (_handle, notifier) => (notifier.useWaker(), true),
      check: () => library.FutureState.Running,
      finish() {},
    });
    const error = await own.copy(Buffer.alloc(8), Buffer.alloc(8), { timeoutMs: 50 }).then(() => 0, (e) => e);
    console.log(JSON.stringify(error.code));
  `);
  expect(code).toBe('ERR_MOVER_TIMEOUT');
});
