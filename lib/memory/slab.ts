import { addon } from '../addon';
import { ceil, min } from '../intrinsics';

/** Part of a slab, in bytes from its start. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

/** One piece of memory and what of it is free: first fit, neighbours are joined. */
export class Slab {
  readonly #buffer: ArrayBufferLike;
  /** Aligned start of the slab in the buffer. */
  readonly #start: number;
  readonly #align: number;
  /** In ascending order, never adjacent. */
  #free: Block[];

  private constructor(buffer: ArrayBufferLike, start: number, align: number, bytes: number) {
    this.#buffer = buffer;
    this.#start = start;
    this.#align = align;
    this.#free = [{ offset: 0, length: bytes }];
  }

  /** A slab of `bytes` in the buffer, which is large enough to begin it at a multiple of `align`. */
  static over(buffer: ArrayBufferLike, align: number, bytes: number): Slab {
    const address = addon().addressOf(new Uint8Array(buffer));
    return new Slab(buffer, (align - (address % align)) % align, align, bytes);
  }

  /**
   * A free block, or undefined when none is large enough at that alignment. Its length is rounded
   * up to the alignment, so that no slack too small for anything is left behind it.
   */
  take(bytes: number, align: number): Block | undefined {
    if (align > this.#align) return undefined;
    const taken = ceil(bytes / align) * align;
    for (const [index, { offset, length }] of this.#free.entries()) {
      const start = ceil(offset / align) * align;
      const end = offset + length;
      if (start + bytes > end) continue;
      const block = { offset: start, length: min(taken, end - start) };
      const rest = [
        { offset, length: start - offset },
        { offset: start + block.length, length: end - start - block.length },
      ];
      this.#free.splice(index, 1, ...rest.filter(({ length }) => length > 0));
      return block;
    }
    return undefined;
  }

  give({ offset, length }: Block): void {
    const free = this.#free;
    const index = this.#after(offset);
    const before = index > 0 ? free[index - 1] : undefined;
    const after = index < free.length ? free[index] : undefined;
    const joinsBefore = before !== undefined && before.offset + before.length === offset;
    const joinsAfter = after !== undefined && offset + length === after.offset;
    const start = joinsBefore ? before.offset : offset;
    const end = joinsAfter ? after.offset + after.length : offset + length;
    const first = joinsBefore ? index - 1 : index;
    const joined = Number(joinsBefore) + Number(joinsAfter);
    free.splice(first, joined, { offset: start, length: end - start });
  }

  /** Where in the list the first free block behind the offset stands. */
  #after(offset: number): number {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#free[middle].offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  view({ offset }: Block, bytes: number): Buffer {
    return Buffer.from(this.#buffer, this.#start + offset, bytes);
  }
}
