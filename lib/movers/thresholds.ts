import { checkChoice, checkInteger, checkNames, isRevoked } from '../check';
import { describe, typeError } from '../errors';
import type { OpName } from '../operations/operation';
import { operationNames } from './capabilities';

/** From which size on operations go to an engine where they may go to another, in bytes. */
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
 * From which size on a thread of ours is woken rather than the event loop held, as long as nothing was
 * measured: a thread's way there and back takes some 15 µs, in which a core copies such an amount.
 */
export const defaultThreadsThresholds: Thresholds = {
  copy: 131072,
  move: 131072,
  fill: 131072,
  dualcast: 131072,
  compare: 131072,
  comparePattern: 131072,
  equals: 131072,
  crc32c: 131072,
  copyCrc32c: 131072,
  createDelta: 131072,
  applyDelta: 131072,
  difCheck: 65536,
  difInsert: 65536,
  difStrip: 65536,
  difUpdate: 65536,
  flush: 65536,
  nop: Infinity,
  drain: Infinity,
};

/** As they are asked for: for all operations, by operation, or to be found out. */
export type ThresholdOption = number | 'auto' | Partial<Record<OpName, number>>;

/** Thresholds to start from, and whose were given, rather than to be found out. */
export interface GivenThresholds {
  readonly thresholds: Thresholds;
  readonly given: ReadonlySet<OpName>;
}

/** From which size on jobs go to threads, and to hardware. */
export interface StartingThresholds {
  readonly threads: GivenThresholds;
  readonly hardware: GivenThresholds;
}

/**
 * @param option - what it is called
 * @param given - a number for all, or by operation; what is not given is as by default
 * @throws TypeError, RangeError for a threshold that makes no sense
 */
export function thresholdsOf(
  option: string,
  given: ThresholdOption | undefined,
  defaults: Thresholds,
): GivenThresholds {
  if (typeof given === 'number') return fixedThresholds(checkThreshold(option, given));
  if (typeof given !== 'object') {
    checkChoice(option, given, ['auto']);
    return { thresholds: defaults, given: new Set() };
  }
  if ((given as unknown) === null || isRevoked(given) || Array.isArray(given)) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `${option} must be a number, 'auto' or an object by operation; got ${describe(given)}`,
    );
  }
  checkNames(given, operationNames);
  const named = operationNames.filter((name) => given[name] !== undefined);
  const thresholds = mapThresholds((name) =>
    given[name] === undefined ? defaults[name] : checkThreshold(`${option}.${name}`, given[name]),
  );
  return { thresholds, given: new Set(named) };
}

/** Those of a mover's options. @throws TypeError, RangeError for what makes no sense */
export function startingThresholds(options: {
  threshold?: ThresholdOption;
  threadsThreshold?: ThresholdOption;
}): StartingThresholds {
  const { threshold, threadsThreshold } = options;
  return {
    threads: thresholdsOf('threadsThreshold', threadsThreshold, defaultThreadsThresholds),
    hardware: thresholdsOf('threshold', threshold, defaultThresholds),
  };
}

/** The same for all operations that have something to do. */
function fixedThresholds(bytes: number): GivenThresholds {
  const thresholds = mapThresholds((name) =>
    defaultThresholds[name] === Infinity ? Infinity : bytes,
  );
  return { thresholds, given: new Set(operationNames) };
}

/** Those of a mover that has but one engine. */
export const nothingToChoose: StartingThresholds = {
  threads: fixedThresholds(0),
  hardware: fixedThresholds(0),
};

/** The threshold of each operation. */
export function mapThresholds(threshold: (name: OpName) => number): Thresholds {
  return Object.fromEntries(operationNames.map((name) => [name, threshold(name)])) as Thresholds;
}

const checkThreshold = (name: string, bytes: number): number =>
  bytes === Infinity ? bytes : checkInteger(name, bytes, Number.MAX_SAFE_INTEGER);
