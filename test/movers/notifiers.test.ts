import {
  FutureState,
  Notifier,
  open,
  Runtime,
  syncMover,
  threadsMover,
  type Future,
  type Mover,
} from '../../lib';
import { noting, spinUntil, turnUntil } from '../support/waiting';

const small = 64;
const large = 300_000;

interface Row {
  readonly name: string;
  readonly make: () => Mover | Promise<Mover>;
  readonly bytes: number;
  /** What its futures choose where both are offered. */
  readonly prefers: 'waker' | 'poller';
}

const rows: readonly Row[] = [
  { name: 'threads, small', make: () => threadsMover(), bytes: small, prefers: 'waker' },
  { name: 'threads, large', make: () => threadsMover(), bytes: large, prefers: 'waker' },
  {
    name: 'threads that prefer pollers',
    make: () => threadsMover({ threads: 2, notifier: 'poller' }),
    bytes: large,
    prefers: 'poller',
  },
  { name: 'automatic, small', make: () => open(), bytes: small, prefers: 'waker' },
  { name: 'automatic, large', make: () => open(), bytes: large, prefers: 'waker' },
  {
    name: 'automatic, gathered in ticks',
    make: () => open({ batching: { gather: 'tick' } }),
    bytes: small,
    prefers: 'waker',
  },
];

const reason = new Error('reason');

describe.each(rows)('$name', ({ make, bytes, prefers }) => {
  let mover: Mover;
  beforeAll(async () => {
    mover = await make();
  });
  afterAll(() => mover.close());
  const begin = (value: number): Future<Buffer> => mover.futures.fill(Buffer.alloc(bytes), value);

  test('what is chosen is what was offered, and of both the one that it prefers', () => {
    const offers: [Notifier, string][] = [
      [new Notifier(), 'none'],
      [new Notifier({ wake: () => undefined }), 'waker'],
      [new Notifier({ poller: true }), 'poller'],
      [new Notifier({ wake: () => undefined, poller: true }), prefers],
    ];
    for (const [notifier, used] of offers) {
      const future = begin(1);
      if (future.poll(notifier) === FutureState.Complete) continue;
      expect(notifier.used).toBe(used);
      expect(notifier.slot !== undefined).toBe(used === 'poller');
      spinUntil(() => future.poll(notifier) === FutureState.Complete);
      expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
    }
  });

  test('woken, without any poll but the first, once the completion is visible', async () => {
    const future = begin(2);
    const { notifier, states } = noting(future);
    future.poll(notifier);
    await turnUntil(() => states.length > 0 || future.done);
    expect(future.output.at(-1)).toBe(2);
    if (notifier.used === 'waker') expect(states).toEqual([FutureState.Complete]);
  });

  test('a location is watched, without any poll but the first, with the thread blocked', () => {
    const future = begin(3);
    const notifier = new Notifier({ poller: true });
    future.poll(notifier);
    const { slot } = notifier;
    if (slot !== undefined) spinUntil(() => slot.done);
    expect(future.poll()).toBe(FutureState.Complete);
    expect(future.output.at(-1)).toBe(3);
  });

  test('64 that are gathered, each by its location', () => {
    const futures = Array.from({ length: 64 }, (_, n) => begin(n));
    const notifiers = futures.map(() => new Notifier({ poller: true }));
    for (const [n, future] of futures.entries()) future.poll(notifiers[n]);
    const slots = notifiers.map(({ slot }) => slot);
    spinUntil(() => slots.every((slot) => slot?.done !== false));
    expect(futures.map((future) => future.poll())).toEqual(Array(64).fill(1));
    expect(futures.every((future, n) => future.output.every((byte) => byte === n))).toBe(true);
  });

  test('reading the last location alone hands all of them over', () => {
    const futures = Array.from({ length: 20 }, (_, n) => begin(n));
    for (const future of futures.slice(1)) future.poll();
    const notifier = new Notifier({ poller: true });
    futures[0]!.poll(notifier);
    spinUntil(() => notifier.slot?.done !== false);
    spinUntil(() => futures.every((future) => future.poll() === FutureState.Complete));
    expect(futures[19]!.output[0]).toBe(19);
  });

  test('a location that was done stays done, while others use what it was of', async () => {
    const future = begin(4);
    const notifier = new Notifier({ poller: true });
    future.poll(notifier);
    const { slot } = notifier;
    spinUntil(() => future.poll() === FutureState.Complete);
    expect(slot?.done ?? true).toBe(true);
    for (let round = 0; round < 20; round++) {
      const others = Array.from({ length: 20 }, () => begin(round));
      for (const other of others) other.poll();
      expect(slot?.done ?? true).toBe(true);
      await Promise.all(others);
    }
  });

  test('several wait for one, each in its way: all are told, once', async () => {
    const future = begin(5);
    const wakers = [noting(future), noting(future), noting(future)];
    const watcher = new Notifier({ poller: true });
    for (const { notifier } of wakers) future.poll(notifier);
    future.poll(watcher);
    const runtimes = [new Runtime(), new Runtime()];
    const outputs = runtimes.map((runtime) => runtime.wait(future));
    const armed = wakers.filter(({ notifier }) => notifier.used === 'waker');
    const { slot } = watcher;
    for (const output of await Promise.all(outputs)) expect(output[0]).toBe(5);
    await turnUntil(() => armed.every(({ states }) => states.length > 0));
    expect(armed.map(({ states }) => states)).toEqual(armed.map(() => [FutureState.Complete]));
    expect(slot?.done ?? true).toBe(true);
    await Promise.all(runtimes.map((runtime) => runtime.close()));
  });

  test('one notifier with many polls is called once', async () => {
    const future = begin(6);
    const { notifier, states } = noting(future);
    for (let n = 0; n < 10; n++) future.poll(notifier);
    const { used } = notifier;
    await turnUntil(() => future.done);
    await new Promise(setImmediate);
    expect(states.length).toBe(used === 'waker' ? 1 : 0);
  });

  test('the choice is taken back by a poll that finds it complete', () => {
    const future = begin(7);
    const notifier = new Notifier({ poller: true, wake: () => undefined });
    spinUntil(() => future.poll(notifier) === FutureState.Complete);
    expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
    future.poll(notifier);
    expect(notifier.used).toBe('none');
  });

  test('cancelled: wakers are called, locations are done', async () => {
    const future = begin(8);
    const { notifier, states } = noting(future);
    const watcher = new Notifier({ poller: true });
    future.poll(notifier);
    const { used } = notifier;
    const cancelled = future.cancel(reason);
    if (cancelled) expect(states).toEqual(used === 'waker' ? [FutureState.Complete] : []);
    await turnUntil(() => future.done);
    expect(future.error).toBe(cancelled ? reason : undefined);
    future.poll(watcher);
    expect(watcher.used).toBe('none');
  });

  test('cancelled while a location is watched: it is done', () => {
    const future = begin(9);
    const notifier = new Notifier({ poller: true });
    future.poll(notifier);
    const { slot } = notifier;
    if (!future.cancel(reason)) return;
    expect(slot!.done).toBe(true);
  });

  test('closed: wakers are called, locations are done', async () => {
    const own = await make();
    const futures = Array.from({ length: 8 }, () => own.futures.fill(Buffer.alloc(bytes), 1));
    const noted = futures.map((future) => noting(future));
    const watchers = futures.map(() => new Notifier({ poller: true }));
    futures.forEach((future, n) => {
      future.poll(watchers[n]);
      if (!future.done) future.poll(noted[n]!.notifier);
    });
    const armed = noted.filter(({ notifier }) => notifier.used === 'waker');
    const slots = watchers.flatMap(({ slot }) => slot ?? []);
    await own.close();
    expect(armed.every(({ states }) => states.length === 1)).toBe(true);
    expect(slots.every((slot) => slot.done)).toBe(true);
    expect(futures.every(({ done, error }) => done && error === undefined)).toBe(true);
  });

  test('hundreds, all by wakers', async () => {
    let woken = 0;
    const futures = Array.from({ length: 300 }, (_, n) => begin(n & 0xff));
    let expected = 0;
    for (const future of futures) {
      future.poll(new Notifier({ wake: () => woken++ }));
      if (!future.done) expected++;
    }
    await turnUntil(() => woken >= expected);
    expect(futures.every((future) => future.done)).toBe(true);
    expect(woken).toBe(expected);
  });
});

test('the synchronous mover needs no notifier: it is done in the first poll', () => {
  const mover = syncMover();
  const { notifier, states } = noting(mover.futures.nop());
  const future = mover.futures.fill(Buffer.alloc(large), 1);
  expect(future.poll(notifier)).toBe(FutureState.Complete);
  expect([notifier.used, states]).toEqual(['none', []]);
});
