import { future, FutureState, type Future, type FutureProperty } from '../../lib';

/** A future that the test opens by hand, once it has been polled. */
export interface Gate<T> {
  readonly future: Future<T>;
  /** How often its task ran. */
  readonly polls: number;
  open(value: T): void;
  break(error: Error): void;
}

/** @param properties - with `async` it cannot be cancelled once it was polled */
export function gate<T = number>(properties: readonly FutureProperty[] = []): Gate<T> {
  let polls = 0;
  let open!: (value: T) => void;
  let fail!: (error: Error) => void;
  const task = future<null, T>(
    null,
    (context, notifier) => {
      polls++;
      open = context.resolve;
      fail = context.reject;
      notifier?.useWaker();
      return FutureState.Running;
    },
    properties,
  );
  return {
    future: task,
    get polls() {
      return polls;
    },
    open: (value) => {
      open(value);
    },
    break: (error) => {
      fail(error);
    },
  };
}

/** A future that somebody else wrote; nothing ever happens to it, unless `own` says so. */
export function foreign(own: Partial<Future<unknown>> = {}): Future<unknown> {
  const base = {
    state: FutureState.Running,
    done: false,
    output: undefined,
    error: undefined,
    has: () => false,
    poll: () => FutureState.Running,
    cancel: () => false,
    promise: () => new Promise<never>(() => undefined),
    then: () => new Promise<never>(() => undefined),
    [Symbol.dispose]: () => undefined,
  };
  return Object.defineProperties(base, Object.getOwnPropertyDescriptors(own));
}

/** Completes at the poll of that number, with the value. */
export function after<T>(polls: number, value: T): Future<T> {
  let left = polls;
  return future<null, T>(null, (context) =>
    --left > 0 ? FutureState.Running : context.resolve(value),
  );
}

/** The error of what failed, the output of what did not. */
export function outcome(done: Future<unknown>): unknown {
  return done.error ?? done.output;
}
