import { completed, failed, Runtime, threadsMover, type Completion, type Future } from '../../lib';
import { CompletionOrder } from '../../lib/runtime/completions';
import { after, failsAfter, Signalled, turn } from './futures';

type Listener = CompletionOrder['listeners'][number];

const runtime = new Runtime();

async function indexes(completions: AsyncIterable<Completion<unknown>>): Promise<number[]> {
  const order: number[] = [];
  for await (const { index } of completions) order.push(index);
  return order;
}

test('in the order in which they complete', async () => {
  const made = [after(9, 'a'), after(2, 'b'), after(5, 'c'), completed('d')];
  const seen: unknown[] = [];
  for await (const { index, future } of runtime.completions(made)) {
    expect(future).toBe(made[index]);
    expect(future.done).toBe(true);
    seen.push(future.output);
  }
  expect(seen).toEqual(['d', 'b', 'c', 'a']);
});

test('failed ones are among them, and do not end it', async () => {
  const error = new Error('failed');
  const made: Future<string>[] = [after(5, 'ok'), failsAfter(2, error), failed(error)];
  const seen: unknown[] = [];
  for await (const { index, future } of runtime.completions(made)) seen.push([index, future.error]);
  expect(seen).toEqual([
    [2, error],
    [1, error],
    [0, undefined],
  ]);
});

test('each place of the same future', async () => {
  const [one, other] = [after(3, 1), after(2, 2)];
  expect(await indexes(runtime.completions([one, other, one]))).toEqual([1, 0, 2]);
});

test('none, and those of any iterable', async () => {
  expect(await indexes(runtime.completions([]))).toEqual([]);
  expect(await indexes(runtime.completions(new Set([after(2, 1), after(1, 2)])))).toEqual([1, 0]);
});

test('each as soon as it is complete, whatever the others do', async () => {
  const signals = [0, 1, 2].map(() => new Signalled<number>());
  const completions = runtime.completions(signals.map(({ future }) => future));
  for (const index of [1, 2, 0]) {
    const next = completions.next();
    await turn();
    signals[index]!.complete(index);
    expect((await next).value).toMatchObject({ index });
  }
  expect(await completions.next()).toEqual({ done: true, value: undefined });
});

test('several asked for at once', async () => {
  const completions = runtime.completions([after(4, 1), after(2, 2)]);
  const asked = await Promise.all([completions.next(), completions.next(), completions.next()]);
  expect(asked.map(({ value }) => value?.index)).toEqual([1, 0, undefined]);
});

test('who leaves early leaves the others as they are', async () => {
  const made = [after(1, 'first'), after(40, 'last')];
  for await (const { index } of runtime.completions(made)) {
    expect(index).toBe(0);
    break;
  }
  expect(runtime.pending).toBe(0);
  for (let turns = 0; turns < 100; turns++) await turn();
  expect(made[1]!.done).toBe(false);
  expect(await made[1]).toBe('last');
});

test('on a runtime that is driven by hand', async () => {
  const manual = new Runtime({ drive: 'manual' });
  const order: number[] = [];
  const iteration = (async () => {
    const made = [after(3, 1), after(1, 2), after(2, 3)];
    for await (const { index } of manual.completions(made)) order.push(index);
  })();
  for (const expected of [[], [1], [1, 2], [1, 2, 0]]) {
    expect(order).toEqual(expected);
    manual.poll();
    await turn();
  }
  await iteration;
});

test('jobs of a mover', async () => {
  const mover = threadsMover({ threads: 1 });
  const made = Array.from({ length: 300 }, (_, n) =>
    mover.futures.fill(Buffer.alloc(n % 10 === 0 ? 1 << 18 : 100), n & 0xff),
  );
  const order = await indexes(runtime.completions(made));
  expect([...order].sort((a, b) => a - b)).toEqual(made.map((_, n) => n));
  await mover.close();
});

test('a closed runtime refuses what is not complete', async () => {
  const closed = new Runtime();
  await closed.close();
  expect(await indexes(closed.completions([completed(1)]))).toEqual([0]);
  await expect(indexes(closed.completions([after(1, 1)]))).rejects.toMatchObject({
    code: 'ERR_MOVER_CLOSED',
  });
});

test('one that is told of twice, since that was cut off, is there once', async () => {
  const order = new CompletionOrder([completed(1), completed(2)]);
  const [[, one], [, other]] = order.listeners as [Listener, Listener];
  for (const settled of [other, other, one, other]) settled();
  const indices: number[] = [];
  for await (const index of order.indices()) indices.push(index);
  expect(indices).toEqual([1, 0]);
});
