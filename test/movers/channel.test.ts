import {
  Notifier,
  open,
  syncMover,
  threadsMover,
  type Channel,
  type Mover,
  type Region,
} from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { delegatingMover } from '../conformance/delegating';
import { reference } from '../conformance/reference';
import { Random } from '../support/random';

const movers: readonly [string, () => Mover | Promise<Mover>][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['automatic', () => open()],
  ['few slots', () => threadsMover({ threads: 1, ring: 8 })],
  ['loopback queue', () => loopbackMover()],
  ['loopback that faults', () => loopbackMover({ faultEvery: 2, maxTransfer: 4096, maxBatch: 4 })],
];

const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }) as Error;

/** Takes all that is under way. */
async function drain(channel: Channel, into: Uint32Array, each: (ticket: number) => void) {
  for (let left = channel.depth; left > 0;) {
    const count = channel.completed(into);
    into.subarray(0, count).forEach(each);
    if (count > 0) continue;
    if (channel.free === channel.depth) return;
    await channel.wait();
    left--;
  }
}

describe.each(movers)('%s', (_name, make) => {
  let mover: Mover;
  const into = new Uint32Array(64);
  beforeEach(async () => {
    mover = await make();
  });
  afterEach(() => mover.close());

  test('copies, fills and sums parts of regions', async () => {
    const random = new Random(5);
    const model = random.bytes(200_000);
    const memory = Buffer.from(model);
    const region = mover.register(memory);
    const channel = mover.channel({ depth: 16 });
    const sums = new Map<number, number>();
    for (let round = 0; round < 60; round++) {
      // Behind one another, since the next may need what these wrote.
      const length = random.below(5000);
      const [from, to] = [random.below(90_000), 100_000 + random.below(90_000)];
      const tickets = [channel.copy(region, to, region, from, length)];
      model.copyWithin(to, from, from + length);
      const at = random.below(90_000);
      if (at + 100 < from || at > from + length) {
        tickets.push(channel.fill(region, at, 100, 0x0102030405060708n));
        model.fill(Buffer.from('0807060504030201', 'hex'), at, at + 100);
      }
      expect(tickets).not.toContain(-1);
      await drain(channel, into, (ticket) => expect(channel.result(ticket)).toBe(0));
      const seed = random.word();
      const sum = channel.crc32c(region, from, length, seed);
      sums.set(sum, reference.crc32c(model.subarray(from, from + length), { seed }));
      await drain(channel, into, (ticket) => {
        expect(channel.status(ticket)).toBe(1);
        expect(channel.result(ticket)).toBe(sums.get(ticket));
      });
    }
    expect(memory.equals(model)).toBe(true);
  });

  test('as many operations as there is room for, again and again', async () => {
    const [source, target] = [new Random(6).bytes(640_000), Buffer.alloc(640_000)];
    const [from, to] = [mover.register(source), mover.register(target)];
    const channel = mover.channel({ depth: 100 });
    const given = new Set<number>();
    let begun = 0;
    let taken = 0;
    while (taken < 10_000) {
      while (begun < 10_000) {
        const ticket = channel.copy(to, begun * 64, from, begun * 64, 64);
        if (ticket < 0) break;
        expect(given.has(ticket)).toBe(false);
        given.add(ticket);
        begun++;
      }
      const count = channel.completed(into);
      for (const ticket of into.subarray(0, count)) expect(given.delete(ticket)).toBe(true);
      taken += count;
      if (count === 0) await channel.wait();
    }
    expect(given.size).toBe(0);
    expect(channel.completed(into)).toBe(0);
    expect(channel.free).toBe(100);
    expect(target.equals(source)).toBe(true);
  });

  test('zero bytes, and nothing', async () => {
    const region = mover.register(Buffer.alloc(10));
    const channel = mover.channel({ depth: 8 });
    const tickets = [
      channel.copy(region, 10, region, 0, 0),
      channel.fill(region, 3, 0, 1),
      channel.crc32c(region, 0, 0, 77),
      channel.nop(),
    ];
    const results = new Map<number, number>();
    await drain(channel, into, (ticket) => results.set(ticket, channel.result(ticket)));
    expect(tickets.map((ticket) => results.get(ticket))).toEqual([0, 0, 77, 0]);
  });

  test('a ticket by itself', async () => {
    const target = Buffer.alloc(2_000_000);
    const region = mover.register(target);
    const channel = mover.channel({ depth: 2 });
    const ticket = channel.fill(region, 0, target.length, 9);
    channel.submit();
    while (channel.status(ticket) === 0) await new Promise(setImmediate);
    expect(channel.result(ticket)).toBe(0);
    expect(target.every((byte) => byte === 9)).toBe(true);
    expect(channel.completed(into)).toBe(1);
    expect(into[0]).toBe(ticket);
    expect(channel.completed(into)).toBe(0);
    expect(() => channel.status(ticket)).toThrow(RangeError);
  });

  test('close waits for what is under way', async () => {
    const target = Buffer.alloc(3_000_000);
    const channel = mover.channel();
    const ticket = channel.fill(mover.register(target), 0, target.length, 4);
    await mover.close();
    expect(target.at(-1)).toBe(4);
    expect(channel.status(ticket)).toBe(1);
    expect(() => channel.nop()).toThrow(closed);
    expect(() => mover.channel()).toThrow(closed);
    expect(channel.completed(into)).toBe(1);
  });

  test('memory that is transferred away before it is handed over', async () => {
    const buffer = Buffer.from(new ArrayBuffer(5000));
    const region = mover.register(buffer);
    const channel = mover.channel({ depth: 2 });
    const ticket = channel.fill(region, 0, 5000, 1);
    structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
    await channel.wait();
    expect(channel.status(ticket)).toBe(255);
    expect(() => channel.result(ticket)).toThrow(
      expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' }) as Error,
    );
  });

  test('of a gathering, what works on memory that has gone fails, and nothing else does', async () => {
    const [kept, gone] = [new ArrayBuffer(4096), new ArrayBuffer(4096)];
    const [there, away] = [kept, gone].map((buffer) => mover.register(buffer)) as [Region, Region];
    const channel = mover.channel({ depth: 16 });
    const good = [channel.fill(there, 0, 64, 1), channel.crc32c(there, 1024, 64), channel.nop()];
    const bad = [
      channel.fill(away.slice(0, 64), 0, 64, 1),
      channel.crc32c(away, 64, 64),
      channel.copy(away, 128, there, 2048, 64),
      channel.copy(there, 128, away, 256, 64),
    ];
    good.push(channel.copy(there, 256, there, 2048, 64));
    structuredClone(gone, { transfer: [gone] });
    const outcome = new Map<number, number>();
    await drain(channel, into, (ticket) => {
      outcome.set(ticket, channel.status(ticket));
      if (bad.includes(ticket)) {
        expect(() => channel.result(ticket)).toThrow(
          expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' }) as Error,
        );
      }
    });
    expect(good.map((ticket) => outcome.get(ticket))).toEqual([1, 1, 1, 1]);
    expect(bad.map((ticket) => outcome.get(ticket))).toEqual([255, 255, 255, 255]);
    expect(new Uint8Array(kept).subarray(0, 64).every((byte) => byte === 1)).toBe(true);
    // The channel goes on as if nothing had been.
    const next = channel.fill(there, 0, 64, 2);
    await drain(channel, into, (ticket) => expect(channel.result(ticket)).toBe(0));
    expect(next).toBeGreaterThanOrEqual(0);
    expect(new Uint8Array(kept)[0]).toBe(2);
  });

  test('futures and channels of one mover go side by side', async () => {
    const target = Buffer.alloc(64 * 200);
    const region = mover.register(target);
    const channel = mover.channel({ depth: 64 });
    const futures = [];
    for (let at = 0; at < 200; at += 2) {
      futures.push(mover.fill(target.subarray(at * 64, at * 64 + 64), at).promise());
      while (channel.fill(region, (at + 1) * 64, 64, at + 1) < 0) {
        channel.completed(into);
        await channel.wait();
      }
    }
    await Promise.all(futures);
    await drain(channel, into, () => undefined);
    expect(target.every((byte, index) => byte === index >> 6)).toBe(true);
  });

  test('a channel that was disposed of', async () => {
    const target = Buffer.alloc(100);
    const channel = mover.channel();
    channel.fill(mover.register(target), 0, 100, 1);
    channel[Symbol.dispose]();
    expect(() => channel.nop()).toThrow(closed);
    await channel.wait();
    expect(channel.completed(into)).toBe(1);
    expect(target[99]).toBe(1);
  });
});

/** Later than the types of the language that are used here. */
const Resizable = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(bytes: number): void };

test('a waker that takes away the room for tickets loses none', async () => {
  const mover = await open();
  const channel = mover.channel({ depth: 4 });
  const [large, small] = [16 << 20, 64].map((bytes) => mover.register(Buffer.alloc(bytes)));
  const room = new Resizable(16, { maxByteLength: 16 });
  const ticket = channel.copy(large!, 0, large!, 8 << 20, 8 << 20);
  channel.submit();
  const future = mover.futures.fill(Buffer.alloc(8 << 20), 1);
  const taken = jest.fn(() => {
    room.resize(0);
  });
  future.poll(new Notifier({ wake: taken }));
  const watch = new Notifier({ poller: true });
  future.poll(watch);
  while (watch.slot?.done !== true);
  const tickets = [ticket, channel.fill(small!, 0, 64, 1)];
  expect(channel.completed(new Uint32Array(room))).toBe(0);
  expect(taken).toHaveBeenCalledTimes(1);
  const found: number[] = [];
  await drain(channel, new Uint32Array(4), (each) => found.push(each));
  expect(new Set(found)).toEqual(new Set(tickets));
  expect(channel.free).toBe(4);
  await mover.close();
});

describe('bad arguments', () => {
  const mover = syncMover();
  const region = mover.register(Buffer.alloc(100));
  const channel = mover.channel({ depth: 4 });
  afterAll(() => mover.close());

  test.each<[string, () => unknown, string]>([
    [
      'a buffer',
      () => channel.copy(Buffer.alloc(1) as never, 0, region, 0, 1),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['nothing', () => channel.fill(undefined as never, 0, 1, 1), 'ERR_INVALID_ARG_TYPE'],
    ['a length beyond the end', () => channel.crc32c(region, 1, 100), 'ERR_OUT_OF_RANGE'],
    ['an offset below 0', () => channel.fill(region, -1, 1, 1), 'ERR_OUT_OF_RANGE'],
    ['a length below 0', () => channel.fill(region, 1, -1, 1), 'ERR_OUT_OF_RANGE'],
    ['half a byte', () => channel.copy(region, 0.5, region, 50, 1), 'ERR_OUT_OF_RANGE'],
    ['no number', () => channel.copy(region, 0, region, 50, NaN), 'ERR_OUT_OF_RANGE'],
    ['a string', () => channel.copy(region, 0, region, '50' as never, 1), 'ERR_INVALID_ARG_TYPE'],
    ['a bigint', () => channel.copy(region, 0, region, 50, 1n as never), 'ERR_INVALID_ARG_TYPE'],
    ['a symbol', () => channel.fill(region, Symbol() as never, 1, 1), 'ERR_INVALID_ARG_TYPE'],
    [
      'what becomes a number',
      () => channel.crc32c(region, { valueOf: () => 0 } as never, 1),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['overlap', () => channel.copy(region, 0, region, 9, 10), 'ERR_MOVER_OVERLAP'],
    ['a pattern that is none', () => channel.fill(region, 0, 1, 256), 'ERR_OUT_OF_RANGE'],
    ['a seed that is none', () => channel.crc32c(region, 0, 1, -1), 'ERR_OUT_OF_RANGE'],
    ['a ticket that was never given', () => channel.status(3), 'ERR_OUT_OF_RANGE'],
    ['a ticket that is none', () => channel.result(-1), 'ERR_OUT_OF_RANGE'],
    ['no depth', () => mover.channel({ depth: 0 }), 'ERR_OUT_OF_RANGE'],
    ['null', () => mover.channel({ depth: null as never }), 'ERR_INVALID_ARG_TYPE'],
    ['too much depth', () => mover.channel({ depth: 65537 }), 'ERR_OUT_OF_RANGE'],
    ['no room for tickets', () => channel.completed(undefined as never), 'ERR_INVALID_ARG_TYPE'],
    ['room of another kind', () => channel.completed([] as never), 'ERR_INVALID_ARG_TYPE'],
    [
      'a proxy of room',
      () => channel.completed(new Proxy(new Uint32Array(4), {})),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['an option that is none', () => mover.channel({ size: 1 } as never), 'ERR_INVALID_ARG_VALUE'],
    ['an engine of one’s own', () => delegatingMover().channel(), 'ERR_MOVER_UNSUPPORTED'],
  ])('%s', (_name, call, code) => {
    expect(call).toThrow(expect.objectContaining({ code }) as Error);
    expect(channel.free).toBe(4);
  });

  test('a region that was disposed of', () => {
    const gone = mover.register(Buffer.alloc(4));
    gone[Symbol.dispose]();
    expect(() => channel.fill(gone, 0, 1, 1)).toThrow(closed);
  });

  test('the result of what is under way', async () => {
    const threads = threadsMover({ threads: 1 });
    const slow = threads.channel();
    const ticket = slow.fill(threads.register(Buffer.alloc(30_000_000)), 0, 30_000_000, 1);
    expect(() => slow.result(ticket)).toThrow(
      expect.objectContaining({ code: 'ERR_FUTURE_PENDING' }) as Error,
    );
    await threads.close();
  });
});
