import { completed, future, FutureState, Notifier, type Future } from '../../lib';

// Futures whose methods a program has taken away while they are waited for: they fail, whatever it put
// in the place of their prototype.

const pending = (): Future<unknown> => {
  let polls = 0;
  return future({}, () => (polls++ < 3 ? FutureState.Running : FutureState.Complete));
};

const fail = (): never => {
  throw new Error('own');
};

const prototypes: [string, object | null][] = [
  ['none', null],
  ['one without methods', {}],
  ['one whose methods throw', { fail, advance: fail }],
  ['one whose accessors throw', Object.defineProperty({}, 'fail', { get: fail })],
  ['one that is a proxy', new Proxy({}, { get: fail })],
];

test.each(prototypes)('%s: the promise is rejected', async (_name, prototype) => {
  const own = pending();
  const promise = own.promise();
  Object.setPrototypeOf(own, prototype);
  await expect(promise).rejects.toBeInstanceOf(Error);
  expect(await completed(1)).toBe(1);
});

test('who was to be woken is', async () => {
  const own = future({}, (_, notifier) => {
    notifier?.useWaker();
    return FutureState.Running;
  });
  let woken = 0;
  own.poll(new Notifier({ wake: () => woken++ }));
  const promise = own.promise();
  Object.setPrototypeOf(own, null);
  await expect(promise).rejects.toBeInstanceOf(Error);
  expect(woken).toBe(1);
});
