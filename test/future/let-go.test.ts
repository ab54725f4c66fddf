import {
  chain,
  chainOf,
  future,
  FutureState,
  mover,
  Notifier,
  race,
  syncMover,
  type Wake,
} from '../../lib';
import { after } from '../runtime/futures';
import { gate } from './gate';

// What becomes of those that nobody waits for any more, and of those who still wait.

const settled = async (done: () => boolean): Promise<void> => {
  const patience = Date.now() + 20_000;
  while (!done() && Date.now() < patience) await new Promise(setImmediate);
};

test('a chain that loses a race while a step is under way ends, and cleans up', async () => {
  const step = gate<string>(['async']);
  const released = jest.fn();
  const loser = chain(step.future)
    .next(() => 'not reached')
    .lastly(released);
  expect(await race([loser, after(2, 'fast')])).toBe('fast');
  expect(released).not.toHaveBeenCalled();
  step.open('end');
  await settled(() => loser.done);
  expect(released).toHaveBeenCalledTimes(1);
});

test('so does one in an entry that is skipped', async () => {
  const step = gate<string>(['async']);
  const released = jest.fn();
  const skipped = chain(step.future).lastly(released);
  skipped.poll();
  await chainOf({}, [
    {
      map(_output, next) {
        next!.state = FutureState.Complete;
        return undefined;
      },
    },
    { init: () => skipped },
  ]);
  step.open('end');
  await settled(() => skipped.done);
  expect(released).toHaveBeenCalledTimes(1);
});

test('a task that keeps one waker wakes all who wait, whoever polled last', async () => {
  let wake: Wake | undefined;
  let ready = false;
  const task = future(
    null,
    ({ resolve }, notifier) => {
      if (ready) return resolve('done');
      wake = notifier?.useWaker() ?? wake;
      return FutureState.Running;
    },
    ['async'],
  );
  const first = jest.fn();
  const second = jest.fn();
  task.poll(new Notifier({ wake: first }));
  task.poll(new Notifier({ wake: second }));
  const awaited = task.promise();
  expect(await race([task, after(3, 'other')])).toBe('other');
  ready = true;
  wake!();
  expect(await awaited).toBe('done');
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

test('a wake from within the poll that took the waker is a wish to be polled again', () => {
  const polls = future({ n: 0 }, ({ data, resolve }, notifier) => {
    notifier?.useWaker()?.();
    return ++data.n < 3 ? FutureState.Running : resolve(data.n);
  });
  const notifier = new Notifier({ wake: () => undefined });
  polls.poll(notifier);
  expect(notifier.used).toBe('none');
});

test.each([
  ['synchronous', () => syncMover()],
  ['default', () => mover],
])('a signal that is aborted already lets nothing begin: %s mover', async (_name, make) => {
  const target = Buffer.alloc(8);
  const fill = make().futures.fill(target, 7);
  await expect(fill.promise({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect(target).toEqual(Buffer.alloc(8));
});
