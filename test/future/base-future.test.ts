import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { completed, failed, FutureState } from '../../lib';
import { BaseFuture, Phase } from '../../lib/future/base-future';
import type { Driver } from '../../lib/future/driver';

/** A future whose work the test does by hand. */
class Manual extends BaseFuture<number> {
  starts = 0;
  driven = 0;
  stoppable = true;
  has(): boolean {
    return false;
  }
  poll(): FutureState {
    if (this.state === FutureState.Idle) {
      this.starts++;
      this.phase = Phase.Running;
    }
    return this.state;
  }
  finish(value: number): void {
    this.complete(value);
  }
  break(error: Error): void {
    this.fail(error);
  }
  drive(): void {
    this.driven++;
    this.poll();
  }
  override stop(): boolean {
    return this.stoppable;
  }
}

const pendingError = expect.objectContaining({ code: 'ERR_FUTURE_PENDING' });

test('the states have the C library’s numbers', () => {
  expect(FutureState).toEqual({ Idle: 0, Complete: 1, Running: 2 });
});

test('idle, running, complete', () => {
  const future = new Manual();
  expect([future.state, future.done, future.error]).toEqual([0, false, undefined]);
  expect(() => future.output).toThrow(pendingError);
  expect(future.poll()).toBe(2);
  expect([future.state, future.done, future.error]).toEqual([2, false, undefined]);
  expect(() => future.output).toThrow(pendingError);
  future.finish(7);
  expect([future.state, future.done, future.error, future.output]).toEqual([1, true, undefined, 7]);
  expect([future.poll(), future.starts]).toEqual([1, 1]);
});

test('failed', async () => {
  const future = new Manual();
  const error = new Error('no');
  future.poll();
  future.break(error);
  expect([future.state, future.done, future.error]).toEqual([1, true, error]);
  expect(() => future.output).toThrow(error);
  expect(future.poll()).toBe(1);
  await expect(future).rejects.toBe(error);
});

test('nothing happens before it is polled or awaited', async () => {
  const future = new Manual();
  await new Promise(setImmediate);
  expect([future.starts, future.driven]).toEqual([0, 0]);
  const promise = future.promise();
  expect([future.starts, future.driven]).toEqual([1, 1]);
  expect(future.promise()).toBe(promise);
  expect(future.driven).toBe(1);
  future.finish(3);
  expect(await promise).toBe(3);
});

test('a completed future drives nothing, and its promise is settled', async () => {
  const future = new Manual();
  future.finish(5);
  expect(await future).toBe(5);
  expect(await future.promise()).toBe(5);
  expect(future.driven).toBe(0);
});

test('undefined, null and false are outputs', async () => {
  for (const value of [undefined, null, false, 0, '']) {
    const future = completed(value);
    expect(future.output).toBe(value);
    expect(future.error).toBeUndefined();
    expect(await future).toBe(value);
  }
});

test('it is a thenable like any other', async () => {
  const future = new Manual();
  const doubled = future.then((value) => value * 2);
  expect(doubled).toBeInstanceOf(Promise);
  future.finish(21);
  expect(await doubled).toBe(42);
  expect(await Promise.all([future, completed('x')])).toEqual([21, 'x']);
  expect(await failed(new Error('no')).then(undefined, () => 'caught')).toBe('caught');
});

test('whoever passes a function that resolves, and none that rejects, to then() is told of a failure', async () => {
  const future = failed(new Error('no'));
  const then = (onError?: () => never): Promise<unknown> => {
    let end!: Promise<unknown>;
    void new Promise((resolve) => {
      end = future.then(resolve, onError);
    });
    return end;
  };
  await expect(then()).rejects.toThrow('no');
  const again = then(() => {
    throw new Error('again');
  });
  await expect(again).rejects.toThrow('again');
});

test('cancel stops what has not begun', async () => {
  const future = new Manual();
  const reason = new Error('enough');
  expect(future.cancel(reason)).toBe(true);
  expect([future.state, future.error]).toEqual([1, reason]);
  await expect(future).rejects.toBe(reason);
  expect(future.cancel()).toBe(false);
  expect(future.error).toBe(reason);
});

test('cancel without a reason is an AbortError', () => {
  const future = new Manual();
  future.cancel();
  expect(future.error).toMatchObject({ name: 'AbortError' });
});

test.each(['why', 7, null])('cancel(%p) keeps the reason as the cause', (reason) => {
  const future = new Manual();
  future.cancel(reason);
  expect(future.error).toMatchObject({ name: 'AbortError', cause: reason });
});

test('cancel comes too late for what runs', async () => {
  const future = new Manual();
  future.poll();
  future.stoppable = false;
  expect(future.cancel()).toBe(false);
  expect(future.state).toBe(FutureState.Running);
  future.finish(1);
  expect(await future).toBe(1);
});

test('dispose cancels', () => {
  const future = new Manual();
  future[Symbol.dispose]();
  expect(future.error).toMatchObject({ name: 'AbortError' });
  const done = completed(1);
  done[Symbol.dispose]();
  expect(done.output).toBe(1);
});

test('using', () => {
  const kept: Manual[] = [];
  {
    using future = new Manual();
    kept.push(future);
  }
  expect(kept[0]!.done).toBe(true);
});

test('await of what has failed throws its error', async () => {
  const error = new Error('no');
  const future = new Manual();
  future.break(error);
  const awaits = async (): Promise<number> => await future;
  await expect(awaits()).rejects.toBe(error);
});

test('inspect shows the state and how it ended', () => {
  const future = new Manual();
  expect(inspect(future)).toBe('{ state: 0 }');
  future.finish(7);
  expect(inspect(future)).toBe('{ state: 1, output: 7 }');
  expect(inspect(failed(new Error('no')))).toMatch(/^\{\s+state: 1,\s+error: Error: no/);
});

describe('promise({ runtime })', () => {
  const driver = (): Driver & { readonly given: unknown[] } => {
    const given: unknown[] = [];
    return { given, drive: (future) => void given.push(future) };
  };

  test('is driven by that one alone, as long as it is not complete', async () => {
    const future = new Manual();
    const [first, second] = [driver(), driver()];
    const promise = future.promise({ runtime: first });
    expect([future.driven, first.given]).toEqual([0, [future]]);
    future.finish(1);
    expect(future.promise({ runtime: second })).toBe(promise);
    expect([await promise, second.given]).toEqual([1, []]);
  });

  test('without one the event loop drives it, once', () => {
    const future = new Manual();
    void future.promise();
    void future.promise();
    expect(future.driven).toBe(1);
  });

  test.each([null, 1, {}, { drive: 1 }])('%p is none', async (runtime) => {
    const wrong = { runtime: runtime as unknown as Driver };
    await expect(new Manual().promise(wrong)).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });
});

describe('promise({ signal })', () => {
  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  test('without abort it is the promise', async () => {
    const { signal } = new AbortController();
    const future = new Manual();
    const promise = future.promise({ signal });
    expect(listeners(signal)).toBe(1);
    future.finish(9);
    expect(await promise).toBe(9);
    expect(listeners(signal)).toBe(0);
  });

  test('aborted before', async () => {
    const future = new Manual();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(future.promise({ signal })).rejects.toThrow('gone');
    expect(future.done).toBe(true);
    expect(listeners(signal)).toBe(0);
  });

  test('aborted before, when it is too late: rejects at the end', async () => {
    const future = new Manual();
    future.stoppable = false;
    const promise = future.promise({ signal: AbortSignal.abort(new Error('gone')) });
    expect(future.done).toBe(false);
    future.finish(4);
    await expect(promise).rejects.toThrow('gone');
  });

  test('aborted while it can be stopped', async () => {
    const controller = new AbortController();
    const future = new Manual();
    const promise = future.promise({ signal: controller.signal });
    controller.abort(new Error('gone'));
    expect(future.done).toBe(true);
    await expect(promise).rejects.toThrow('gone');
    expect(listeners(controller.signal)).toBe(0);
  });

  test('aborted when it is too late: rejects, but not before the end', async () => {
    const controller = new AbortController();
    const future = new Manual();
    let settled = false;
    const promise = future.promise({ signal: controller.signal }).finally(() => (settled = true));
    promise.catch(() => undefined);
    future.stoppable = false;
    controller.abort(new Error('gone'));
    await new Promise(setImmediate);
    expect(settled).toBe(false);
    future.finish(4);
    await expect(promise).rejects.toThrow('gone');
    expect(await future).toBe(4);
    expect(listeners(controller.signal)).toBe(0);
  });

  test('aborted after the end', async () => {
    const controller = new AbortController();
    const future = new Manual();
    const promise = future.promise({ signal: controller.signal });
    future.finish(4);
    controller.abort();
    expect(await promise).toBe(4);
  });
});
