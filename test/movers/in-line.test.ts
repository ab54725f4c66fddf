import { future, FutureState, open, Runtime, threadsMover } from '../../lib';

// Jobs that wait in line for the one slot of their mover.

test('one that begins inline behind a poll that made room is noticed', async () => {
  const mover = await open({ depth: 1, threads: 1 });
  const first = mover.fill(Buffer.alloc(16 << 20), 1);
  const second = mover.fill(Buffer.alloc(8), 2);
  let polls = 0;
  const polling = future(null, ({ resolve }) => {
    if (polls++ === 0) return FutureState.Running;
    while (!first.done) first.poll();
    return resolve(polls);
  });
  expect(await Runtime.default.wait(polling)).toBe(2);
  expect(await second).toEqual(Buffer.alloc(8, 2));
  await mover.close();
});

test.each([false, true])('closing the mover lets them finish, polled: %p', async (polled) => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const first = mover.fill(Buffer.alloc(4 << 20), 1);
  const second = mover.fill(Buffer.alloc(8), 2);
  const closed = mover.close();
  if (polled) second.poll();
  expect(await second).toEqual(Buffer.alloc(8, 2));
  await Promise.all([first, closed]);
});

test('polling only the last of them is enough', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const all = Array.from({ length: 5 }, (_, n) => mover.fill(Buffer.alloc(8), n));
  const patience = Date.now() + 20_000;
  while (!all[4]!.done && Date.now() < patience) all[4]!.poll();
  expect(all.map(({ done }) => done)).toEqual([true, true, true, true, true]);
  await mover.close();
});
