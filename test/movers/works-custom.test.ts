import { FutureState, moverFrom } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { Recording, type Handle } from '../support/recording';

const WINDOW = 2 ** 19;

const memory = Buffer.alloc(256);
const part = (at: number): Buffer => memory.subarray(at, at + 32);

describe('an engine of our own', () => {
  test('is asked for two copies, and gives the destinations back', async () => {
    const engine = new Recording();
    const dsts = [part(0), part(33)] as const;
    expect(await moverFrom(engine).dualcast(dsts, part(100))).toBe(dsts);
    expect(engine.handles.map(({ op }) => op)).toEqual(['copy', 'copy']);
    const [first, second] = engine.handles.map(({ args }) => args);
    expect([first.dst, second.dst]).toEqual(dsts);
    expect([first.options, second.options]).toEqual([{}, {}]);
  });

  test('the options are those of its copies', async () => {
    const engine = new Recording({ capabilities: { cacheHint: true } });
    await moverFrom(engine).dualcast([part(0), part(33)], part(100), { cache: 'llc' });
    for (const { args } of engine.handles) expect(args.options).toEqual({ cache: 'llc' });
  });

  test.each<[what: string, operations: ('copy' | 'dualcast')[], named: RegExp]>([
    ['no copy', ['dualcast'], /^dualcast: .* copy/],
    ['no dualcast', ['copy'], /^dualcast: .* this operation/],
  ])('that has %s', async (_what, operations, named) => {
    const engine = new Recording({ capabilities: { operations } });
    const failing = moverFrom(engine).dualcast([part(0), part(33)], part(100));
    await expect(failing).rejects.toMatchObject({
      code: 'ERR_MOVER_UNSUPPORTED',
      operation: 'dualcast',
      message: expect.stringMatching(named),
    });
    expect(engine.handles).toEqual([]);
  });

  test('fails as its first copy does, when both have ended', async () => {
    const broken = new Error('broken');
    const engine = new Recording({
      check({ args, ended }: Handle) {
        if (args.dst[0] === 1) throw broken;
        return ended === true ? FutureState.Complete : FutureState.Running;
      },
    });
    const [first, second] = [Buffer.alloc(8, 1), Buffer.alloc(9).subarray(1)];
    const future = moverFrom(engine).dualcast([first, second], Buffer.alloc(8));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(future.done).toBe(false);
    engine.handles[1]!.ended = true;
    await expect(future).rejects.toBe(broken);
  });

  test.each<[what: string, output: unknown]>([
    ['nothing', undefined],
    ['more than there is room for', { outcome: 'different', record: Buffer.alloc(100) }],
    ['half an entry', { outcome: 'different', record: Buffer.alloc(5) }],
    ['less than nothing', { outcome: 'different', record: { length: -10 } }],
    ['no number', { outcome: 'different', record: { length: {} } }],
    ['a record without room', { outcome: 'overflow', record: Buffer.alloc(10) }],
  ])('that gives %s for a delta', async (_what, output) => {
    const operations = ['createDelta', 'copy'] as const;
    const engine = new Recording({ capabilities: { operations }, finish: () => output });
    const memory = Buffer.alloc(65);
    const record = Buffer.alloc(80);
    const future = moverFrom(engine).createDelta(memory.subarray(1), Buffer.alloc(64), record);
    await expect(future).rejects.toMatchObject({ code: 'ERR_INVALID_RETURN_VALUE' });
    expect(record.equals(Buffer.alloc(80))).toBe(true);
  });
});

test('a page fault names the argument of the whole', async () => {
  const mover = loopbackMover({ faultEvery: 5 });
  const before = Buffer.alloc(3 * WINDOW);
  const starts: number[] = [];
  for (let round = 0; round < 20; round++) {
    const failure = await mover
      .createDelta(before, Buffer.alloc(3 * WINDOW, 1), undefined, { onFault: 'error' })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (failure === undefined) continue;
    expect(failure).toMatchObject({ code: 'ERR_MOVER_PAGE_FAULT', operation: 'createDelta' });
    const { fault, message } = failure as { fault: { offset: number }; message: string };
    expect(message).toMatch(String(fault.offset));
    starts.push(Math.floor(fault.offset / WINDOW));
  }
  expect(new Set(starts).size).toBeGreaterThan(1);
  await mover.close();
});
