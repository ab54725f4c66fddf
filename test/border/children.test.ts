import { childResult, runChild } from '../support/child';

// What could crash or end a process is tried in one that may.

describe('a failure that nobody looks at', () => {
  test.each([
    ['bad arguments', 'mover.copy(Buffer.alloc(1), null);'],
    ['an option', "mover.nop({ path: 'hardware' });"],
    ['an operation that is aborted', 'mover.nop({ signal: AbortSignal.abort() });'],
    ['a closed mover', 'const m = syncMover(); await m.close(); m.nop();'],
  ])('eager: an unhandled rejection (%s)', async (_name, script) => {
    const { code, stderr } = await runChild(script);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ERR_INVALID_ARG_TYPE|ERR_MOVER_NO_DEVICE|AbortError|ERR_MOVER_CLOSED/);
  });

  test('lazy: never', async () => {
    const { code, stderr } = await runChild(`
      mover.futures.copy(Buffer.alloc(1), null).poll();
      mover.futures.nop({ path: 'hardware' }).poll();
      mover.futures.nop({ signal: AbortSignal.abort() }).poll();
      const cancelled = mover.futures.nop();
      cancelled.cancel();
      const closed = syncMover();
      await closed.close();
      closed.futures.nop().poll();`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('eager and looked at, or cancelled by the caller: never', async () => {
    const { code, stderr } = await runChild(`
      mover.copy(Buffer.alloc(1), null).then(undefined, () => {});
      await mover.nop({ path: 'hardware' }).promise().catch(() => {});
      threadsMover({ threads: 1 }).nop().cancel();
      try { await mover.fill(null, 0); } catch {}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

/** Transfers the operand at each point of a job's life; the mover under test is `m`. */
const transfers = (when: string, open: string): string => `
  const m = ${open};
  const take = (buffer) => structuredClone(buffer, { transfer: [buffer] });
  const kept = [];
  const outcomes = new Set();
  for (let round = 0; round < 40; round++) {
    const bytes = round % 2 ? 100 : 4 << 20;
    const dst = new Uint8Array(bytes);
    const src = new Uint8Array(bytes).fill(round + 1);
    const victim = round % 4 < 2 ? dst : src;
    const future = ${when === 'before the first poll' ? 'm.futures' : 'm'}.copy(dst, src);
    ${when === 'in flight' ? 'await null; future.poll();' : ''}
    kept.push(take(victim.buffer));
    outcomes.add(await future.then(
      () => victim.byteLength === 0 ? 'success without memory' : 'success',
      (error) => error.code));
  }
  await m.close();
  console.log(JSON.stringify([...outcomes]));`;

describe.each(['syncMover()', 'threadsMover({ threads: 2 })', 'await open()'])('%s', (open) => {
  test.each(['before the first poll', 'at once', 'in flight'])(
    'memory that is transferred away %s',
    async (when) => {
      const outcomes = await childResult<string[]>(transfers(when, open));
      // A job that ended before the transfer may well have succeeded.
      const ended = when === 'in flight' || (when === 'at once' && open === 'syncMover()');
      const done = ended ? ['success without memory'] : [];
      expect(['ERR_MOVER_BUFFER_DETACHED', ...done]).toEqual(expect.arrayContaining(outcomes));
    },
  );
});

test('one signal for many operations is no leak to warn of', async () => {
  const { code, stderr } = await runChild(`
    const { signal } = new AbortController();
    const m = threadsMover({ threads: 1 });
    const fill = () => m.fill(Buffer.alloc(1000), 1, { signal });
    await Promise.all(Array.from({ length: 200 }, fill));
    await m.close();`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a pool’s blocks outlive the pool', async () => {
  const sum = await childResult<number>(
    `
    let block = new Pool().alloc(1 << 20);
    globalThis.gc();
    await new Promise(setImmediate);
    globalThis.gc();
    block.fill(3);
    console.log(JSON.stringify(block.reduce((a, b) => a + b, 0)));`,
    ['--expose-gc'],
  );
  expect(sum).toBe(3 << 20);
});
