import { checkInteger } from '../check';
import { closedError, detachedError, illegalConstructor } from '../errors';
import type { Range } from './range';
import { Stamp } from './stamp';

/** A region over the range: only the library has one to make. @param bytes - the memory as a Buffer */
export let regionOver: (range: Range, bytes: Buffer) => Region;
/** The range of a region; undefined for anything else. @throws MoverError `ERR_MOVER_CLOSED` after disposal */
export let rangeOfRegion: (value: unknown) => Range | undefined;
/** The range of a region; undefined for anything else, and after disposal. It takes half as long to ask. */
export let peekRange: (value: Region) => Range | undefined;

/** What the constructor is to be given. What has the form of a range does not do: a program could forge it. */
const key = Symbol('library');

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
    regionOver = (range, bytes) => new Region(key, range, bytes);
    rangeOfRegion = (value) =>
      typeof value === 'object' && value !== null && #range in value
        ? (value.#range ?? disposed())
        : undefined;
    peekRange = (region) => {
      try {
        return region.#range;
      } catch {
        return undefined;
      }
    };
  }

  /** `mover.register()` makes regions. */
  private constructor(given: symbol, range: Range, bytes: Buffer) {
    if (given !== key) throw illegalConstructor('Region', 'mover.register()');
    this.#range = range;
    this.bytes = bytes;
    this.length = range.length;
    Stamp.set(this, range);
  }

  /**
   * A part of this region, over the same memory.
   *
   * @param offset - first byte, 0 to `length`
   * @param length - bytes, default: all that follow
   * @throws RangeError `ERR_OUT_OF_RANGE` when the part does not lie inside; TypeError for what are no
   * numbers, and `ERR_MOVER_BUFFER_DETACHED`; MoverError `ERR_MOVER_CLOSED` after disposal
   */
  slice(offset: number, length?: number): Region {
    const range = this.#range ?? disposed();
    if (!range.intact) throw detachedError('the region');
    checkInteger('offset', offset, range.length);
    const rest = range.length - offset;
    if (length !== undefined) checkInteger('length', length, rest);
    const part = range.slice(offset, length ?? rest);
    return regionOver(part, this.bytes.subarray(offset, offset + part.length));
  }

  [Symbol.dispose](): void {
    this.#range = undefined;
    Stamp.set(this, undefined);
  }
}

/** @throws MoverError `ERR_MOVER_CLOSED` */
function disposed(): never {
  throw closedError('the region', 'register the memory again');
}
