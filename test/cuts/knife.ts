/** How the library is cut off: by the time limit of a script, or by a full stack at so many entries in a row. */
export type Way = 'limit' | number;

export interface Cut {
  /** Whether there was anything left to cut off at this position. */
  readonly reached: boolean;
  /** The place in the sources. */
  readonly where: string;
}

const injected = new WeakSet<object>();

/** Whether the error is one of these cuts, or what the library makes of one. */
export function isCut(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { message, cause } = error as Error;
  return (
    injected.has(error) ||
    /^Maximum call stack size exceeded|^cut off in its midst/.test(message) ||
    isCut(cause)
  );
}

function cutOff(message: string): never {
  const error = new RangeError(message);
  injected.add(error);
  throw error;
}

/** What is being cut off; undefined: nothing. */
let cutting:
  { readonly way: Way; readonly first: number; count: number; where: string } | undefined;
let terminating = false;

function look(where: string): void {
  if (cutting === undefined) return;
  const { way, first, count } = cutting;
  cutting.count++;
  if (count < first || (way !== 'limit' && count >= first + way)) return;
  cutting.where ||= where;
  if (way !== 'limit') cutOff('Maximum call stack size exceeded');
  terminating = true;
  cutOff('time limit');
}

/** What instrumented sources call: see `instrument.ts`. */
export const cuts = {
  enter: look,
  turn(where: string): void {
    if (cutting?.way === 'limit') look(where);
  },
  /** A generator goes on with the value. */
  resumed<T>(where: string, value: T): T {
    look(where);
    return value;
  },
  /** What catches all that is thrown has been left, as a promise that was made: it cannot catch a time limit. */
  left<T>(value: T): T {
    if (terminating) cutOff('time limit');
    return value;
  },
  get terminating(): boolean {
    return terminating;
  },
};

Object.assign(globalThis, { cuts });

/** Calls `act`, and cuts it off at the entry, or turn of a loop, of that number. */
export function cut(way: Way, position: number, act: () => void): Cut {
  const own = (cutting = { way, first: position, count: 0, where: '' });
  try {
    act();
  } catch (error) {
    // Programs fail by themselves where they meet what was cut off.
    if (!isCut(error) && own.where === '') throw error;
  } finally {
    cutting = undefined;
    terminating = false;
  }
  return { reached: own.where !== '', where: own.where };
}
