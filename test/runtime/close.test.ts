import { completed, fromPromise, FutureState, Runtime, threadsMover } from '../../lib';
import { after, Signalled, sleep, turn } from './futures';

const closed = { code: 'ERR_MOVER_CLOSED' };

test('what is pending is waited for; what comes later is refused', async () => {
  const runtime = new Runtime();
  const wait = runtime.wait(after(30, 'done'));
  const closing = runtime.close();
  await expect(runtime.wait(after(1, 1))).rejects.toMatchObject(closed);
  await expect(runtime.waitAll([after(1, 1)])).rejects.toMatchObject(closed);
  expect(runtime.pending).toBe(1);
  await closing;
  expect(runtime.pending).toBe(0);
  expect(await wait).toBe('done');
});

test('what is complete is given all the same', async () => {
  const runtime = new Runtime();
  await runtime.close();
  expect(await runtime.wait(completed(1))).toBe(1);
  expect(await runtime.waitAll([completed(1)])).toEqual([1]);
  expect(runtime.waitSync(completed(1))).toBe(1);
  expect(runtime.waitAllSync([completed(1), completed(2)])).toEqual([1, 2]);
});

test('synchronous waits for what is not are refused', async () => {
  const runtime = new Runtime();
  await runtime.close();
  const late = after(1, 1);
  const refusal = expect.objectContaining(closed);
  expect(() => runtime.waitSync(late)).toThrow(refusal);
  expect(() => runtime.waitAllSync([completed(1), late, completed(2)])).toThrow(refusal);
  expect(late.state).toBe(FutureState.Idle);
});

test('twice, also when nothing is pending', async () => {
  const runtime = new Runtime();
  expect(runtime.close()).toBe(runtime.close());
  await runtime.close();
});

test('a runtime that is driven by hand is driven to its end', async () => {
  const runtime = new Runtime({ drive: 'manual' });
  const mover = threadsMover({ threads: 1 });
  const wait = runtime.waitAll([
    after(5, 1),
    fromPromise(() => sleep(1)),
    mover.futures.fill(Buffer.alloc(100_000), 3),
  ]);
  await runtime.close();
  const [one, , target] = await wait;
  expect([one, target[99_999]]).toEqual([1, 3]);
  await mover.close();
});

test('one that waits for a waker ends when that is called', async () => {
  const runtime = new Runtime();
  const signalled = new Signalled<number>();
  const wait = runtime.wait(signalled.future);
  let ended = false;
  const closing = runtime.close().then(() => (ended = true));
  for (let n = 0; n < 5; n++) await turn();
  expect(ended).toBe(false);
  signalled.complete(1);
  await closing;
  expect(await wait).toBe(1);
});

test('await using', async () => {
  let runtime: Runtime | undefined;
  const slow = after(10, 1);
  {
    await using own = new Runtime();
    runtime = own;
    void own.wait(slow);
  }
  expect(slow.done).toBe(true);
  await expect(runtime.wait(after(1, 1))).rejects.toMatchObject(closed);
});

test('a promise that names a closed runtime', async () => {
  const runtime = new Runtime();
  await runtime.close();
  await expect(after(2, 1).promise({ runtime })).rejects.toMatchObject(closed);
});
