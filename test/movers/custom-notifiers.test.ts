import { all, FutureState, moverFrom, Notifier, Runtime, type Future } from '../../lib';
import { childResult } from '../support/child';
import { answers, Recording, untilEnded, type Handle } from '../support/recording';

/** Ends the operation, and says so in the way that was chosen at its start. */
function end(handle: Handle, wake: () => void): void {
  handle.ended = true;
  wake();
}

/** An engine that takes the waker, and one operation of it, not begun. */
function waking(check = untilEnded): {
  readonly engine: Recording;
  readonly future: Future<void>;
  readonly wake: () => void;
} {
  let taken: (() => void) | undefined;
  const engine = new Recording({
    check,
    start(_handle, notifier) {
      taken = notifier.useWaker();
      return true;
    },
  });
  return { engine, future: moverFrom(engine).futures.nop(), wake: () => taken!() };
}

/** The same with a location. */
function watched(): { engine: Recording; future: Future<void>; slot: { done: boolean } } {
  const slot = { done: false };
  const engine = new Recording({
    check: () => (slot.done ? FutureState.Complete : FutureState.Running),
    start: (_handle, notifier) => notifier.usePoller(slot),
  });
  return { engine, future: moverFrom(engine).futures.nop(), slot };
}

test('both ways are offered to the engine, however the future is polled', () => {
  for (const notifier of [null, undefined, new Notifier(), new Notifier({ poller: true })]) {
    const offered: unknown[] = [];
    const engine = new Recording({
      start(_handle, n) {
        offered.push(n.used, typeof n.useWaker(), n.usePoller({ done: false }));
        return true;
      },
    });
    moverFrom(engine).futures.nop().poll(notifier);
    expect(offered).toEqual(['none', 'function', true]);
  }
});

describe('the engine takes the waker', () => {
  test('polled by waker: no check until it is called', async () => {
    const { engine, future, wake } = waking();
    const runtime = new Runtime();
    const outcome = runtime.wait(future);
    for (let n = 0; n < 20; n++) await new Promise(setImmediate);
    expect(engine.count('check')).toBe(1);
    end(engine.handles[0]!, wake);
    expect(await outcome).toBe('output');
    expect(engine.count('check')).toBe(2);
    await runtime.close();
  });

  test.each([
    ['nothing at all', undefined],
    ['nothing', new Notifier()],
  ])('first polled with %s: the waker of a later poll is called', (_name, first) => {
    const { engine, future, wake } = waking();
    expect(future.poll(first)).toBe(FutureState.Running);
    let woken = 0;
    const notifier = new Notifier({ wake: () => woken++ });
    future.poll(notifier);
    expect([notifier.used, woken]).toEqual(['waker', 0]);
    end(engine.handles[0]!, wake);
    expect(woken).toBe(1);
    expect([future.poll(notifier), woken, notifier.used]).toEqual([1, 1, 'none']);
  });

  test('called between two polls without a notifier: nothing is lost', () => {
    const { engine, future, wake } = waking();
    future.poll();
    end(engine.handles[0]!, wake);
    expect(future.poll(new Notifier({ wake: () => undefined }))).toBe(FutureState.Complete);
  });

  test('on the spot, in start or check: polled once more', async () => {
    for (const method of ['start', 'check'] as const) {
      const check = answers<FutureState>([2], 1);
      let taken: Notifier | undefined;
      const engine = new Recording({
        start(_handle, notifier) {
          notifier.useWaker();
          if (method === 'start') notifier.useWaker()!();
          taken = notifier;
          return true;
        },
        check() {
          if (method === 'check') taken!.useWaker()!();
          return check();
        },
      });
      const runtime = new Runtime();
      expect(await runtime.wait(moverFrom(engine).futures.nop())).toBe('output');
      await runtime.close();
    }
  });

  test('called for no reason, twice, and after the end: harmless', async () => {
    const { engine, future, wake } = waking();
    const runtime = new Runtime();
    const outcome = runtime.wait(future);
    for (let n = 0; n < 5; n++) {
      await new Promise(setImmediate);
      wake();
      wake();
    }
    expect(future.done).toBe(false);
    end(engine.handles[0]!, wake);
    wake();
    expect(await outcome).toBe('output');
    wake();
    await new Promise(setImmediate);
    expect(engine.count('finish')).toBe(1);
    expect([runtime.pending, future.poll()]).toEqual([0, 1]);
    await runtime.close();
  });

  test('another runtime comes later: both are told', async () => {
    const { engine, future, wake } = waking();
    const runtimes = [new Runtime(), new Runtime(), Runtime.default];
    const outcomes: Promise<void>[] = [];
    for (const runtime of runtimes) {
      outcomes.push(runtime.wait(future));
      await new Promise(setImmediate);
    }
    end(engine.handles[0]!, wake);
    expect(await Promise.all(outcomes)).toEqual(['output', 'output', 'output']);
    expect(engine.count('finish')).toBe(1);
    await Promise.all(runtimes.slice(0, 2).map((runtime) => runtime.close()));
  });

  test('woken for nothing, all those who wait are armed again by their next poll', () => {
    const { engine, future, wake } = waking();
    const woken = [0, 0];
    const notifiers = woken.map((_, n) => new Notifier({ wake: () => woken[n]!++ }));
    for (const notifier of notifiers) future.poll(notifier);
    wake();
    expect(woken).toEqual([1, 1]);
    for (const notifier of notifiers) future.poll(notifier);
    end(engine.handles[0]!, wake);
    expect(woken).toEqual([2, 2]);
  });

  test('who offers a poller alone gets a location, which once true stays true', () => {
    const { engine, future, wake } = waking();
    const [mine, other] = [new Notifier({ poller: true }), new Notifier({ poller: true })];
    future.poll(mine);
    const slot = mine.slot!;
    expect([mine.used, slot.done]).toEqual(['poller', false]);
    wake();
    expect(slot.done).toBe(true);
    expect(future.poll(other)).toBe(FutureState.Running);
    expect([slot.done, other.slot!.done]).toEqual([true, false]);
    end(engine.handles[0]!, wake);
    expect([other.slot!.done, other.used]).toEqual([true, 'poller']);
    future.poll();
    expect([slot.done, mine.slot!.done]).toEqual([true, true]);
  });

  test('cancelled while it is refused: those who wait are told', () => {
    const engine = new Recording({ check: answers<FutureState>([2], 0) });
    let woken = 0;
    const notifier = new Notifier({ wake: () => woken++ });
    engine.start = (_handle, own) => own.useWaker() !== undefined;
    const future = moverFrom(engine).futures.nop();
    future.poll(notifier);
    future.poll();
    expect([future.state, future.cancel(), woken]).toEqual([FutureState.Idle, true, 1]);
  });

  test('a waker that throws, called on the spot, fails no future', async () => {
    const outcome = await childResult<unknown>(`
      const { Notifier, moverFrom } = library;
      const calls = [];
      const engine = {
        name: 'on the spot',
        capabilities: { operations: ['nop'] },
        create: () => ({}),
        start(handle, notifier) { notifier.useWaker()(); return true; },
        check: () => 2,
        finish: () => undefined,
        drop: () => calls.push('drop'),
      };
      process.on('uncaughtException', (error) => calls.push(error.message));
      const future = moverFrom(engine).futures.nop();
      const state = future.poll(new Notifier({ wake() { throw new Error('waker'); } }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(JSON.stringify([state, ...calls]));`);
    expect(outcome).toEqual([FutureState.Running, 'waker']);
  });
});

describe('the engine chooses a location', () => {
  test('it is offered on as it is', () => {
    const { future, slot } = watched();
    const notifier = new Notifier({ wake: () => undefined, poller: true });
    future.poll();
    future.poll(notifier);
    expect([notifier.used, notifier.slot]).toEqual(['poller', slot]);
    slot.done = true;
    expect(future.poll(notifier)).toBe(FutureState.Complete);
    expect(notifier.used).toBe('none');
  });

  test('who cannot watch it is told nothing, and polls', () => {
    const { future } = watched();
    const notifier = new Notifier({ wake: () => undefined });
    future.poll(notifier);
    expect(notifier.used).toBe('none');
  });

  test('a runtime watches it without polling', async () => {
    const { engine, future, slot } = watched();
    const runtime = new Runtime({ drive: 'immediate' });
    const outcome = runtime.wait(future);
    for (let n = 0; n < 20; n++) await new Promise(setImmediate);
    expect(engine.count('check')).toBe(1);
    slot.done = true;
    expect(await outcome).toBe('output');
    await runtime.close();
  });

  test('side by side, with a waker alone', async () => {
    const [first, second] = [watched(), waking()];
    const both = Runtime.default.wait(all([first.future, second.future]));
    await new Promise(setImmediate);
    first.slot.done = true;
    end(second.engine.handles[0]!, second.wake);
    expect(await both).toEqual(['output', 'output']);
  });

  test('one that throws is no reason to wait for ever', async () => {
    const slot = Object.defineProperty({ done: false }, 'done', {
      get: () => {
        throw new Error('slot');
      },
    });
    const engine = new Recording({
      check: answers<FutureState>([2, 2], 1),
      start: (_handle, notifier) => notifier.usePoller(slot),
    });
    expect(await moverFrom(engine).nop()).toBe('output');
  });

  test.each([undefined, null, 5, 'slot', {}, () => true])('that is none: %p', (slot) => {
    const engine = new Recording({
      start: (_handle, notifier) => notifier.usePoller(slot as { done: boolean }),
    });
    const future = moverFrom(engine).futures.nop();
    future.poll();
    expect(future.error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect(engine.count('drop')).toBe(1);
  });
});

test('a start that refuses may choose, too: until the next', () => {
  const used: string[] = [];
  const start = answers([false, false], true);
  const engine = new Recording({
    check: untilEnded,
    start(_handle, notifier) {
      used.push(notifier.used);
      notifier.usePoller({ done: false });
      return start();
    },
  });
  const future = moverFrom(engine).futures.nop();
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  const chosen = [1, 2, 3].map(() => (future.poll(notifier), notifier.used));
  expect([used, chosen]).toEqual([
    ['none', 'none', 'none'],
    ['poller', 'poller', 'poller'],
  ]);
});

test('an engine may choose, or choose otherwise, after the start', () => {
  const engine = new Recording({ check: untilEnded });
  const future = moverFrom(engine).futures.nop();
  const notifier = new Notifier({ wake: () => undefined, poller: true });
  future.poll(notifier);
  expect(notifier.used).toBe('none');
  engine.handles[0]!.notifier!.useWaker();
  future.poll(notifier);
  expect(notifier.used).toBe('waker');
  engine.handles[0]!.notifier!.usePoller({ done: false });
  future.poll(notifier);
  expect(notifier.used).toBe('poller');
});
