import { getEventListeners } from 'node:events';
import { moverFrom, open, threadsMover, type Future, type MoverBackend } from '../../lib';
import { Procedure, type Steps } from '../../lib/future/procedure';
import { childResult } from '../support/child';

// What ends with an operation, and what may not before.

test('nobody listens to a signal any more once the operation has ended, whichever way', async () => {
  const { signal } = new AbortController();
  const mover = threadsMover({ threads: 1, ring: 1 });
  const bytes = Buffer.alloc(100_000);
  await Promise.all([
    mover.fill(bytes, 1),
    mover.fill(Buffer.alloc(0), 1, { signal }),
    mover.fill(bytes.subarray(0, 8), 1, { signal }),
    mover.copy(Buffer.alloc(16), bytes.subarray(0, 16), { signal }),
  ]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await mover.close();
});

test('the limit of a lazy batch counts also where it begins through a member', async () => {
  let complete = false;
  const never: MoverBackend<object> = {
    name: 'never',
    capabilities: { operations: ['fill', 'nop'], notifiers: ['waker'], async: true },
    create: () => ({}),
    start: () => true,
    check: () => (complete ? 1 : 2),
    finish: () => undefined,
  };
  const mover = moverFrom(never);
  let member: Future<unknown> | undefined;
  const batch = mover.futures.batch((b) => void (member = b.fill(Buffer.alloc(8), 1)), {
    timeoutMs: 20,
  });
  void member!.then(undefined, () => undefined);
  const timeout = expect.objectContaining({ code: 'ERR_MOVER_TIMEOUT' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(batch.error).toEqual(timeout);
  complete = true;
  await mover.close();
});

test('a mover that does not move within memory is not asked to', async () => {
  const calls: string[] = [];
  const backend: MoverBackend<object> = {
    name: 'forward',
    capabilities: { operations: ['move'] },
    create: () => (calls.push('move'), {}),
    start: () => true,
    check: () => 1,
    finish: () => undefined,
  };
  const refused = expect.objectContaining({ code: 'ERR_MOVER_UNSUPPORTED' });
  const bytes = Buffer.from('abcdefgh');
  const forward = moverFrom(backend);
  await expect(forward.move(bytes.subarray(2), bytes.subarray(0, 6))).rejects.toEqual(refused);
  await forward.move(bytes.subarray(4), bytes.subarray(0, 4));
  expect(calls).toEqual(['move']);
  const able = moverFrom({
    ...backend,
    capabilities: { ...backend.capabilities, overlapping: true },
  });
  await able.move(bytes.subarray(2), bytes.subarray(0, 6));
  expect(calls).toEqual(['move', 'move']);
});

test('a procedure that has ended keeps nothing of what it worked on', async () => {
  const { kept } = await childResult<{ kept: number }>(
    `
    const { Procedure } = require(${JSON.stringify(require.resolve('../../lib/future/procedure'))});
    let kept = 0;
    const gone = new FinalizationRegistry(() => kept--);
    const futures = [];
    for (let n = 0; n < 20; n++) {
      const bytes = { large: new Array(1000).fill(n) };
      gone.register(bytes);
      kept++;
      const own = new Procedure(function* () { yield* []; return bytes.large.length; });
      own.poll();
      futures.push(own);
    }
    for (let n = 0; n < 10; n++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
    console.log(JSON.stringify({ kept, all: futures.length }));`,
    ['--expose-gc'],
  );
  expect(kept).toBeLessThanOrEqual(1);
});

test('a procedure may cancel itself, and ends by that', () => {
  const own: Procedure<number> = new Procedure(function* (): Steps<number> {
    own.cancel(new Error('enough'));
    yield* [];
    return 1;
  });
  own.poll();
  expect(own.error?.message).toBe('enough');
});

test('movers that nobody has any more let go of their memory', async () => {
  const { grown } = await childResult<{ grown: number }>(
    `
    const work = async (count) => {
      for (let n = 0; n < count; n++) {
        for (const make of [open, syncMover, () => threadsMover({ threads: 1 })]) {
          const m = await make();
          await m.nop();
        }
        if (n % 20 === 19) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 2)); }
      }
    };
    await work(60);
    const before = process.memoryUsage().rss;
    await work(150);
    console.log(JSON.stringify({ grown: process.memoryUsage().rss - before }));
    process.exit();`,
    ['--expose-gc'],
  );
  // 150 KB each, did they stay.
  expect(grown).toBeLessThan(30e6);
});

test('what is begun of a mover that nobody has any more goes on', async () => {
  const targets = Array.from({ length: 20 }, () => Buffer.alloc(300_000));
  const futures = await Promise.all(
    targets.map(async (target) => [(await open()).futures.fill(target, 3)]),
  );
  await Promise.all(futures.flat());
  expect(targets.every((target) => target.at(-1) === 3)).toBe(true);
});
