import { conceal } from '../conceal';
import type { Future } from '../future/future';
import type { Bytes } from '../memory/resolve';
import {
  difCheckOperands,
  difInsertOperands,
  difStripOperands,
  difUpdateOperands,
  type DifOperands,
  type DifResult,
} from '../operations/dif';
import type { DifLayout, DifSource, DifTarget } from '../operations/dif-fields';
import type { OpOptions } from './options';

export interface DifOptions extends OpOptions, DifLayout {}

/** Begins what the function gives, or fails with what it throws. */
export type DifStart = (
  operands: () => DifOperands,
  options: DifOptions | undefined,
) => Future<DifResult>;

/**
 * Data integrity fields (T10 DIF): behind each block of 512, 520, 4096 or 4104 bytes stand eight more,
 * a guard (CRC-16), an application tag and a reference tag, big-endian. What is found is a result, not
 * a failure: `{ ok, offset, mismatch }`. Behind a bad block nothing is checked, and nothing written.
 *
 * Errors: `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP`.
 */
export class DifFront {
  static {
    conceal(this, 'opening a mover');
  }

  readonly #start: DifStart;

  /** @internal */
  constructor(start: DifStart) {
    this.#start = start;
  }

  /** Checks the fields of `src`. */
  check(src: Bytes, source: DifSource, o?: DifOptions): Future<DifResult> {
    return this.#start(() => difCheckOperands(src, source, o), o);
  }

  /** Copies blocks, and writes a field behind each. */
  insert(dst: Bytes, src: Bytes, target: DifTarget, o?: DifOptions): Future<DifResult> {
    return this.#start(() => difInsertOperands(dst, src, target, o), o);
  }

  /** Checks fields, and copies the blocks without them. */
  strip(dst: Bytes, src: Bytes, source: DifSource, o?: DifOptions): Future<DifResult> {
    return this.#start(() => difStripOperands(dst, src, source, o), o);
  }

  /** Checks fields, and copies the blocks with new ones. */
  update(
    dst: Bytes,
    src: Bytes,
    source: DifSource,
    target: DifTarget,
    o?: DifOptions,
  ): Future<DifResult> {
    return this.#start(() => difUpdateOperands(dst, src, source, target, o), o);
  }
}
