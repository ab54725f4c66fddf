import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { chain, completed, future, FutureState, type Chain, type Future } from '../../lib';
import { gate } from './gate';

const STEPS = 100_000;
const MAX_MS = 5000;

function within<T>(work: () => T): T {
  const start = performance.now();
  const result = work();
  expect(performance.now() - start).toBeLessThan(MAX_MS);
  return result;
}

function long(step: (value: number) => Future<number> | number): Chain<number> {
  let own = chain(completed(0));
  for (let n = 0; n < STEPS; n++) own = own.next(step);
  return own;
}

test.each([
  ['values', (value: number) => value + 1],
  ['futures', (value: number) => completed(value + 1)],
])('100,000 steps that give %s take one poll and no deep stack', (_name, step) => {
  const own = long(step);
  expect(within(() => own.poll())).toBe(FutureState.Complete);
  expect(own.output).toBe(STEPS);
});

test('every step is polled once per poll of the chain that finds it under way, no earlier one', () => {
  const polls = new Uint32Array(STEPS);
  const middle = gate();
  let at = 0;
  const own = long((value) => {
    const index = at++;
    if (index === STEPS / 2) return middle.future;
    return future<null, number>(null, (context) => {
      polls[index]++;
      return context.resolve(value + 1);
    });
  });
  within(() => {
    for (let n = 0; n < 1000; n++) own.poll();
  });
  expect([middle.polls, at]).toEqual([1000, STEPS / 2 + 1]);
  middle.open(0);
  own.poll();
  expect([own.done, at]).toEqual([true, STEPS]);
  polls[STEPS / 2] = 1;
  expect(polls.every((count) => count === 1)).toBe(true);
});

test('cancelling 100,000 steps before the first', () => {
  let begun = 0;
  const own = long((value) => (begun++, value));
  expect(within(() => own.cancel())).toBe(true);
  expect([own.error?.name, begun]).toEqual(['AbortError', 0]);
});

test('a failure passes 100,000 steps', () => {
  const failing = chain<number>(() => {
    throw new Error('no');
  });
  let own = failing;
  for (let n = 0; n < STEPS; n++) own = own.next((value) => value);
  within(() => own.poll());
  expect(own.error).toBe(failing.error);
});

test('a queue that has become 100,000 steps long since it began', () => {
  let tail = chain(completed(0));
  within(() => {
    for (let n = 0; n < STEPS; n++) {
      tail = tail.next((value) => completed(value + 1));
      tail.poll();
    }
  });
  expect(tail.output).toBe(STEPS);
});

test('a queue of which every job is cancelled', () => {
  let queue = chain(completed(0));
  const never = (): Future<number> => future<null, number>(null, () => FutureState.Running);
  within(() => {
    for (let n = 0; n < STEPS / 3; n++) {
      const job = queue.next(never);
      job.poll();
      job.cancel();
      queue = job.recover(() => n);
      queue.poll();
    }
  });
  expect(queue.output).toBe(Math.ceil(STEPS / 3) - 1);
});

describe('what is done is let go', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  test('who waits for the end keeps nothing of what came before', async () => {
    const begin = (): [Chain<number>, WeakRef<object>[]] => {
      const value = { payload: new Uint8Array(100) };
      const step = (): object => value;
      const first = chain(completed(0));
      const end = first.next(step).next(() => 1);
      return [end, [value, step, first].map((object) => new WeakRef(object))];
    };
    const [end, refs] = begin();
    end.poll();
    await new Promise(setImmediate);
    collect();
    const alive = refs.filter((ref) => ref.deref() !== undefined);
    expect([end.output, alive.length]).toEqual([1, 0]);
  });

  test('who holds the first step keeps nothing of what came behind it', async () => {
    const begin = (): [Chain<number>, WeakRef<object>[]] => {
      const first = chain(completed(0));
      const refs: WeakRef<object>[] = [];
      let tail: Chain<unknown> = first;
      for (let n = 0; n < 5; n++) {
        const value = { payload: new Uint8Array(100) };
        tail = tail.next(() => value);
        tail.poll();
        refs.push(new WeakRef(value));
      }
      // The last value is the output of the end, which the steps know.
      return [first, refs.slice(0, -1)];
    };
    const [first, refs] = begin();
    await new Promise(setImmediate);
    collect();
    const alive = refs.filter((ref) => ref.deref() !== undefined);
    expect([first.output, alive.length]).toEqual([0, 0]);
  });
});
