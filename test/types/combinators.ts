import {
  all,
  chain,
  completed,
  failed,
  Notifier,
  race,
  Runtime,
  type Completion,
  type Future,
  type Outputs,
  type PollSlot,
} from '../../lib';
import { type } from './equal';

// Compiled, never run.

const [number, text] = [completed(1), completed('text')];
const many: Future<number>[] = [number];
const frozen: readonly Future<string>[] = [text];

// all: a tuple for what is written down, an array for what is not.
const both = all([number, text]);
type<Future<[number, string]>>().of(both);
const none = all([]);
type<Future<[]>>().of(none);
const counted = all(many);
type<Future<number[]>>().of(counted);
const fixed = all(frozen);
type<Future<string[]>>().of(fixed);
const nested = all([both, chain(number).next(() => null)]);
type<Future<[[number, string], null]>>().of(nested);
const hopeless = all([failed(new Error('no')), number]);
type<Future<[never, number]>>().of(hopeless);
declare const outputs: Outputs<readonly [Future<1>, Future<2>]>;
type<[1, 2]>().of(outputs);

// race: one of them.
const first = race([number, text]);
type<Future<number | string>>().of(first);
const any = race(many);
type<Future<number>>().of(any);
const nobody = race([]);
type<Future<never>>().of(nobody);

// @ts-expect-error -- promises are no futures
all([Promise.resolve(1)]);
// @ts-expect-error -- an array, no list of arguments
race(number, text);

// The same through a runtime.
const runtime = new Runtime({ drive: 'manual' });
const waited = runtime.wait(both);
type<Promise<[number, string]>>().of(waited);
const waitedAll = runtime.waitAll([number, text]);
type<Promise<[number, string]>>().of(waitedAll);
type<string>().of(runtime.waitSync(text));
type<[string, number]>().of(runtime.waitAllSync([text, number]));
const completions = runtime.completions(many);
type<AsyncGenerator<Completion<number>, void, void>>().of(completions);
const mixed = runtime.completions([number, text] as Iterable<Future<number | string>>);
type<AsyncGenerator<Completion<number | string>, void, void>>().of(mixed);
// @ts-expect-error -- an unknown way to be driven
new Runtime({ drive: 'thread' });

// Futures are interchangeable with promises where those are awaited.
const joined = Promise.all([number, text, Promise.resolve(true)]);
type<Promise<[number, string, boolean]>>().of(joined);
const wider: Future<number | string> = number;
type<number | string>().of(wider.output);

// Notifiers.
const notifier = new Notifier({ wake: () => undefined, poller: true });
type<'none' | 'waker' | 'poller'>().of(notifier.used);
type<PollSlot | undefined>().of(notifier.slot);
// @ts-expect-error -- an offer that does not exist
new Notifier({ waker: () => undefined });
// @ts-expect-error -- what is chosen is for reading
notifier.used = 'waker';
