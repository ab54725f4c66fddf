import {
  chain,
  chainOf,
  completed,
  failed,
  future,
  FutureState,
  Notifier,
  Runtime,
  syncMover,
  threadsMover,
  type Future,
} from '../../lib';
import { childResult } from '../support/child';
import { after, foreign, gate } from './gate';

// What the C library miniasync says of futures, and what ours do: the same, or what the title says.

const { Idle, Complete, Running } = FutureState;
const runtime = new Runtime({ drive: 'manual' });

test('miniasync, futures, states: the numbers are its own', () => {
  expect(FutureState).toEqual({ Idle: 0, Complete: 1, Running: 2 });
});

test('miniasync, futures, poll: calls the task, and keeps what that returns as the state', () => {
  const states = [Idle, Running, Running];
  const own = future<null, string>(null, ({ resolve }) => states.shift() ?? resolve('done'));
  const seen = [own.state];
  while (!own.done) seen.push(own.poll());
  expect(seen).toEqual([Idle, Idle, Running, Running, Complete]);
});

test('miniasync, futures, poll after completion: does nothing, the output stays', () => {
  const parts = [
    completed(1),
    after(1, 1),
    chain(completed(1)),
    syncMover().futures.crc32c(Buffer.alloc(4)),
  ];
  for (const own of [...parts, failed(new Error('no')), chainOf({}, [])]) {
    own.poll();
    const before = [own.state, own.error ?? own.output];
    for (let n = 0; n < 3; n++) expect(own.poll(new Notifier())).toBe(Complete);
    expect([own.state, own.error ?? own.output]).toEqual(before);
  }
});

test('miniasync, futures, who may poll: anybody of this thread in turns, never one within another', async () => {
  let within = 0;
  let deepest = 0;
  let polls = 0;
  const own: Future<number> = future<null, number>(null, ({ resolve }) => {
    deepest = Math.max(deepest, ++within);
    own.poll();
    runtime.poll();
    within--;
    return ++polls === 9 ? resolve(polls) : Running;
  });
  const waits = [runtime.wait(own), own.promise(), new Runtime().wait(own)];
  while (!own.done) {
    runtime.poll();
    own.poll();
    await null;
  }
  expect([await Promise.all(waits), deepest, polls]).toEqual([[9, 9, 9], 1, 9]);
});

test('miniasync, futures, blocking: the synchronous mover does it all in the first poll, and says so', () => {
  const memory = Buffer.alloc(100);
  const own = syncMover().futures.fill(memory, 7);
  expect([own.has('async'), own.state]).toEqual([false, Idle]);
  expect([own.poll(), memory.at(-1)]).toEqual([Complete, 7]);
});

test('miniasync, futures, structure: data in, output out, of whatever kinds', () => {
  const data = new Float64Array([1.5, 2.5]);
  const own = future<Float64Array, { readonly sum: number }>(data, (context) =>
    context.resolve({ sum: context.data[0]! + context.data[1]! }),
  );
  own.poll();
  expect(own.output.sum).toBe(4);
});

test('miniasync, futures, initialised: idle, and without properties unless some are given', () => {
  const plain = future(null, () => Running);
  const extended = future(null, () => Running, ['async']);
  expect([plain.state, plain.has('async')]).toEqual([Idle, false]);
  expect([extended.state, extended.has('async')]).toEqual([Idle, true]);
});

test('miniasync, futures, initialised complete: every question has an answer', async () => {
  const own = completed('there');
  expect([own.state, own.done, own.output, own.error]).toEqual([
    Complete,
    true,
    'there',
    undefined,
  ]);
  expect([own.has('async'), own.poll(), own.poll(null), own.cancel()]).toEqual([
    false,
    1,
    1,
    false,
  ]);
  expect([await own, await own.promise()]).toEqual(['there', 'there']);
});

test('miniasync, futures, accessors: state and output at any time; what is not there yet is said', () => {
  const { future: own, open } = gate();
  expect([own.state, own.done, own.error]).toEqual([Idle, false, undefined]);
  expect(() => own.output).toThrow(expect.objectContaining({ code: 'ERR_FUTURE_PENDING' }));
  own.poll();
  open(5);
  expect([own.state, own.done, own.output]).toEqual([Complete, true, 5]);
});

test('miniasync, futures, busy poll: waitSync', async () => {
  const threads = threadsMover({ threads: 1 });
  const source = Buffer.from('123456789');
  expect(runtime.waitSync(threads.futures.crc32c(source))).toBe(0xe306_9283);
  expect(runtime.waitSync(after(50, 'polled'))).toBe('polled');
  await threads.close();
});

test('miniasync, futures, outputs of mixed types and sizes are what was put there', () => {
  const outputs = [
    1,
    2n,
    'three',
    Symbol.for('4'),
    null,
    undefined,
    new Uint8Array(44),
    { a: [1] },
    NaN,
  ];
  for (const value of outputs) {
    const own = chain(future<object, unknown>({ pad: value }, ({ resolve }) => resolve(value)));
    own.poll();
    expect(own.output).toBe(value);
  }
});

test('miniasync, futures, errors: ours are complete with an error instead of an output', () => {
  const error = new Error('no');
  const own = future<null, never>(null, ({ reject }) => reject(error));
  expect([own.poll(), own.done, own.error]).toEqual([Complete, true, error]);
  expect(() => own.output).toThrow(error);
});

test('miniasync, futures, cancel and drop: ours can be cancelled, and let go their memory', () => {
  const own = gate().future;
  own.poll();
  expect([own.cancel(new Error('enough')), own.error?.message]).toEqual([true, 'enough']);
  {
    using left = gate().future;
    left.poll();
  }
});

describe('miniasync, defects', () => {
  const complete = (): Future<number>[] => {
    const polled = after(1, 3);
    polled.poll();
    return [completed(1), polled, chain(completed(2)), failed(new Error('no'))].map((own) => {
      own.poll();
      return own as Future<number>;
    });
  };

  test('waiting for what is already complete returns at once', async () => {
    for (const own of complete()) {
      const wait = runtime.wait(own);
      if (own.error === undefined) expect(await wait).toBe(own.output);
      else await expect(wait).rejects.toBe(own.error);
    }
    expect(runtime.waitAllSync(complete().slice(0, 3))).toEqual([1, 3, 2]);
  });

  test('an operation that failed when it was made is waited for like any other', async () => {
    const mover = syncMover();
    const bad = mover.futures.copy(Buffer.alloc(1), Buffer.alloc(2));
    await expect(runtime.wait(bad)).rejects.toBe(bad.error);
    expect(() => runtime.waitSync(bad)).toThrow(bad.error);
  });

  test('waiting for several, one of them complete from the start', async () => {
    const waits = [completed(1), after(3, 2), completed(3)];
    expect(await new Runtime().waitAll(waits)).toEqual([1, 2, 3]);
    expect(new Runtime().waitAllSync(waits)).toEqual([1, 2, 3]);
  });

  test('a chain whose first entry is complete from the start, in both forms', async () => {
    const fluent = chain(() => completed(1)).next((value) => after(2, value + 1));
    const entries = chainOf({ n: 0 }, [
      { init: () => completed(1) },
      { init: () => undefined },
      { init: () => after(2, 5), map: (output, _next, state) => void (state.n = output!) },
    ]);
    expect([fluent.has('async'), entries.has('async')]).toEqual([false, false]);
    const [value, state] = await new Runtime().waitAll([fluent, entries]);
    expect([value, state.n]).toEqual([2, 5]);
  });

  test('a future that nobody polls to its end blocks no other', async () => {
    const threads = threadsMover({ threads: 1, ring: 4 });
    const memory = Buffer.alloc(8);
    const never = Array.from({ length: 20 }, () => threads.futures.fill(memory, 1));
    for (const own of never.slice(0, 10)) own.poll();
    for (let n = 0; n < 500; n++) await threads.fill(memory, n & 0xff);
    const sync = syncMover();
    never.push(sync.futures.fill(memory, 1));
    for (let n = 0; n < 200_000; n++) sync.futures.nop().poll();
    expect(sync.futures.nop().poll()).toBe(Complete);
    await threads.close();
  });
});

test('dropped while they run, futures hold no process', async () => {
  const left = await childResult(`
    const { future, chain, chainOf, all, FutureState } = library;
    const never = () => future(null, () => FutureState.Running);
    for (const make of [never, () => chain(never), () => chainOf({}, [{ init: never }]), () => all([never()])])
      make().poll();
    threadsMover({ threads: 1 }).futures.fill(Buffer.alloc(64), 1).poll();
    console.log(JSON.stringify(true));`);
  expect(left).toBe(true);
});

test('await of a complete future takes two turns of the microtasks at most', async () => {
  const turnsOf = async (own: PromiseLike<unknown>): Promise<number> => {
    let turns = -1;
    let running = true;
    const count = (): void => {
      turns++;
      if (running) queueMicrotask(count);
    };
    count();
    await own;
    running = false;
    return turns;
  };
  const done = [completed(1), chain(completed(1)), chainOf({}, []), after(1, 1)];
  for (const own of done) own.poll();
  for (const own of done) expect(await turnsOf(own)).toBeLessThanOrEqual(2);
});

test('a foreign future is polled through the same door', async () => {
  let polls = 0;
  const own = foreign({
    get done() {
      return polls >= 3;
    },
    output: 'foreign',
    poll: () => (++polls >= 3 ? Complete : Running),
  });
  expect(await new Runtime().wait(chain(own).next((value) => [value]))).toEqual(['foreign']);
});
