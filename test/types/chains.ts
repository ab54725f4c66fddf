import {
  chain,
  chainOf,
  completed,
  failed,
  future,
  fromPromise,
  FutureState,
  loop,
  syncMover,
  type Chain,
  type CompareResult,
  type EntryChain,
  type Future,
  type Notifier,
} from '../../lib';
import { type } from './equal';

// Compiled, never run.

const { futures } = syncMover();
const one = completed(1);
const buffer = Buffer.alloc(8);

// The first future, or who makes it.
const begun = chain(one);
type<Chain<number>>().of(begun);
const made = chain(() => futures.copy(buffer, buffer));
type<Chain<typeof buffer>>().of(made);
const broken = chain(failed(new Error('no')));
type<Chain<never>>().of(broken);

// What a step gives: a future, a promise, a value, or one of several.
const fromFuture = begun.next((value) => {
  type<number>().of(value);
  return completed(`${value}`);
});
type<Chain<string>>().of(fromFuture);
const fromAPromise = begun.next(async (value) => [value]);
type<Chain<number[]>>().of(fromAPromise);
const fromValue = begun.next(() => true);
type<Chain<boolean>>().of(fromValue);
const fromNothing = begun.next(() => undefined);
type<Chain<undefined>>().of(fromNothing);
const fromThrowing = begun.next(() => {
  throw new Error('no');
});
type<Chain<never>>().of(fromThrowing);
const fromChain = begun.next((value) => chain(completed(value)).next(() => 'inner'));
type<Chain<string>>().of(fromChain);
const fromEither = begun.next((value) => (value > 1 ? completed('future') : 'value'));
type<Chain<string>>().of(fromEither);
const fromMixed = begun.next((value): Future<number> | string =>
  value > 1 ? completed(1) : 'value',
);
type<Chain<number | string>>().of(fromMixed);

// A chain of operations.
const compared = made
  .next((copy) => {
    type<typeof buffer>().of(copy);
    return futures.crc32c(copy);
  })
  .next((crc) => {
    type<number>().of(crc);
    return futures.compare(buffer, buffer);
  })
  .tap(({ equal }) => {
    type<boolean>().of(equal);
  })
  .lastly(() => undefined);
type<Chain<CompareResult>>().of(compared);

// tap and lastly keep the type, recover adds one.
const recovered = begun.recover((error) => {
  type<Error>().of(error);
  return completed('instead');
});
type<Chain<number | string>>().of(recovered);
type<Chain<never>>().of(broken.tap(() => undefined));
const saved = broken.recover(() => 7);
type<Chain<number>>().of(saved);

// Outputs, awaited and read.
type<CompareResult>().of(compared.output);
type<Error | undefined>().of(compared.error);
const promised = begun.promise();
type<Promise<number>>().of(promised);
const thened = begun.then((value) => `${value}`);
type<Promise<string>>().of(thened);

// @ts-expect-error -- a chain begins with a future
chain(1);
// @ts-expect-error -- or with a function that makes one
chain(() => 1);
// @ts-expect-error -- the value of the step before is a number
begun.next((value: string) => value);
// @ts-expect-error -- steps are functions
begun.next(one);
// @ts-expect-error -- the output is for reading
begun.output = 2;

// Futures of one's own.
const own = future({ left: 3 }, (context, notifier): FutureState => {
  type<{ left: number }>().of(context.data);
  type<Notifier | null>().of(notifier);
  return FutureState.Running;
});
type<Future<unknown>>().of(own);
const typed = future<null, string>(null, ({ resolve }) => resolve('text'), ['async']);
type<Future<string>>().of(typed);
// @ts-expect-error -- the output is a string
future<null, string>(null, ({ resolve }) => resolve(1));
// @ts-expect-error -- a task says what state it is in
future(null, () => undefined);
// @ts-expect-error -- nor is 3 a state
future(null, () => 3);
// @ts-expect-error -- an unknown property
future(null, () => FutureState.Running, ['fast']);
const promise = fromPromise(async () => new Map<string, 1>());
type<Future<Map<string, 1>>>().of(promise);
// @ts-expect-error -- the promise is made when the future is polled
fromPromise(Promise.resolve(1));
type<Future<number>>().of(one);
type<Future<never>>().of(failed(new Error('no')));

// Loops.
const looped = loop(
  (turn) => {
    type<number>().of(turn);
    return completed(`${turn}`);
  },
  (value) => {
    type<string>().of(value);
    return value === '3';
  },
);
type<Future<string>>().of(looped);
const notAFuture = (turn: number): number => turn;
// @ts-expect-error -- a turn is a future
loop(notAFuture, () => true);

// Chains by their entries: the state and each output are inferred.
const state = { copy: buffer, crc: 0 };
const exact = chainOf(state, [
  {
    init: (given) => {
      type<{ copy: typeof buffer; crc: number }>().of(given);
      return futures.copy(given.copy, buffer);
    },
    map(output, next, given) {
      type<typeof buffer | undefined>().of(output);
      type<typeof state>().of(given);
      if (next !== null) next.state = FutureState.Complete;
      return undefined;
    },
  },
  {
    future: futures.crc32c(buffer),
    map(output, _next, given) {
      type<number | undefined>().of(output);
      given.crc = output ?? 0;
      return given.crc === 0 ? 'again' : undefined;
    },
  },
]);
type<EntryChain<typeof state>>().of(exact);
type<readonly boolean[]>().of(exact.processed);
// @ts-expect-error -- the state is an object
chainOf(1, []);
// @ts-expect-error -- init gives a future
chainOf({}, [{ init: () => 1 }]);
// @ts-expect-error -- map gives 'again' or nothing
chainOf({}, [{ map: () => 'once more' }]);

export async function awaited(): Promise<void> {
  type<CompareResult>().of(await compared);
  type<typeof state>().of(await exact);
}
