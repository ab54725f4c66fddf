import { chain, completed, future, FutureState, loop, Notifier } from '../../lib';
import { childResult } from '../support/child';
import { foreign, gate } from './gate';

const { Running } = FutureState;

test('nothing is chosen at first, and by a future that does not', () => {
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
  future(null, () => Running).poll(notifier);
  expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
  completed(1).poll(notifier);
  expect(notifier.used).toBe('none');
});

test('the waker, where it is offered', () => {
  const wake = (): void => undefined;
  const notifier = new Notifier({ wake });
  expect([notifier.usePoller({ done: false }), notifier.used]).toEqual([false, 'none']);
  expect([notifier.useWaker(), notifier.used, notifier.slot]).toEqual([wake, 'waker', undefined]);
});

test('the poller, where it is offered', () => {
  const slot = { done: false };
  const notifier = new Notifier({ poller: true });
  expect([notifier.useWaker(), notifier.used]).toEqual([undefined, 'none']);
  expect(notifier.usePoller(slot)).toBe(true);
  expect([notifier.used, notifier.slot === slot]).toEqual(['poller', true]);
});

test('both offered: the last choice counts, and clear forgets it', () => {
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  notifier.usePoller({ done: false });
  notifier.useWaker();
  expect([notifier.used, notifier.slot]).toEqual(['waker', undefined]);
  notifier.usePoller({ done: true });
  expect([notifier.used, notifier.slot]).toEqual(['poller', { done: true }]);
  notifier.clear();
  expect([notifier.used, notifier.slot]).toEqual(['none', undefined]);
});

test('a task sees of its caller’s notifier what is offered, and what was chosen', () => {
  const slot = { done: false };
  const seen: unknown[] = [];
  const own = future<null, never>(null, (_context, notifier) => {
    seen.push(notifier!.used, notifier!.usePoller(slot), notifier!.used, notifier!.slot === slot);
    notifier!.clear();
    seen.push(notifier!.used, notifier!.slot, notifier!.useWaker() === undefined, notifier!.used);
    return Running;
  });
  own.poll(new Notifier({ poller: true }));
  expect(seen.splice(0)).toEqual(['none', true, 'poller', true, 'none', undefined, true, 'none']);
  own.poll(new Notifier({ wake: () => undefined }));
  expect(seen).toEqual(['none', false, 'none', false, 'none', undefined, false, 'waker']);
});

test.each([undefined, {}, { poller: false }])('nothing offered: %p', (offer) => {
  const notifier = new Notifier(offer);
  expect([notifier.useWaker(), notifier.usePoller({ done: false })]).toEqual([undefined, false]);
  expect(notifier.used).toBe('none');
});

test('a poll begins with none: the choice of the one before is gone', () => {
  let polls = 0;
  const first = future<null, never>(null, (_context, notifier) => {
    if (polls++ === 0) notifier!.useWaker();
    return Running;
  });
  const notifier = new Notifier({ wake: () => undefined });
  first.poll(notifier);
  expect(notifier.used).toBe('waker');
  first.poll(notifier);
  expect(notifier.used).toBe('none');
});

test('arguments of the wrong kind', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const value = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  const make = (offer: unknown) => () => new Notifier(offer as never);
  for (const offer of [null, 1, 'wake', { wake: 1 }, { wake: null }, { poller: 1 }]) {
    expect(make(offer)).toThrow(type);
  }
  expect(make({ waker: () => undefined })).toThrow(value);
  const running = future(null, () => Running);
  for (const notifier of [1, 'x', {}, () => undefined, { useWaker() {} }]) {
    expect(() => running.poll(notifier as never)).toThrow(type);
  }
});

test.each([undefined, null, 1, 'slot', {}])('usePoller(%p) is refused', (slot) => {
  const notifier = new Notifier({ poller: true });
  expect(() => notifier.usePoller(slot as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(notifier.used).toBe('none');
});

test('several wakers may be armed, each until the end', () => {
  const { future: own, open } = gate();
  const woken: string[] = [];
  const offer = (name: string) => new Notifier({ wake: () => woken.push(name) });
  own.poll(offer('a'));
  own.poll(offer('b'));
  own.poll();
  expect(woken).toEqual([]);
  open(1);
  expect(woken.sort()).toEqual(['a', 'b']);
});

test('the one who polls is not woken by what the poll itself completes', () => {
  let ready = false;
  let woken = 0;
  const notifier = new Notifier({ wake: () => woken++ });
  const own = chain(
    future<null, number>(null, (context, offer) => {
      offer?.useWaker();
      return ready ? context.resolve(1) : Running;
    }),
  ).next((value) => value);
  own.poll(notifier);
  ready = true;
  expect([own.poll(notifier), woken]).toEqual([FutureState.Complete, 0]);
});

/** Chooses the waker, and completes all the same. */
const choosing = () =>
  future<null, number>(null, (context, notifier) => {
    notifier?.useWaker();
    return context.resolve(1);
  });

test.each([
  ['chain', () => chain(choosing()).next(() => foreign())],
  [
    'loop',
    () =>
      loop<unknown>(
        (turn) => (turn === 0 ? choosing() : foreign()),
        () => false,
      ),
  ],
])('a step that ignores the notifier does not inherit the choice before it: %s', (_name, make) => {
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  const own = make();
  own.poll(notifier);
  expect([own.done, notifier.used]).toEqual([false, 'none']);
});

test('what a chain waits for is told by the step that it is at', () => {
  const slot = { done: false };
  const watched = future<null, number>(null, (context, notifier) => {
    if (slot.done) return context.resolve(1);
    notifier?.usePoller(slot);
    return Running;
  });
  const { future: last } = gate();
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  const own = chain(watched)
    .next(() => last)
    .next(() => 2);
  own.poll(notifier);
  expect([notifier.used, notifier.slot]).toEqual(['poller', slot]);
  slot.done = true;
  own.poll(notifier);
  expect([notifier.used, notifier.slot]).toEqual(['waker', undefined]);
});

test('a waker that throws is reported, and stops no other', async () => {
  const seen = await childResult(`
    const { future, FutureState, Notifier } = library;
    const seen = [];
    process.on('uncaughtException', ({ message }) => seen.push(message));
    let context;
    const own = future(null, (given, notifier) => {
      context = given;
      notifier?.useWaker();
      return FutureState.Running;
    });
    own.poll(new Notifier({ wake() { throw new Error('waker'); } }));
    own.poll(new Notifier({ wake: () => seen.push('second') }));
    context.resolve(1);
    setImmediate(() => console.log(JSON.stringify([own.output, ...seen])));`);
  expect(seen).toEqual([1, 'second', 'waker']);
});

test.each([null, undefined, 1, 'slot', {}])('%p is no location to look at', (slot) => {
  const notifier = new Notifier({ poller: true });
  expect(() => notifier.usePoller(slot as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(notifier.used).toBe('none');
});

test('a waker for which the stack is full is called once more when that is empty', async () => {
  const overflow = (): number => 1 + overflow();
  const waker = jest.fn().mockImplementationOnce(overflow);
  const own = gate();
  own.future.poll(new Notifier({ wake: waker }));
  own.open(1);
  expect(waker).toHaveBeenCalledTimes(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(waker).toHaveBeenCalledTimes(2);
});
