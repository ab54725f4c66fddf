import { checkChoice, checkInteger, checkNames } from '../check';
import { describe, typeError } from '../errors';
import type { OpName } from '../operations/operation';
import { operationNames } from './capabilities';

/** From which size on operations go to hardware where they may go to either, in bytes. */
export type Thresholds = Readonly<Record<OpName, number>>;

/**
 * What a DSA is worth beside a core of the same machine. On Sapphire Rapids copies of 4 to 8 KiB
 * break even where they are batched, whatever their alignment, and single ones from 16 KiB on;
 * comparisons run at half the speed, having two sources; a core sums a CRC as fast as a device, so
 * that only its time is gained (LightDSA, EuroSys '26; DTO begins at 16 to 64 KiB).
 */
export const defaultThresholds: Thresholds = {
  copy: 8192,
  move: 8192,
  fill: 8192,
  dualcast: 8192,
  compare: 16384,
  comparePattern: 16384,
  equals: 16384,
  crc32c: 32768,
  copyCrc32c: 16384,
  createDelta: 16384,
  applyDelta: 16384,
  difCheck: 16384,
  difInsert: 16384,
  difStrip: 16384,
  difUpdate: 16384,
  flush: 65536,
  nop: Infinity,
  drain: Infinity,
};

/**
 * @param given - a number for all, or by operation; what is not given is as by default
 * @throws TypeError, RangeError for a threshold that makes no sense
 */
export function thresholdsOf(
  given: number | 'auto' | Partial<Record<OpName, number>> | undefined,
): Thresholds {
  if (typeof given === 'number') {
    const bytes = checkThreshold('threshold', given);
    return mapThresholds((name) => (defaultThresholds[name] === Infinity ? Infinity : bytes));
  }
  if (typeof given !== 'object') {
    checkChoice('threshold', given, ['auto']);
    return defaultThresholds;
  }
  if ((given as unknown) === null || Array.isArray(given)) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `threshold must be a number, 'auto' or an object by operation; got ${describe(given)}`,
    );
  }
  checkNames(given, operationNames);
  return mapThresholds((name) =>
    given[name] === undefined
      ? defaultThresholds[name]
      : checkThreshold(`threshold.${name}`, given[name]),
  );
}

/** The threshold of each operation. */
export function mapThresholds(threshold: (name: OpName) => number): Thresholds {
  return Object.fromEntries(operationNames.map((name) => [name, threshold(name)])) as Thresholds;
}

const checkThreshold = (name: string, bytes: number): number =>
  bytes === Infinity ? bytes : checkInteger(name, bytes, Number.MAX_SAFE_INTEGER);
