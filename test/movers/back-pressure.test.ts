import { FutureState, open, threadsMover, type Mover } from '../../lib';

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ...[1, 2].flatMap((depth): [string, () => Mover | Promise<Mover>][] => [
    [`automatic, depth ${depth}`, () => open({ depth })],
    [`threads, depth ${depth}`, () => threadsMover({ threads: 1, ring: depth })],
  ]),
];

describe.each(movers)('%s', (_name, make) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());

  test('many more eager operations than slots', async () => {
    const targets = Array.from({ length: 2000 }, () => Buffer.alloc(8));
    await Promise.all(targets.map((target, n) => mover.fill(target, BigInt(n))));
    expect(targets.every((target, n) => target.readBigUInt64LE() === BigInt(n))).toBe(true);
  });

  test('first come, first served', async () => {
    const order: number[] = [];
    const all = Array.from({ length: 50 }, (_, n) => mover.nop().then(() => order.push(n)));
    await Promise.all(all);
    // Which of those under way at once ends first is not said; no other overtakes.
    const { depth } = mover.capabilities;
    expect(order.every((n, place) => Math.abs(n - place) <= depth)).toBe(true);
  });

  test('a lazy future that finds no room stays idle, and gets it later', async () => {
    const { depth } = mover.capabilities;
    // Larger than what is done on the spot, where no room is needed.
    const targets = Array.from({ length: depth + 3 }, () => Buffer.alloc(300_000));
    const futures = targets.map((target) => mover.futures.fill(target, 1));
    const states = futures.map((future) => future.poll());
    const idle = states.filter((state) => state === FutureState.Idle).length;
    // Its poll makes room of what has ended already, and a later one may have that.
    expect([1, 2, 3]).toContain(idle);
    await mover.drain();
    for (const future of futures) {
      while (future.poll() !== FutureState.Complete) await new Promise(setImmediate);
    }
    expect(targets.every((target) => target[63] === 1)).toBe(true);
  });

  test('ready() holds a producer back until there is room', async () => {
    await mover.ready();
    let underWay = 0;
    let most = 0;
    for (let n = 0; n < 200; n++) {
      await mover.ready();
      underWay++;
      most = Math.max(most, underWay);
      void mover.fill(Buffer.alloc(64), n & 0xff).then(() => underWay--);
    }
    await mover.drain();
    expect(most).toBeLessThanOrEqual(mover.capabilities.depth + 1);
  });

  test('those who wait can be cancelled', async () => {
    const targets = Array.from({ length: 20 }, () => Buffer.alloc(64));
    const futures = targets.map((target) => mover.fill(target, 1));
    expect(futures.slice(10).map((future) => future.cancel())).toEqual(Array(10).fill(true));
    const outcomes = await Promise.allSettled(futures);
    expect(outcomes.slice(0, 10).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(outcomes.slice(10).every(({ status }) => status === 'rejected')).toBe(true);
    expect(targets.map((target) => target[0])).toEqual([
      ...Array(10).fill(1),
      ...Array(10).fill(0),
    ]);
  });
});

test('10,000 eager operations on two slots', async () => {
  const mover = await open({ depth: 2 });
  const target = Buffer.alloc(80_000);
  const all = Array.from({ length: 10_000 }, (_, n) =>
    mover.fill(target.subarray(8 * n, 8 * n + 8), BigInt(n)),
  );
  await Promise.all(all);
  for (let n = 0; n < 10_000; n++) {
    if (target.readBigUInt64LE(8 * n) !== BigInt(n)) throw new Error(`operation ${n}`);
  }
  await mover.close();
});
