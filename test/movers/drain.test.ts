import { open, syncMover, threadsMover, type Mover } from '../../lib';

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['threads, few slots', () => threadsMover({ threads: 2, ring: 8 })],
  ['automatic', () => open()],
  ['automatic, few slots', () => open({ depth: 8 })],
];

/** Keeps the event loop from looking, while engines work on. */
const block = (ms: number): unknown =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

const sizes = [1, 64, 1000, 20_000, 3, 300_000];

describe.each(movers)('%s', (_name, make) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());

  test('all earlier work is complete and visible', async () => {
    for (let round = 0; round < 30; round++) {
      const targets = Array.from({ length: 12 }, (_, n) =>
        Buffer.alloc(sizes[(n + round) % sizes.length]!),
      );
      const futures = targets.map((target) => mover.fill(target, 0x55));
      await mover.drain();
      expect(futures.map((future) => future.done)).toEqual(Array(12).fill(true));
      expect(targets.every((target) => target[target.length - 1] === 0x55)).toBe(true);
    }
  });

  test('however many there are', async () => {
    const futures = Array.from({ length: 2000 }, () => mover.nop());
    const drain = mover.drain();
    await null;
    block(50);
    await drain;
    expect(futures.filter((future) => !future.done).length).toBe(0);
  });

  test('while others are settled and begun', async () => {
    const futures: { done: boolean }[] = [];
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 40; n++) futures.push(mover.fill(Buffer.alloc(64), n));
      if (round % 3 === 0) await new Promise(setImmediate);
      const drain = mover.drain();
      const before = [...futures];
      for (let n = 0; n < 5; n++) futures.push(mover.nop());
      await drain;
      expect(before.every((future) => future.done)).toBe(true);
    }
  });

  test('drains in a row', async () => {
    const order: number[] = [];
    const all = Array.from({ length: 20 }, (_, n) => mover.drain().then(() => order.push(n)));
    await Promise.all(all);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});
