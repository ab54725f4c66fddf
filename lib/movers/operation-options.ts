import type { Bytes } from '../memory/resolve';
import type { CrcVariant } from '../operations/crc32c';
import type { DeltaOutcome } from '../operations/delta';
import type { OpOptions } from './options';

export interface CompareOptions extends OpOptions {
  /** What is expected; the result says whether it came true. */
  expect?: 'equal' | 'different';
}

export interface CrcOptions extends OpOptions, CrcVariant {}

export interface DeltaOptions extends OpOptions {
  /** What is expected; the result says whether it is one of these. */
  expect?: readonly DeltaOutcome[];
}

export interface FlushOptions extends OpOptions {
  /** Write the lines back and keep them in the cache. */
  keep?: boolean;
}

export interface DrainOptions extends Omit<OpOptions, 'readback'> {
  /** Up to two ranges of which a byte is read back at the end. True: nothing more than the drain is needed. */
  readback?: boolean | Bytes | readonly Bytes[];
}
