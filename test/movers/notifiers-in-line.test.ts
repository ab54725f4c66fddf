import { FutureState, Notifier, threadsMover, type Mover } from '../../lib';
import { noting, spinUntil, turnUntil } from '../support/waiting';

const reason = new Error('reason');

describe.each(['waker', 'poller'] as const)('a ring that is full, preferring the %s', (kind) => {
  const make = (): Mover => threadsMover({ threads: 1, ring: 2, notifier: kind });

  /** The ring has two slots, and the first two take long: the others wait in line. */
  const bytesOf = (n: number): number => (n < 2 ? 1 << 25 : 64);

  test('woken when it ends, although it was not begun when it was polled', async () => {
    const mover = make();
    const futures = Array.from({ length: 20 }, (_, n) =>
      mover.futures.fill(Buffer.alloc(bytesOf(n)), n),
    );
    let woken = 0;
    const notifiers = futures.map(() => new Notifier({ wake: () => woken++, poller: true }));
    for (const [n, future] of futures.entries()) future.poll(notifiers[n]);
    // A location there cannot be before a slot was found.
    const used = notifiers.map((notifier) => notifier.used);
    expect(used).toEqual([kind, kind, ...Array<string>(18).fill('waker')]);
    await turnUntil(() => futures.every((future) => future.done));
    await turnUntil(() => woken === (kind === 'waker' ? 20 : 18));
    expect(futures.every((future, n) => future.output[0] === n)).toBe(true);
    await mover.close();
  });

  test('by locations alone, with the thread blocked: what has none is polled again', () => {
    const mover = make();
    const futures = Array.from({ length: 20 }, (_, n) => mover.futures.fill(Buffer.alloc(64), n));
    const notifiers = futures.map(() => new Notifier({ poller: true }));
    const unfinished = new Set(futures.keys());
    spinUntil(() => {
      for (const n of unfinished) {
        const notifier = notifiers[n]!;
        if (notifier.used === 'poller' && !notifier.slot!.done) continue;
        if (futures[n]!.poll(notifier) === FutureState.Complete) unfinished.delete(n);
      }
      return unfinished.size === 0;
    });
    expect(futures.every((future, n) => future.output[0] === n)).toBe(true);
    return mover.close();
  });

  test('those who wait in line and are cancelled, or closed upon, are told', async () => {
    const mover = make();
    const futures = Array.from({ length: 10 }, (_, n) =>
      mover.futures.fill(Buffer.alloc(bytesOf(n)), n),
    );
    const noted = futures.map((future) => noting(future));
    for (const [n, future] of futures.entries()) future.poll(noted[n]!.notifier);
    expect(futures.slice(5).map((future) => future.cancel(reason))).toEqual(Array(5).fill(true));
    const complete = [FutureState.Complete];
    expect(noted.slice(5).map(({ states }) => states)).toEqual(Array(5).fill(complete));
    await mover.close();
    expect(noted.map(({ states }) => states)).toEqual(Array(10).fill(complete));
    expect(futures.slice(0, 5).every(({ error }) => error === undefined)).toBe(true);
  });
});

test('aborted: those who wait are told, with the outcome visible', () => {
  const mover = threadsMover({ threads: 1 });
  const controller = new AbortController();
  const future = mover.futures.fill(Buffer.alloc(64), 1, { signal: controller.signal });
  const { notifier, states } = noting(future);
  future.poll(notifier);
  controller.abort(reason);
  expect([states, future.error]).toEqual([[FutureState.Complete], reason]);
  return mover.close();
});

test('memory transferred away before it is handed over: those who wait are told', async () => {
  const mover = threadsMover({ threads: 1 });
  const target = new Uint8Array(64);
  const future = mover.futures.fill(target, 1);
  const { notifier, states } = noting(future);
  const watcher = new Notifier({ poller: true });
  future.poll(watcher);
  const { slot } = watcher;
  const other = mover.futures.fill(new Uint8Array(64), 1);
  other.poll(notifier);
  structuredClone(target.buffer, { transfer: [target.buffer] });
  await turnUntil(() => states.length > 0);
  expect(slot?.done ?? true).toBe(true);
  future.poll();
  expect(future.error).toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
  await mover.close();
});

test('what a waker does in a turn, another job among it, harms nothing', async () => {
  const mover = threadsMover({ threads: 1, ring: 4 });
  const order: number[] = [];
  const again = (n: number): void => {
    const future = mover.futures.nop();
    future.poll(new Notifier({ wake: () => (order.push(n), n < 200 ? again(n + 1) : undefined) }));
    if (future.done) throw new Error('it was to be told');
  };
  again(0);
  await turnUntil(() => order.length === 201);
  expect(order).toEqual(Array.from({ length: 201 }, (_, n) => n));
  await mover.close();
});

test('polls of all futures from within every waker harm nothing', async () => {
  const mover = threadsMover({ threads: 2 });
  const futures = Array.from({ length: 50 }, (_, n) => mover.futures.fill(Buffer.alloc(64), n));
  let woken = 0;
  for (const future of futures) {
    future.poll(
      new Notifier({
        wake: () => {
          woken++;
          for (const other of futures) other.poll();
        },
      }),
    );
  }
  await turnUntil(() => futures.every((future) => future.done) && woken === 50);
  expect(futures.every((future, n) => future.output[63] === n)).toBe(true);
  await mover.close();
});
