import {
  chain,
  completed,
  future,
  FutureState,
  Notifier,
  Runtime,
  syncMover,
  threadsMover,
  type Mover,
} from '../../lib';
import { after, gate } from './gate';

// What the C library miniasync says of properties and notifiers, and what ours do.

const { Complete, Running } = FutureState;
const size = 1 << 16;
const movers: Mover[] = [];
const threads = (notifier: 'waker' | 'poller'): Mover => {
  const mover = threadsMover({ threads: 1, notifier });
  movers.push(mover);
  return mover;
};
afterAll(() => Promise.all(movers.map((mover) => mover.close())));

test('miniasync, properties, async: true of what goes on without being polled, and of nothing else', () => {
  const memory = Buffer.alloc(size);
  expect(syncMover().futures.fill(memory, 1).has('async')).toBe(false);
  expect(threads('waker').futures.fill(memory, 1).has('async')).toBe(true);
  expect(completed(1).has('async')).toBe(false);
  expect(after(1, 1).has('async')).toBe(false);
});

test('miniasync, properties, async: those are polled first, in the order of the array otherwise', () => {
  const log: string[] = [];
  const named = (name: string, properties: readonly 'async'[]) =>
    future<null, string>(null, ({ resolve }) => (log.push(name), resolve(name)), properties);
  const own = [named('a', []), named('B', ['async']), named('c', []), named('D', ['async'])];
  const before = [...own];
  new Runtime().waitAllSync(own);
  expect(log).toEqual(['B', 'D', 'a', 'c']);
  expect(own.every((part, index) => part === before[index])).toBe(true);
});

test('miniasync, properties, an unknown one: no', () => {
  for (const own of [
    completed(1),
    gate(['async']).future,
    chain(completed(1)),
    syncMover().futures.nop(),
  ]) {
    expect(own.has('fast' as 'async')).toBe(false);
  }
});

test('miniasync, notifiers, structure: both are offered, the future says which one it uses', () => {
  const offer = () => new Notifier({ wake: () => undefined, poller: true });
  const chosen = (['waker', 'poller'] as const).map((kind) => {
    const notifier = offer();
    const own = threads(kind).futures.fill(Buffer.alloc(size * 64), 1);
    own.poll(notifier);
    return own.done ? kind : notifier.used;
  });
  const notifier = offer();
  after(2, 1).poll(notifier);
  expect([chosen, notifier.used]).toEqual([['waker', 'poller'], 'none']);
});

test('miniasync, notifiers, waker: called behind the completion, in the thread of the program', async () => {
  const memory = Buffer.alloc(size);
  const own = threads('waker').futures.fill(memory, 7);
  const seen = await new Promise((resolve) => {
    own.poll(new Notifier({ wake: () => resolve([own.poll(), memory.at(-1)]) }));
  });
  expect(seen).toEqual([Complete, 7]);
});

test('miniasync, notifiers, waker: ours stays armed when others poll with theirs', () => {
  const { future: own, open } = gate();
  const woken: string[] = [];
  own.poll(new Notifier({ wake: () => woken.push('first') }));
  own.poll(new Notifier({ wake: () => woken.push('second') }));
  open(1);
  expect(woken.sort()).toEqual(['first', 'second']);
});

test('miniasync, notifiers, poller: ours is a location that is read, and shows the completion', () => {
  const memory = Buffer.alloc(size);
  const own = threads('poller').futures.fill(memory, 7);
  const notifier = new Notifier({ poller: true });
  own.poll(notifier);
  const slot = notifier.slot!;
  const patience = Date.now() + 20_000;
  while (!slot.done && Date.now() < patience);
  expect([slot.done, memory.at(-1), own.state]).toEqual([true, 7, Running]);
  expect([own.poll(notifier), slot.done]).toEqual([Complete, true]);
});

test('miniasync, notifiers, null: driven by polls; ours can be armed later', () => {
  const slow = gate();
  let woken = 0;
  for (const notifier of [null, undefined, new Notifier({ wake: () => woken++ })]) {
    slow.future.poll(notifier);
  }
  slow.open(1);
  expect([slow.polls, woken, slow.future.done]).toEqual([3, 1, true]);
});

test('miniasync, notifiers, null at first: a job of the threads can be given a waker later, too', async () => {
  const own = threads('waker').futures.fill(Buffer.alloc(size * 64), 7);
  own.poll();
  await new Promise<void>((resolve) => {
    const notifier = new Notifier({ wake: resolve });
    if (own.poll(notifier) === Complete) resolve();
    else expect(notifier.used).toBe('waker');
  });
  expect(own.poll()).toBe(Complete);
});

test('miniasync, notifiers, movers: none for the synchronous one, waker by default, poller by choice', () => {
  const kinds = ({ capabilities }: Mover): string[] => [...capabilities.notifiers];
  expect(kinds(threads('waker'))).toContain('waker');
  expect(kinds(threads('poller'))).toContain('poller');
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  expect(syncMover().futures.fill(Buffer.alloc(8), 1).poll(notifier)).toBe(Complete);
  expect(notifier.used).toBe('none');
});

test('miniasync, notifiers, who reads locations: the runtime, which polls when they change', async () => {
  let polls = 0;
  const slot = { done: false };
  const own = future<null, number>(null, ({ resolve }, notifier) => {
    polls++;
    if (slot.done) return resolve(polls);
    notifier?.usePoller(slot);
    return Running;
  });
  const wait = new Runtime().wait(own);
  for (let n = 0; n < 20; n++) await new Promise(setImmediate);
  expect(polls).toBe(1);
  slot.done = true;
  expect(await wait).toBe(2);
});

test('miniasync, notifiers, leftover choice: what the future before chose is not taken for this one’s', () => {
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  gate().future.poll(notifier);
  expect(notifier.used).toBe('waker');
  after(2, 1).poll(notifier);
  expect(notifier.used).toBe('none');
});
