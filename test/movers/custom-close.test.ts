import { FutureState, moverFrom, type Future, type Mover } from '../../lib';
import { answers, Recording, untilEnded, type Behaviour } from '../support/recording';

const reason = new Error('reason');
const refusing: Behaviour = { start: () => false };
const running: Behaviour = { check: untilEnded };
const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED', name: 'MoverError' });

const begin = (engine: Recording): { mover: Mover; future: Future<void> } => {
  const mover = moverFrom(engine);
  const future = mover.futures.nop();
  future.poll();
  return { mover, future };
};

describe('close', () => {
  test('waits for what is under way, however it was begun', async () => {
    const engine = new Recording({
      start: answers([true, true, false, false], true),
      check: untilEnded,
    });
    const mover = moverFrom(engine);
    const futures = [mover.nop(), mover.futures.nop(), mover.futures.nop(), mover.futures.nop()];
    for (const future of futures.slice(1, 3)) future.poll();
    let isClosed = false;
    const closing = mover.close().then(() => (isClosed = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isClosed).toBe(false);
    for (const handle of engine.handles) handle.ended = true;
    await closing;
    expect(futures.map(({ done }) => done)).toEqual([true, true, true, false]);
    expect(engine.count('finish')).toBe(3);
  });

  test('nothing is accepted afterwards', async () => {
    const engine = new Recording();
    const mover = moverFrom(engine);
    const before = mover.futures.nop();
    const closing = mover.close();
    const none = Buffer.alloc(0);
    for (const m of [mover, mover.futures, mover.with({})]) {
      await expect(m.nop()).rejects.toEqual(closed);
      await expect(m.fill(none, 1)).rejects.toEqual(closed);
    }
    await expect(before).rejects.toEqual(closed);
    await expect(mover.ready()).rejects.toEqual(closed);
    await closing;
    expect(engine.calls).toEqual([]);
  });

  test('again is the same close, and ends when the last is cancelled', async () => {
    const engine = new Recording(refusing);
    const { mover, future } = begin(engine);
    const closing = [mover.close(), mover.with({}).close(), mover[Symbol.asyncDispose]()];
    expect(future.cancel(reason)).toBe(true);
    await Promise.all(closing);
    expect(engine.count('drop')).toBe(1);
  });

  test('is not kept by one that fails', async () => {
    const engine = new Recording({
      check: answers<FutureState>([FutureState.Running], 7 as FutureState),
    });
    const { mover, future } = begin(engine);
    await mover.close();
    expect(future.error).toMatchObject({ code: 'ERR_INVALID_RETURN_VALUE' });
  });

  test('closes the engine at last, once', async () => {
    const order: string[] = [];
    const engine = Object.assign(new Recording(running), {
      async close() {
        await new Promise(setImmediate);
        order.push('engine');
      },
    });
    const { mover, future } = begin(engine);
    void future.then(() => order.push('operation'));
    const closing = mover.close().then(() => order.push('mover'));
    engine.handles[0]!.ended = true;
    await closing;
    await mover.close();
    expect(order).toEqual(['operation', 'engine', 'mover']);
  });

  test('fails if the engine’s close does', async () => {
    const close = (): Promise<void> => Promise.reject(reason);
    const mover = moverFrom(Object.assign(new Recording(), { close }));
    await expect(mover.close()).rejects.toBe(reason);
    await expect(mover.nop()).rejects.toEqual(closed);
  });
});
