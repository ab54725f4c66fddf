import { fromPromise, FutureState, Notifier, type Future } from '../../lib';
import { outcome } from './gate';

const { Idle, Complete, Running } = FutureState;
const turn = (): Promise<void> => new Promise(setImmediate);

test('start is called once, at the first poll', async () => {
  let starts = 0;
  const own = fromPromise(async () => ++starts);
  await turn();
  expect([starts, own.state, own.has('async')]).toEqual([0, Idle, true]);
  expect([own.poll(), own.poll(), starts]).toEqual([Running, Running, 1]);
  await turn();
  expect([own.state, own.output, own.has('async')]).toEqual([Complete, 1, false]);
  expect([own.poll(), starts]).toEqual([Complete, 1]);
});

test('it is awaited like any other', async () => {
  const error = new Error('no');
  expect(await fromPromise(() => Promise.resolve(5))).toBe(5);
  await expect(fromPromise(() => Promise.reject(error))).rejects.toBe(error);
});

test('a rejection is the error', async () => {
  const error = new Error('no');
  const own = fromPromise(() => Promise.reject(error));
  own.poll();
  await turn();
  expect(own.error).toBe(error);
});

test('any thenable will do, and a value, too', async () => {
  const thenable = {
    then: (onValue: (value: string) => void) => onValue('then'),
  } as PromiseLike<string>;
  expect(await fromPromise(() => thenable)).toBe('then');
  expect(await fromPromise((() => 3) as unknown as () => Promise<number>)).toBe(3);
});

test('a start that throws fails it', () => {
  const error = new Error('at once');
  const own = fromPromise(() => {
    throw error;
  });
  expect([own.poll(), own.error]).toEqual([Complete, error]);
});

test('a rejection that is no error becomes the cause of one', async () => {
  const own = fromPromise(() => Promise.reject(undefined as unknown as Error));
  own.poll();
  await turn();
  expect(own.error).toMatchObject({ name: 'Error', cause: undefined });
});

test('a `then` that throws fails it', async () => {
  const hostile = Object.defineProperty({}, 'then', {
    get() {
      throw new Error('hostile');
    },
  }) as PromiseLike<number>;
  await expect(fromPromise(() => hostile)).rejects.toThrow('hostile');
});

test('a start that polls the future makes no progress by it', async () => {
  let starts = 0;
  const own: Future<number> = fromPromise(async () => {
    own.poll();
    return ++starts;
  });
  expect(await own).toBe(1);
});

test('the waker is called when it is complete', async () => {
  const seen: boolean[] = [];
  const own = fromPromise(async () => 1);
  const notifier = new Notifier({ wake: () => seen.push(own.done), poller: true });
  own.poll(notifier);
  expect(notifier.used).toBe('waker');
  await turn();
  expect(seen).toEqual([true]);
});

test('the location says when it is complete', async () => {
  const notifier = new Notifier({ poller: true });
  const own = fromPromise(async () => 1);
  own.poll(notifier);
  const slot = notifier.slot!;
  expect([notifier.used, slot.done]).toEqual(['poller', false]);
  await turn();
  expect([slot.done, own.poll(notifier), outcome(own)]).toEqual([true, Complete, 1]);
});

test('cancel: before the start, and not behind it', async () => {
  let starts = 0;
  const start = async (): Promise<number> => ++starts;
  const [early, late] = [fromPromise(start), fromPromise(start)];
  expect(early.cancel(new Error('enough'))).toBe(true);
  await expect(early).rejects.toThrow('enough');
  expect(starts).toBe(0);
  late.poll();
  expect(late.cancel()).toBe(false);
  expect(await late).toBe(1);
});

test('start must be a function', () => {
  const type = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  for (const start of [undefined, null, Promise.resolve(1), 'x']) {
    expect(() => fromPromise(start as never)).toThrow(type);
  }
});
