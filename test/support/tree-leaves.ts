import { fromPromise, future, FutureState } from '../../lib';
import type { Future, FutureContext, Notifier } from '../../lib';
import type { Tree } from './trees';

export type Of<K extends Tree['is']> = Extract<Tree, { is: K }>;

export const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(',')}]`;
  return typeof value === 'object' && value !== null && 'seen' in value
    ? show(value.seen)
    : String(value);
}

/** How a complete future ended, in the words of `endings`. */
export const endingOf = (future: Future<unknown>): string =>
  future.error === undefined ? `+${show(future.output)}` : `-${future.error.message}`;

export function promiseOf(
  { turns, fails }: Of<'promise'>,
  at: string,
  tick: () => void,
): Future<string> {
  return fromPromise(async () => {
    for (let turn = 0; turn < turns; turn++) {
      tick();
      await (turn % 2 ? immediate() : null);
    }
    if (fails) throw new Error(at);
    return at;
  });
}

export function taskOf(
  { polls, ends, says }: Of<'task'>,
  at: string,
  tick: () => void,
): Future<string> {
  let polled = 0;
  const task = (context: FutureContext<object, string>, notifier: Notifier | null): FutureState => {
    tick();
    const turn = polled++;
    if (ends === 'later') {
      if (turn === 0) void turns(polls).then(() => context.resolve(at));
      if (says !== 'nothing') notifier?.useWaker();
      return FutureState.Running;
    }
    if (turn >= polls) {
      if (ends === 'throw') throw new Error(at);
      return ends === 'resolve' ? context.resolve(at) : context.reject(new Error(at));
    }
    say(says, notifier);
    return turn === 0 && says === 'nothing' ? FutureState.Idle : FutureState.Running;
  };
  return future({}, task, ends === 'later' ? ['async'] : []);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await immediate();
}

function say(how: Of<'task'>['says'], notifier: Notifier | null): void {
  if (how === 'nothing' || notifier === null) return;
  if (how === 'slot') {
    notifier.usePoller(slotAfter(2));
    return;
  }
  const wake = notifier.useWaker();
  if (how === 'inside') wake?.();
  else if (how === 'soon') queueMicrotask(() => wake?.());
  else setImmediate(() => [wake?.(), wake?.()]);
}

/** One that is done from the third look on. */
function slotAfter(looks: number): { readonly done: boolean } {
  let seen = 0;
  return {
    get done() {
      return seen++ >= looks;
    },
  };
}
