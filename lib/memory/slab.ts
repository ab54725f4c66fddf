import { addon } from '../addon';

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

  /** A free block, or undefined when none is large enough at that alignment. */
  take(bytes: number, align: number): Block | undefined {
    if (align > this.#align) return undefined;
    for (const [index, { offset, length }] of this.#free.entries()) {
      const start = Math.ceil(offset / align) * align;
      const end = start + bytes;
      if (end > offset + length) continue;
      const rest = [
        { offset, length: start - offset },
        { offset: end, length: offset + length - end },
      ];
      this.#free.splice(index, 1, ...rest.filter((block) => block.length > 0));
      return { offset: start, length: bytes };
    }
    return undefined;
  }

  /** The first block of a slab that is still whole and large enough. */
  takeFirst(bytes: number): Block {
    const [{ length }] = this.#free;
    this.#free = length > bytes ? [{ offset: bytes, length: length - bytes }] : [];
    return { offset: 0, length: bytes };
  }

  give(block: Block): void {
    const joined: Block[] = [];
    for (const next of [...this.#free, block].sort((a, b) => a.offset - b.offset)) {
      const last = joined.at(-1);
      if (last !== undefined && last.offset + last.length === next.offset) {
        joined[joined.length - 1] = { offset: last.offset, length: last.length + next.length };
      } else {
        joined.push(next);
      }
    }
    this.#free = joined;
  }

  view({ offset, length }: Block): Buffer {
    return Buffer.from(this.#buffer, this.#start + offset, length);
  }
}
