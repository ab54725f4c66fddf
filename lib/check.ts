import { bare, hasOwn, isInteger, log2 } from './intrinsics';
import { types } from 'node:util';
import { describe, rangeError, typeError } from './errors';

/** @throws TypeError, RangeError when `value` is not an integer from `min` to `max` */
export function checkInteger(name: string, value: unknown, max: number, min = 0): number {
  if (typeof value !== 'number') {
    throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a number; got ${describe(value)}`);
  }
  if (!isInteger(value) || value < min || value > max) {
    throw rangeError(
      'ERR_OUT_OF_RANGE',
      `${name} must be an integer from ${String(min)} to ${String(max)}; got ${String(value)}`,
    );
  }
  return value;
}

/** @throws RangeError when `value` is not a power of two up to `max`; TypeError for no number */
export function checkPowerOfTwo(name: string, value: unknown, max: number): number {
  const power = checkInteger(name, value, max, 1);
  if (isInteger(log2(power))) return power;
  throw rangeError(
    'ERR_OUT_OF_RANGE',
    `${name} must be a power of two from 1 to ${String(max)}; got ${String(power)}`,
  );
}

/**
 * Where no options were given: nothing is left to Object.prototype. (What Object.create makes without a
 * prototype is a dictionary to V8, and slow to read.)
 */
export const noOptions = Object.freeze(bare<Readonly<Record<string, never>>>({}));

/**
 * A misspelt option would be one that is ignored. One that stands on Object.prototype would be one that
 * nobody gave.
 *
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function checkNames(options: object, known: readonly string[]): void {
  for (const name in options) {
    const stray = name in Object.prototype && !hasOwn(options, name);
    if (known.includes(name) && stray) throw polluted(name);
    if (known.includes(name) || stray) continue;
    throw typeError(
      'ERR_INVALID_ARG_VALUE',
      `there is no option '${name}' here; there are: ${[...new Set(known)].join(', ')}`,
    );
  }
}

/** What an object would have that nobody gave it. */
export function polluted(name: string): TypeError {
  return typeError(
    'ERR_INVALID_ARG_VALUE',
    `Object.prototype has a property '${name}', which every object would have: delete it`,
  );
}

/** @throws TypeError when `value` is neither undefined nor a boolean */
export function checkBoolean(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a boolean; got ${describe(value)}`);
}

/** @throws TypeError `ERR_INVALID_ARG_VALUE` when `value` is neither undefined nor one of `choices` */
export function checkChoice<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T | undefined {
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  throw typeError(
    'ERR_INVALID_ARG_VALUE',
    `${name} must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}; got ${describe(value)}`,
  );
}

/** @throws TypeError when `value` is no array of strings */
export function checkStrings(name: string, value: unknown): void {
  if (isArray(value) && value.every((item) => typeof item === 'string')) return;
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `${name} must be an array of strings; got ${describe(value)}`,
  );
}

/** @throws TypeError when `value` is no function */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw typeError('ERR_INVALID_ARG_TYPE', `${name} must be a function; got ${describe(value)}`);
}

/** Whether it is a proxy that was revoked, which throws whatever it is asked. */
export function isRevoked(value: unknown): boolean {
  if (!types.isProxy(value)) return false;
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** Where a question about a value threw: the answer is no where it was revoked. @throws the error otherwise */
export function noIfRevoked(value: unknown, error: unknown): false {
  if (isRevoked(value)) return false;
  throw error;
}

/** As `Array.isArray`, which throws for a proxy that was revoked. */
export const isArray = (value: unknown): value is unknown[] =>
  !isRevoked(value) && Array.isArray(value);

/** An options argument: an object, or nothing where it is optional. @throws TypeError */
export function checkObject(name: string, value: unknown, optional = true): void {
  if (value === noOptions || (optional && value === undefined)) return;
  const other = isRevoked(value) || Array.isArray(value) || ArrayBuffer.isView(value);
  if (typeof value === 'object' && value !== null && !other) return;
  throw notAnObject(name, value);
}

export const notAnObject = (name: string, value: unknown): TypeError =>
  typeError('ERR_INVALID_ARG_TYPE', `${name} must be an object; got ${describe(value)}`);

/** @throws TypeError when `value` is neither undefined nor an AbortSignal */
export function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  const signal = (isRevoked(value) ? {} : Object(value)) as Partial<AbortSignal>;
  const { aborted, addEventListener, removeEventListener } = signal;
  const listens = [addEventListener, removeEventListener].every((m) => typeof m === 'function');
  if (typeof aborted === 'boolean' && listens) return value as AbortSignal;
  throw typeError('ERR_INVALID_ARG_TYPE', `signal must be an AbortSignal; got ${describe(value)}`);
}
