import { constants } from 'node:buffer';
import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { closedError, MoverError, typeError } from '../errors';
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkObject,
  checkPowerOfTwo,
  noOptions,
} from '../check';
import { max } from '../intrinsics';
import { Slab, type Block } from './slab';

export interface PoolOptions {
  /** Memory is taken from the system in pieces of this size. Default 1 MiB. */
  slabBytes?: number;
  /** Alignment of every block, a power of two up to 1 GiB. Default 64. */
  align?: number;
  /** `true`: advise the system to use them; `'2m'`, `'1g'`: demand pages of that size. */
  hugepages?: boolean | '2m' | '1g';
  /** The NUMA node that the memory must come from; `'local'` (default): the one that touches it. */
  numa?: number | 'local';
  /** Touch every page at once, so that no engine meets one that is not there. */
  prefault?: boolean;
  /** Keep the pages in memory. */
  lock?: boolean;
  /** Memory that can be shared with other threads. Excludes `hugepages`, `numa`, `prefault` and `lock`. */
  shared?: boolean;
}

/** Slabs begin at a page, so that blocks can be aligned inside them. */
const PAGE = 4096;

const MAX_ALIGN = 2 ** 30;
/** What a Buffer can hold, and a slab in the JavaScript engine's limits. */
const MAX_BYTES = constants.MAX_LENGTH;

const names = ['slabBytes', 'align', 'hugepages', 'numa', 'prefault', 'lock', 'shared'];

function hugePagesOf(hugepages: unknown): 0 | 1 | 2 | 3 {
  if (typeof hugepages === 'string') {
    return checkChoice('hugepages', hugepages, ['2m', '1g']) === '2m' ? 2 : 3;
  }
  return checkBoolean('hugepages', hugepages) === true ? 1 : 0;
}

/**
 * Aligned memory for engines. Blocks are Buffers over slabs that native code owns; the memory of a
 * slab goes back to the system when the pool and all Buffers over it are collected.
 */
export class Pool implements Disposable {
  readonly #slabBytes: number;
  readonly #align: number;
  readonly #hugePages: 0 | 1 | 2 | 3;
  readonly #numa: number;
  readonly #prefault: boolean;
  readonly #lock: boolean;
  readonly #shared: boolean;
  #slabs: Slab[] = [];
  #blocks = new WeakMap<Buffer, { slab: Slab; block: Block }>();
  #disposed = false;

  /** @throws TypeError, RangeError for options that make no sense or exclude each other */
  constructor(options: PoolOptions = noOptions) {
    checkObject('options', options);
    checkNames(options, names);
    const { slabBytes = 2 ** 20, align = 64, numa = 'local' } = options;
    this.#slabBytes = checkInteger('slabBytes', slabBytes, MAX_BYTES, 1);
    this.#align = checkPowerOfTwo('align', align, MAX_ALIGN);
    this.#hugePages = hugePagesOf(options.hugepages);
    this.#numa = numa === 'local' ? -1 : checkInteger('numa', numa, 1023);
    this.#prefault = checkBoolean('prefault', options.prefault) ?? false;
    this.#lock = checkBoolean('lock', options.lock) ?? false;
    this.#shared = checkBoolean('shared', options.shared) ?? false;
    if (
      this.#shared &&
      (this.#hugePages !== 0 || this.#numa >= 0 || this.#lock || this.#prefault)
    ) {
      throw typeError(
        'ERR_INVALID_ARG_VALUE',
        'shared memory comes from the JavaScript engine: no hugepages, numa, prefault or lock with it',
      );
    }
  }

  /**
   * A zero-filled block on first use; a block that was released before holds what it held.
   *
   * @param bytes - its length, at least 1
   * @param align - a power of two up to 1 GiB; default: the pool's
   * @throws RangeError for impossible values; MoverError `ERR_MOVER_UNSUPPORTED` when the system
   * refuses what the options demand, with the step that failed
   */
  alloc(bytes: number, align: number = this.#align): Buffer {
    if (this.#disposed) throw closedError('the pool', 'make another');
    checkInteger('bytes', bytes, MAX_BYTES, 1);
    const alignment = max(checkPowerOfTwo('align', align, MAX_ALIGN), this.#align);
    for (const slab of this.#slabs) {
      const block = slab.take(bytes, alignment);
      if (block !== undefined) return this.#hand(slab, block, bytes);
    }
    const slab = this.#grow(max(bytes, this.#slabBytes), max(alignment, PAGE));
    this.#slabs.push(slab);
    // A new slab is large enough, and aligned as the block has to be.
    return this.#hand(slab, slab.take(bytes, alignment)!, bytes);
  }

  /**
   * Gives a block back for later use. It must not be in use by an operation any more.
   *
   * @throws TypeError `ERR_INVALID_ARG_VALUE` for anything but a Buffer that `alloc` gave and that
   * was not released since; MoverError `ERR_MOVER_CLOSED` after disposal
   */
  release(buffer: Buffer): void {
    if (this.#disposed) throw closedError('the pool', 'make another');
    const found = this.#blocks.get(buffer);
    if (found === undefined) {
      throw typeError('ERR_INVALID_ARG_VALUE', 'buffer is not a block of this pool');
    }
    this.#blocks.delete(buffer);
    found.slab.give(found.block);
  }

  /** Lets go of the slabs. Blocks in use stay valid; nothing can be allocated any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#slabs = [];
    this.#blocks = new WeakMap();
  }

  #hand(slab: Slab, block: Block, bytes: number): Buffer {
    const buffer = slab.view(block, bytes);
    this.#blocks.set(buffer, { slab, block });
    return buffer;
  }

  #grow(bytes: number, align: number): Slab {
    return Slab.over(
      this.#shared ? allocateShared(bytes + align) : this.#allocate(bytes, align),
      align,
      bytes,
    );
  }

  #allocate(bytes: number, align: number): ArrayBuffer {
    const memory = addon().allocate(
      bytes,
      align,
      this.#hugePages,
      this.#numa,
      this.#prefault,
      this.#lock,
    );
    if (memory === undefined) throw refused(bytes, 'a view of it failed');
    if (!('errno' in memory)) return memory;
    throw refused(bytes, `${memory.step} failed with ${getSystemErrorName(-memory.errno)}`);
  }
}

function refused(bytes: number, why: string): MoverError {
  return new MoverError(
    'ERR_MOVER_UNSUPPORTED',
    `the system refused ${String(bytes)} bytes of memory: ${why}`,
  );
}

function allocateShared(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes);
  } catch (error) {
    throw refused(bytes, (error as Error).message);
  }
}
