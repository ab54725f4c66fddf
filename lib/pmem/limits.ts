import { checkNames, checkObject, checkSignal, noOptions } from '../check';
import { limitOf, type OpOptions } from '../movers/options';

/** Options of what takes time, and is no operation of a mover. */
export type LimitOptions = Pick<OpOptions, 'signal' | 'timeoutMs'>;

export interface Limits {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeoutMs: number | undefined;
}

const names = ['signal', 'timeoutMs'];

/**
 * @param otherwise - the limit where the options do not say one
 * @throws TypeError, RangeError for what makes no sense
 */
export function limitsOf(options: LimitOptions = noOptions, otherwise?: number): Limits {
  checkObject('options', options);
  const signal = checkSignal(options.signal);
  return { signal, timeoutMs: limitOf(options.timeoutMs, otherwise) };
}

/** @throws TypeError for options that there are not */
export function checkLimitNames(options: LimitOptions | undefined): void {
  checkObject('options', options);
  checkNames(options ?? noOptions, names);
}
