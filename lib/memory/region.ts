import { rangeError, typeError } from '../errors';
import { Range } from './range';

/** The range of a region; undefined for anything else, and after disposal. */
export let rangeOfRegion: (value: unknown) => Range | undefined;

/**
 * A range of memory that was looked at once and is used many times: operations on it skip the
 * inspection of the buffer. It keeps the memory alive until it is disposed and collected.
 */
export class Region implements Disposable {
  /** The memory as a Buffer. */
  readonly bytes: Buffer;
  readonly length: number;
  #range: Range | undefined;

  static {
    rangeOfRegion = (value) =>
      typeof value === 'object' && value !== null && #range in value ? value.#range : undefined;
  }

  /** @internal Only the library has ranges: `mover.register()` makes regions. */
  constructor(range: Range, bytes: Buffer) {
    if (!(range instanceof Range)) {
      throw typeError('ERR_INVALID_ARG_TYPE', 'a Region is made by mover.register()');
    }
    this.#range = range;
    this.bytes = bytes;
    this.length = range.length;
  }

  /**
   * A part of this region, over the same memory.
   *
   * @param offset - first byte, 0 to `length`
   * @param length - bytes, default: all that follow
   * @throws RangeError `ERR_OUT_OF_RANGE` when the part does not lie inside
   */
  slice(offset: number, length: number = this.length - offset): Region {
    const range = this.#range;
    const inside =
      Number.isInteger(offset) &&
      Number.isInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      offset + length <= this.length;
    if (range === undefined || !inside) {
      const what = range === undefined ? 'a disposed region' : `${String(this.length)} bytes`;
      throw rangeError(
        'ERR_OUT_OF_RANGE',
        `no ${String(length)} bytes at offset ${String(offset)} in ${what}`,
      );
    }
    return new Region(range.slice(offset, length), this.bytes.subarray(offset, offset + length));
  }

  [Symbol.dispose](): void {
    this.#range = undefined;
  }
}
