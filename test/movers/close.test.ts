import { FutureState, open, syncMover, threadsMover, type Mover } from '../../lib';
import { operations } from '../border/positions';

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['automatic', () => open()],
  ['two slots', () => threadsMover({ threads: 1, ring: 2 })],
];

const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED', name: 'MoverError' });

describe.each(movers)('%s', (_name, make) => {
  test('close waits for what is under way', async () => {
    const mover = await make();
    const targets = [10, 100_000, 4_000_000, 64].map((bytes) => Buffer.alloc(bytes));
    const futures = targets.map((target) => mover.fill(target, 7));
    await mover.close();
    expect(futures.every((future) => future.done && future.error === undefined)).toBe(true);
    expect(targets.every((target) => target.at(-1) === 7)).toBe(true);
  });

  test('nothing is accepted afterwards', async () => {
    const mover = await make();
    const view = mover.with({ cache: 'llc' });
    await mover.nop();
    const closing = mover.close();
    for (const m of [mover, mover.futures, view, view.futures]) {
      for (const { call } of operations) await expect(call(m)).rejects.toEqual(closed);
    }
    await expect(mover.ready()).rejects.toEqual(closed);
    await closing;
    await expect(mover.nop()).rejects.toEqual(closed);
  });

  test('close again is the same close', async () => {
    const mover = await make();
    const future = mover.fill(Buffer.alloc(1_000_000), 1);
    await Promise.all([mover.close(), mover.close(), mover[Symbol.asyncDispose]()]);
    expect(future.done).toBe(true);
    await mover.close();
  });

  test('a mover that was never used', async () => {
    await (await make()).close();
  });

  test('await using', async () => {
    const target = Buffer.alloc(1_000_000);
    {
      await using mover = await make();
      void mover.fill(target, 4);
    }
    expect(target.at(-1)).toBe(4);
  });

  test('a lazy future that was made before and is begun after', async () => {
    const mover = await make();
    const target = Buffer.alloc(64);
    const [polled, awaited, waitedFor] = [1, 2, 3].map((n) => mover.futures.fill(target, n));
    await mover.nop();
    const closing = mover.close();
    await expect(waitedFor).rejects.toEqual(closed);
    await closing;
    // Others open in the meantime, and must not be touched.
    const other = await make();
    const bystander = Buffer.alloc(64);
    await other.fill(bystander, 9);
    bystander.fill(0);
    expect(polled!.poll()).toBe(FutureState.Complete);
    expect(polled!.error).toEqual(closed);
    await expect(awaited).rejects.toEqual(closed);
    expect(bystander).toEqual(Buffer.alloc(64));
    expect(target).toEqual(Buffer.alloc(64));
    await other.nop();
    await other.close();
  });

  test('close while the last job is polled by hand', async () => {
    const mover = await make();
    const future = mover.futures.fill(Buffer.alloc(2_000_000), 1);
    future.poll();
    const closing = mover.close();
    const patience = Date.now() + 20_000;
    while (future.poll() !== FutureState.Complete && Date.now() < patience);
    await closing;
    expect(future.done).toBe(true);
  });
});

test('movers come and go', async () => {
  for (let round = 0; round < 100; round++) {
    const mover = threadsMover({ threads: 1, ring: 4 });
    const target = Buffer.alloc(64);
    await mover.fill(target, round);
    expect(target[0]).toBe(round);
    await mover.close();
  }
});
