import { checkChoice, checkInteger, checkNames, checkObject } from '../check';
import { describe, rangeError, typeError } from '../errors';

export interface RuntimeOptions {
  /**
   * Who gives it its turns: the event loop, which rests when nothing moves (`auto`); the event loop
   * without rest, for latency at the price of a CPU (`immediate`); or you, by `poll()` (`manual`).
   */
  drive?: 'auto' | 'immediate' | 'manual';
  /** Turns without a completion before it rests, while a future has to be polled. Default 1000. */
  spinsBeforeSleep?: number;
  /** The rest, in milliseconds, unless a completion ends it; a synchronous one ends after 100. Default 1. */
  sleepMs?: number;
  /** Futures that are looked at, and jobs that are completed, in a turn of the loop. Default 256. */
  budget?: number;
}

export type RuntimeSettings = Readonly<Required<RuntimeOptions>>;

/** What a runtime did, since it was made. */
export interface RuntimeStats {
  /** Turns that it had. */
  turns: number;
  /** Polls of futures. */
  polls: number;
  /** Futures that completed in its turns; of `Runtime.default` also jobs of movers that did. */
  completions: number;
  /** Wakers that were called, and ends of rests. */
  wakes: number;
  /** Rests. */
  sleeps: number;
  /** Turns that left something to the next one. */
  budgetHits: number;
}

export interface WaitOptions {
  /** Aborting stops work that has not started; work that has is waited for, then the wait rejects. */
  signal?: AbortSignal;
}

export interface WaitOneOptions extends WaitOptions {
  /** After it the wait rejects with a `TimeoutError`, and the future goes on. */
  timeoutMs?: number;
}

const names = ['drive', 'spinsBeforeSleep', 'sleepMs', 'budget'];

/** The longest that a timer can be set for. */
const MAX_MS = 0x7fff_ffff;

/** @throws TypeError, RangeError for options that make no sense */
export function runtimeSettings(options: RuntimeOptions): RuntimeSettings {
  checkObject('options', options);
  checkNames(options, names);
  const { drive, spinsBeforeSleep = 1000, sleepMs = 1, budget = 256 } = options;
  return {
    drive: checkChoice('drive', drive, ['auto', 'immediate', 'manual']) ?? 'auto',
    spinsBeforeSleep: checkInteger('spinsBeforeSleep', spinsBeforeSleep, Number.MAX_SAFE_INTEGER),
    sleepMs: checkMilliseconds('sleepMs', sleepMs),
    budget: checkBudget(budget),
  };
}

/** @throws TypeError, RangeError when `value` is no number from 0 to what a timer can be set for */
function checkMilliseconds(name: string, value: unknown, other = ''): number {
  if (typeof value !== 'number') {
    throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a number; got ${describe(value)}`);
  }
  if (value >= 0 && value <= MAX_MS) return value;
  throw rangeError(
    'ERR_OUT_OF_RANGE',
    `${name} must be from 0 to ${String(MAX_MS)}${other}; got ${String(value)}`,
  );
}

/** Without one it is `Infinity`. @throws TypeError, RangeError */
export function checkTimeout(value: unknown): number {
  return value === undefined || value === Infinity
    ? Infinity
    : checkMilliseconds('timeoutMs', value, ', or Infinity for no limit');
}

/** @throws RangeError when `value` is no number above 0 */
export function checkBudget(value: unknown): number {
  if (typeof value === 'number' && value > 0) return value;
  throw rangeError('ERR_OUT_OF_RANGE', `budget must be above 0; got ${describe(value)}`);
}
