import {
  FutureState,
  Notifier,
  Runtime,
  syncMover,
  threadsMover,
  type BatchBuilder,
  type Future,
  type Mover,
} from '../../lib';
import { delegatingMover } from '../conformance/delegating';

const movers: readonly [string, () => Mover][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['two slots', () => threadsMover({ threads: 1, ring: 2 })],
  ['custom', () => delegatingMover()],
];

const LARGE = 4_000_000;

/** Two large fills of the same memory, a fence between them. */
const twice =
  (target: Buffer, futures: Future<unknown>[] = []) =>
  (b: BatchBuilder): void => {
    futures.push(b.fill(target, 1));
    b.fence();
    futures.push(b.fill(target, 2));
  };

const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }) as Error;

describe.each(movers)('%s', (_name, make) => {
  let mover: Mover;
  beforeEach(() => {
    mover = make();
  });
  afterEach(() => mover.close());

  test('a lazy batch begins when it is polled, or one of its members is', async () => {
    const target = Buffer.alloc(100);
    const members: Future<unknown>[] = [];
    const batch = mover.futures.batch(twice(target, members));
    expect([batch.state, ...members.map(({ state }) => state)]).toEqual([0, 0, 0]);
    await new Promise(setImmediate);
    expect(target[0]).toBe(0);
    while (!members[1]!.done) members[1]!.poll();
    expect(members[0]!.done).toBe(true);
    expect(target.every((byte) => byte === 2)).toBe(true);
    expect(await batch).toEqual({ completed: 2, ok: true });
  });

  test('a batch that has begun goes to its end, whoever polls it', async () => {
    const target = Buffer.alloc(LARGE);
    mover.futures.batch(twice(target)).poll();
    await mover.close();
    expect(target.at(-1)).toBe(2);
  });

  test('close waits for all groups, and refuses a batch that has not begun', async () => {
    const [begun, late] = [Buffer.alloc(LARGE), Buffer.alloc(10)];
    const members: Future<unknown>[] = [];
    const batch = mover.batch(twice(begun, members));
    const idle = mover.futures.batch(twice(late));
    await mover.close();
    expect(batch.done && members.every(({ done }) => done)).toBe(true);
    expect(begun.at(-1)).toBe(2);
    await expect(idle).rejects.toEqual(closed);
    expect(late[0]).toBe(0);
    await expect(mover.batch((b) => void b.nop())).rejects.toEqual(closed);
  });

  test('a signal withdraws what has not begun', async () => {
    const target = Buffer.alloc(LARGE);
    const members: Future<unknown>[] = [];
    const abort = new AbortController();
    const batch = mover.futures.batch(twice(target, members), { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(batch).rejects.toThrow('enough');
    expect(target[0]).toBe(0);
    for (const member of members) await expect(member).rejects.toThrow('enough');
  });

  test('a signal while a group is under way', async () => {
    const target = Buffer.alloc(LARGE);
    const members: Future<unknown>[] = [];
    const abort = new AbortController();
    const batch = mover.futures.batch(twice(target, members), { signal: abort.signal });
    batch.poll();
    abort.abort(new Error('enough'));
    const settled = await Promise.allSettled([batch, ...members]);
    const ended = settled.map(({ status }) => status);
    // The inline engine has done all by then.
    if (ended[0] === 'rejected') {
      expect(ended).toEqual(['rejected', expect.any(String), 'rejected']);
      expect(target.at(-1)).not.toBe(2);
    } else {
      expect(target.at(-1)).toBe(2);
    }
  });

  test('the signal of a member is its own', async () => {
    const target = Buffer.alloc(100);
    const { ok, completed, firstError } = await mover.batch((b) => {
      b.fill(target, 1, { signal: AbortSignal.abort(new Error('not this one')) });
      b.fill(target.subarray(50), 2);
    });
    expect([ok, completed]).toEqual([false, 1]);
    expect(firstError).toMatchObject({ code: 'ERR_MOVER_BATCH', index: 0 });
    expect(firstError!.message).toContain('not this one');
    expect([target[0], target[50]]).toEqual([0, 2]);
  });

  test('a member that is cancelled before its turn holds up the next fence', async () => {
    const target = Buffer.alloc(100);
    const members: Future<unknown>[] = [];
    const batch = mover.futures.batch(twice(target, members));
    expect(members[0]!.cancel(new Error('no'))).toBe(true);
    expect(await batch).toMatchObject({ completed: 0, ok: false });
    expect(members[1]!.error).toMatchObject({ code: 'ERR_MOVER_NOT_ATTEMPTED' });
    expect(target[0]).toBe(0);
  });

  test('cancelling a batch that has not begun', () => {
    const members: Future<unknown>[] = [];
    const batch = mover.futures.batch(twice(Buffer.alloc(10), members));
    expect(batch.cancel(new Error('no'))).toBe(true);
    expect([batch, ...members].map(({ error }) => error!.message)).toEqual(['no', 'no', 'no']);
  });

  test('cancelling a batch that has not begun, of which a member was refused', () => {
    const batch = mover.futures.batch((b) => {
      b.copy(Buffer.alloc(1), Buffer.alloc(2));
      b.nop();
    });
    expect(batch.cancel(new Error('no'))).toBe(true);
    expect(batch.error!.message).toBe('no');
  });

  test('a runtime waits for members and batch', async () => {
    const target = Buffer.alloc(100_000);
    const members: Future<unknown>[] = [];
    await using runtime = new Runtime();
    const batch = mover.futures.batch(twice(target, members));
    await runtime.waitAll([members[1]!, batch, members[0]!]);
    expect(target.at(-1)).toBe(2);
  });

  test('a waker is called when a member is done', async () => {
    const members: Future<unknown>[] = [];
    const batch = mover.futures.batch(twice(Buffer.alloc(LARGE), members));
    const member = members[1]!;
    while (!member.done) {
      await new Promise<void>((wake) => {
        const notifier = new Notifier({ wake });
        if (member.poll(notifier) === FutureState.Complete || notifier.used === 'none') wake();
      });
      await new Promise(setImmediate);
    }
    expect(await batch).toEqual({ completed: 2, ok: true });
  });

  test('memory that goes between two groups', async () => {
    const gone = Buffer.from(new ArrayBuffer(LARGE));
    const members: Future<unknown>[] = [];
    const batch = mover.futures.batch((b) => {
      members.push(b.fill(Buffer.alloc(10), 1));
      b.fence();
      members.push(b.fill(gone, 2));
    });
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const { ok, firstError } = await batch;
    expect(ok).toBe(false);
    expect(firstError).toMatchObject({
      code: 'ERR_MOVER_BATCH',
      index: 1,
      cause: expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' }) as Error,
    });
  });
});

describe('building', () => {
  const mover = syncMover();
  afterAll(() => mover.close());

  test('what build throws is the failure, and nothing is done', async () => {
    const target = Buffer.alloc(10);
    let member: Future<unknown> | undefined;
    const batch = mover.batch((b) => {
      member = b.fill(target, 1);
      throw new Error('half way');
    });
    await expect(batch).rejects.toThrow('half way');
    await expect(Promise.resolve(member)).rejects.toThrow('half way');
    expect(target[0]).toBe(0);
  });

  test.each<[string, unknown, string]>([
    ['no function', 5, 'ERR_INVALID_ARG_TYPE'],
    ['nothing', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['an async function', async () => Promise.resolve(), 'ERR_INVALID_RETURN_VALUE'],
    [
      'a generator function',
      function* (b: BatchBuilder) {
        yield b.nop();
      },
      'ERR_INVALID_RETURN_VALUE',
    ],
  ])('%s is refused', async (_name, build, code) => {
    await expect(mover.batch(build as () => void)).rejects.toMatchObject({ code });
  });

  test('what an arrow function without braces returns', async () => {
    const target = Buffer.alloc(2);
    const build = (b: BatchBuilder): Future<unknown> => b.fill(target.subarray(0, 1), 1);
    expect(await mover.batch(build as unknown as () => void)).toEqual({ completed: 1, ok: true });
    const two = (b: BatchBuilder): unknown => [b.nop(), b.fill(target.subarray(1), 2)];
    expect(await mover.batch(two as () => void)).toEqual({ completed: 2, ok: true });
    expect([...target]).toEqual([1, 2]);
  });

  test('options of the batch are those of its members', async () => {
    const refused = mover.batch((b) => void b.nop(), { path: 'hardware' });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_MOVER_NO_DEVICE' });
    await expect(mover.batch((b) => void b.nop(), { paths: 1 } as object)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  test('nothing can be added later', async () => {
    let builder: BatchBuilder | undefined;
    await mover.batch((b) => {
      builder = b;
      b.nop();
    });
    const late = builder!;
    await expect(late.nop()).rejects.toEqual(closed);
    await expect(late.fill('x' as unknown as Buffer, 0)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
    expect(() => late.fence()).toThrow(closed);
    expect(late.length).toBe(1);
  });
});
