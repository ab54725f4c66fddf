import { FutureState, syncMover, threadsMover, type Mover } from '../../lib';

// A table whose slots others have: who polls, or asks a channel, makes the room himself that has come about.

const large = Buffer.alloc(1 << 20);

async function crowded(work: (mover: Mover) => Promise<void> | void): Promise<void> {
  const mover = threadsMover({ threads: 1, ring: 1 });
  await mover.nop();
  const first = mover.fill(large, 1);
  await work(mover);
  await first;
  await mover.close();
}

/** Asks again until there is an answer; no turn of the event loop comes in between. */
function until(done: () => boolean): void {
  const end = Date.now() + 20_000;
  while (!done()) if (Date.now() > end) throw new Error('never');
}

test('a lazy future begins although it is polled by hand alone', () =>
  crowded((mover) => {
    const target = Buffer.alloc(64);
    const own = mover.futures.fill(target, 7);
    until(() => own.poll() === FutureState.Complete);
    expect(target[63]).toBe(7);
  }));

test('a channel gets a slot by completed(), without the event loop', () =>
  crowded((mover) => {
    const channel = mover.channel({ depth: 2 });
    const into = new Uint32Array(2);
    const region = mover.register(Buffer.alloc(64));
    let ticket = -1;
    until(() => {
      ticket = channel.fill(region, 0, 64, 7);
      channel.completed(into);
      return ticket >= 0;
    });
    until(() => channel.status(ticket) !== 0);
    expect(region.bytes[63]).toBe(7);
  }));

test('wait() of a channel without room waits for room, and leaves the event loop its turns', () =>
  crowded(async (mover) => {
    const channel = mover.channel({ depth: 2 });
    const region = mover.register(Buffer.alloc(64));
    let tries = 0;
    while (channel.fill(region, 0, 64, 7) < 0 && tries < 10_000) {
      tries++;
      await channel.wait();
    }
    expect(tries).toBeLessThan(10_000);
  }));

test('channels take nothing once their mover is being closed', async () => {
  for (const mover of [syncMover(), threadsMover({ threads: 1 })]) {
    const channel = mover.channel();
    const region = mover.register(Buffer.alloc(64));
    channel.fill(region, 0, 64, 1);
    const closing = mover.close();
    expect(() => channel.fill(region, 0, 64, 2)).toThrow(
      expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }),
    );
    await closing;
    expect(region.bytes[0]).toBe(1);
  }
});

test.each([{ timeoutMs: 5 }, { signal: new AbortController().signal }])(
  'a view with %p has no channel',
  async (options) => {
    const mover = syncMover();
    expect(() => mover.with(options).channel()).toThrow(
      expect.objectContaining({ code: 'ERR_MOVER_UNSUPPORTED' }),
    );
    await mover.close();
  },
);

test.each(['syncMover()', 'threadsMover({ threads: 1 })'])(
  'no bytes of an empty region succeed in a channel of %s',
  async (make) => {
    const mover = make.startsWith('sync') ? syncMover() : threadsMover({ threads: 1 });
    const channel = mover.channel();
    const empty = mover.register(Buffer.alloc(0));
    const tickets = [channel.fill(empty, 0, 0, 1), channel.crc32c(empty, 0, 0, 5)];
    await channel.wait();
    until(() => tickets.every((ticket) => channel.status(ticket) !== 0));
    expect(tickets.map((ticket) => channel.result(ticket))).toEqual([0, 5]);
    await mover.close();
  },
);

test('completed() believes no length of its argument that is its own', async () => {
  const mover = syncMover();
  const channel = mover.channel({ depth: 4 });
  const into = new Uint32Array(4);
  Object.defineProperty(into, 'length', { value: -1000 });
  channel.nop();
  channel.nop();
  expect([channel.completed(into), channel.completed(into), channel.free]).toEqual([2, 0, 4]);
  await mover.close();
});
