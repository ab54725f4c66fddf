import { getEventListeners } from 'node:events';
import { FutureState, moverFrom, syncMover, type Future } from '../../lib';
import { answers, Recording, untilEnded, type Behaviour } from '../support/recording';

const reason = new Error('reason');
const refusing: Behaviour = { start: () => false };
const running: Behaviour = { check: untilEnded };

const begin = (engine: Recording): Future<void> => {
  const future = moverFrom(engine).futures.nop();
  future.poll();
  return future;
};

describe('cancel', () => {
  test('before the first poll: the engine never hears of it', () => {
    const engine = new Recording();
    const future = moverFrom(engine).futures.nop();
    expect(future.cancel(reason)).toBe(true);
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual([]);
  });

  test('while it is refused: dropped, once', () => {
    const engine = new Recording(refusing);
    const future = begin(engine);
    expect([future.cancel(reason), future.cancel(reason)]).toEqual([true, false]);
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual(['create', 'start', 'drop']);
  });

  test('while it runs: too late, and it ends as if nothing had been said', () => {
    const engine = new Recording(running);
    const future = begin(engine);
    expect([future.cancel(reason), future.poll()]).toEqual([false, FutureState.Running]);
    engine.handles[0]!.ended = true;
    expect([future.poll(), future.error]).toEqual([1, undefined]);
    expect(engine.count('drop')).toBe(0);
  });

  test('while it runs, then it would have to be started again: not started again', () => {
    const engine = new Recording({ check: answers<FutureState>([2], 0) });
    const future = begin(engine);
    expect(future.cancel(reason)).toBe(false);
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual(['create', 'start', 'check', 'check', 'drop']);
  });

  test('by disposal', () => {
    const engine = new Recording(refusing);
    {
      using future = moverFrom(engine).futures.nop();
      future.poll();
    }
    expect(engine.calls).toEqual(['create', 'start', 'drop']);
  });

  test.each(['start', 'check', 'finish'] as const)(
    'from within %s: too late, the handle is not dropped under the engine',
    (method) => {
      const cancelled: boolean[] = [];
      const engine: Recording = new Recording({
        ...running,
        [method]: () => {
          cancelled.push(future.cancel(reason));
          return method === 'start' ? true : FutureState.Complete;
        },
      });
      const future: Future<void> = moverFrom(engine).futures.nop();
      future.poll();
      if (!future.done) engine.handles[0]!.ended = true;
      expect([future.poll(), future.error]).toEqual([1, undefined]);
      expect(cancelled).toEqual([false]);
      expect(engine.calls.at(-1)).toBe('finish');
      expect(engine.count('drop')).toBe(0);
    },
  );

  test('from within a start that then refuses: fails and is dropped, in that poll', () => {
    const engine: Recording = new Recording({
      start() {
        future.cancel(reason);
        return false;
      },
    });
    const future: Future<void> = moverFrom(engine).futures.nop();
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual(['create', 'start', 'drop']);
  });

  test('from within create: it is not started', () => {
    const engine: Recording = new Recording({
      create(op, args) {
        future.cancel(reason);
        return { op, args };
      },
    });
    const future: Future<void> = moverFrom(engine).futures.nop();
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual(['create', 'drop']);
  });
});

describe('abort', () => {
  let controller: AbortController;
  let signal: AbortSignal;
  beforeEach(() => {
    controller = new AbortController();
    ({ signal } = controller);
  });
  afterEach(() => expect(getEventListeners(signal, 'abort')).toEqual([]));

  const beginWith = (engine: Recording): Future<void> => {
    const future = moverFrom(engine).futures.nop({ signal });
    future.poll();
    return future;
  };

  test('before the call', async () => {
    const engine = new Recording();
    const mover = moverFrom(engine);
    controller.abort(reason);
    await expect(mover.nop({ signal })).rejects.toBe(reason);
    await expect(mover.futures.nop({ signal })).rejects.toBe(reason);
    await expect(mover.with({ signal }).nop()).rejects.toBe(reason);
    expect(engine.calls).toEqual([]);
  });

  test('before the first poll: the engine never hears of it', () => {
    const engine = new Recording();
    const future = moverFrom(engine).futures.nop({ signal });
    controller.abort(reason);
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual([]);
  });

  test('before the first poll, of zero bytes, on any mover', () => {
    const none = Buffer.alloc(0);
    const movers = [moverFrom(new Recording()), syncMover()];
    const futures = movers.map((mover) => mover.futures.fill(none, 1, { signal }));
    controller.abort(reason);
    for (const future of futures) future.poll();
    expect(futures.map(({ error }) => error)).toEqual([reason, reason]);
  });

  test('while it is refused: dropped, once', async () => {
    const engine = new Recording(refusing);
    const future = beginWith(engine);
    const rejected = expect(future).rejects.toBe(reason);
    controller.abort(reason);
    expect(future.done).toBe(true);
    await rejected;
    expect(engine.count('drop')).toBe(1);
  });

  test('while it runs: fails when the engine is done with the memory', () => {
    const engine = new Recording(running);
    const future = beginWith(engine);
    controller.abort(reason);
    expect([future.done, future.poll()]).toEqual([false, FutureState.Running]);
    engine.handles[0]!.ended = true;
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect([engine.count('finish'), engine.count('drop')]).toEqual([1, 0]);
  });

  test('while it runs, then it would have to be started again: not started again', () => {
    const engine = new Recording({ check: answers<FutureState>([2], 0) });
    const future = beginWith(engine);
    controller.abort(reason);
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.calls).toEqual(['create', 'start', 'check', 'check', 'drop']);
  });

  test('after the end: no effect', () => {
    const future = beginWith(new Recording());
    controller.abort(reason);
    expect([future.error, future.output]).toEqual([undefined, 'output']);
  });

  test('from within create: it is not started', () => {
    const engine = new Recording({
      create(op, args) {
        controller.abort(reason);
        return { op, args };
      },
    });
    const future = beginWith(engine);
    expect([future.done, future.error]).toEqual([true, reason]);
    expect(engine.calls).toEqual(['create', 'drop']);
  });

  test('from within start: the handle is not dropped under the engine', () => {
    const engine = new Recording({
      ...running,
      start() {
        controller.abort(reason);
        return true;
      },
    });
    const future = beginWith(engine);
    expect([future.done, engine.calls]).toEqual([false, ['create', 'start', 'check']]);
    engine.handles[0]!.ended = true;
    expect([future.poll(), future.error]).toEqual([1, reason]);
    expect(engine.count('drop')).toBe(0);
  });

  test('of many at once, some refused and some running', async () => {
    let number = 0;
    const engine = new Recording({ start: () => number++ % 2 === 0, check: untilEnded });
    const mover = moverFrom(engine);
    const futures = Array.from({ length: 100 }, () => mover.futures.nop({ signal }));
    for (const future of futures) future.poll();
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    controller.abort(reason);
    expect(futures.filter((future) => future.done).length).toBe(50);
    for (const handle of engine.handles) handle.ended = true;
    const outcomes = await Promise.allSettled(futures);
    expect(outcomes.every((o) => o.status === 'rejected' && o.reason === reason)).toBe(true);
    expect([engine.count('finish'), engine.count('drop')]).toEqual([50, 50]);
  });
});
