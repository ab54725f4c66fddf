import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import {
  all,
  chain,
  chainOf,
  fromPromise,
  future,
  FutureState,
  loop,
  moverFrom,
  Notifier,
  Runtime,
  syncMover,
  threadsMover,
  type Future,
} from '../../lib';
import { childResult } from '../support/child';
import { turn } from './futures';

// What is polled by the turns of the event loop, which all share, runs in the context of whoever had
// it driven.

const store = new AsyncLocalStorage<string>();
const names = ['A', 'B', 'C'];
const bytes = (): Buffer => Buffer.alloc(1 << 14);

/** By request, in which stores `act` had its callbacks called: its own alone, if all is well. */
async function seen(act: (note: () => void) => PromiseLike<unknown>): Promise<string[][]> {
  const requests = names.map((name) =>
    store.run(name, async () => {
      const stores = new Set<string | undefined>();
      await act(() => stores.add(store.getStore()));
      stores.add(store.getStore());
      return [...stores].map(String);
    }),
  );
  return Promise.all(requests);
}

const own = names.map((name) => [name]);

/** Completes in its poll of that number. */
const ticks = (note: () => void, polls = 5): Future<number> =>
  future<null, number>(null, ({ resolve }) => {
    note();
    return --polls > 0 ? FutureState.Running : resolve(1);
  });

const threads = threadsMover({ threads: 1 });
const movers = { sync: syncMover(), threads };
afterAll(() => threads.close());

describe.each(Object.entries(movers))('%s', (_name, mover) => {
  const { futures } = mover;
  const copy = (): Future<Buffer> => futures.copy(bytes(), bytes());

  test('steps of chains', async () => {
    const steps = (note: () => void): Future<unknown> =>
      chain(() => (note(), copy()))
        .next(() => (note(), mover.copy(bytes(), bytes())))
        .tap(note)
        .next(() => Promise.reject(new Error('no')))
        .recover(() => (note(), copy()))
        .lastly(note);
    expect(await seen(steps)).toEqual(own);
    expect(await seen((note) => steps(note).promise())).toEqual(own);
    expect(await seen((note) => all([steps(note), steps(note)]))).toEqual(own);
  });

  test('entries of chains', async () => {
    const init = (note: () => void) => () => (note(), copy());
    const entries = (note: () => void): Future<unknown> =>
      chainOf({}, [
        { init: init(note), map: () => (note(), undefined) },
        { init: init(note), map: () => (note(), undefined) },
      ]);
    expect(await seen(entries)).toEqual(own);
  });

  test('bodies of loops', async () => {
    const turns = (note: () => void): Future<unknown> => {
      let left = 4;
      return loop(
        () => (note(), copy()),
        () => (note(), --left === 0),
      );
    };
    expect(await seen(turns)).toEqual(own);
  });

  test('with a time limit, and where it is waited for by a runtime', async () => {
    const runtime = new Runtime();
    const steps = (note: () => void) => chain(copy).tap(note).next(copy).tap(note);
    expect(await seen((note) => Runtime.default.wait(steps(note), { timeoutMs: 9999 }))).toEqual(
      own,
    );
    expect(await seen((note) => runtime.waitAll([steps(note), ticks(note)]))).toEqual(own);
    await runtime.close();
  });
});

test('tasks', async () => {
  expect(await seen((note) => ticks(note))).toEqual(own);
  const waking = (note: () => void): Future<number> => {
    let polls = 0;
    return future<null, number>(null, ({ resolve }, notifier) => {
      note();
      // Woken by a timer of nobody's.
      const wake = notifier?.useWaker();
      if (wake !== undefined) store.exit(() => setTimeout(wake, 1));
      return ++polls < 4 ? FutureState.Running : resolve(1);
    });
  };
  expect(await seen(waking)).toEqual(own);
});

test('locations that a task gave', async () => {
  const watched = (note: () => void): Future<number> => {
    let looks = 0;
    const slot = {
      get done(): boolean {
        note();
        return ++looks > 3;
      },
    };
    return future<null, number>(null, ({ resolve }, notifier) =>
      looks === 0 && notifier?.usePoller(slot) === true ? FutureState.Running : resolve(1),
    );
  };
  expect(await seen(watched)).toEqual(own);
});

test('a waker runs in the context of what makes the future ready, and a bound one in its own', async () => {
  const stores: (string | undefined)[] = [];
  const note = (): void => void stores.push(store.getStore());
  let wakeTask: () => void = note;
  const task = future({}, (_, notifier) => {
    wakeTask = notifier?.useWaker() ?? wakeTask;
    return FutureState.Running;
  });
  store.run('poller', () => {
    task.poll(new Notifier({ wake: note }));
    task.poll(new Notifier({ wake: AsyncResource.bind(note) }));
  });
  store.run('other', () => {
    wakeTask();
  });
  expect(stores).toEqual(['other', 'poller']);
});

test('promises that are made at the first poll', async () => {
  const start = (note: () => void) =>
    fromPromise(async () => {
      note();
      await turn();
      note();
    });
  expect(await seen(start)).toEqual(own);
});

test.each([true, false])('engines of their own (eager: %p)', async (eager) => {
  let note: Record<string, () => void> = {};
  const noted = <T>(value: T): T => (note[store.getStore()!]!(), value);
  const engine = moverFrom({
    name: 'own',
    capabilities: { operations: ['copy'] },
    create: () => noted({ left: 5, name: store.getStore() }),
    start: (handle) => --handle.left < 3,
    check: (handle) => {
      expect(store.getStore()).toBe(handle.name);
      return noted(--handle.left > 0 ? FutureState.Running : FutureState.Complete);
    },
    finish: (handle) => {
      expect(store.getStore()).toBe(handle.name);
    },
  });
  const operate = eager ? engine : engine.futures;
  const copied = await seen((one) => {
    note = { ...note, [store.getStore()!]: one };
    return all([
      operate.copy(bytes(), bytes()),
      chain(() => operate.copy(bytes(), bytes())).tap(one),
    ]);
  });
  expect(copied).toEqual(own);
});

test('polled by hand, it runs in the context of who polls', async () => {
  const stores: (string | undefined)[] = [];
  const runtime = new Runtime({ drive: 'manual' });
  const wait = store.run('made', () => runtime.wait(ticks(() => stores.push(store.getStore()), 2)));
  const task = ticks(() => stores.push(store.getStore()), 1);
  store.run('polls', () => {
    while (runtime.pending > 0) runtime.poll();
    task.poll();
  });
  await wait;
  expect(stores).toEqual(['polls', 'polls', 'polls']);
});

// Node aborts the process where it happens within a context that was entered in the script.
test('a script may be stopped by its time limit in the polls of a runtime', async () => {
  const child = `
    const vm = require('node:vm');
    const { chain, future } = library;
    let limited = false;
    let hung;
    const hang = () => {
      hung = limited;
      while (limited);
    };
    const stopped = (poll) => {
      hung = false;
      while (!hung) {
        limited = true;
        try { vm.runInNewContext('poll()', { poll }, { timeout: 20 }); } catch {}
        limited = false;
      }
    };
    process.on('unhandledRejection', () => {});
    void future({}, ({ resolve }) => resolve(hang())).promise();
    stopped(() => Runtime.default.poll());
    const runtime = new Runtime({ drive: 'manual' });
    void runtime.wait(chain(() => future({}, ({ resolve }) => resolve(hang()))));
    stopped(() => runtime.poll());
    setTimeout(() => setTimeout(() => console.log(JSON.stringify('alive')), 5), 5);
  `;
  expect(await childResult(child)).toBe('alive');
});
