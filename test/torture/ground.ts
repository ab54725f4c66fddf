import { runInNewContext } from 'node:vm';
import { mover, Pool, type Bytes, type PoolOptions } from '../../lib';
import type { Span } from '../conformance/arena';
import type { Random } from '../support/random';

/** Memory with operands in it, of one of the kinds that programs have. */
export interface Ground {
  /** All of it, wherever it is by now. */
  readonly memory: Buffer;
  /** Its pages were never touched: they hold zeros. */
  readonly untouched?: boolean;
  view(span: Span): Bytes;
  /** Gives the memory to another owner, while an engine may be at it. Absent: that is not possible. */
  readonly transfer?: () => void;
  /** No engine is at it any more, and nobody looks at it. */
  readonly release?: () => void;
}

interface Constructors {
  readonly Uint8Array: Uint8ArrayConstructor;
  readonly Float64Array: Float64ArrayConstructor;
  readonly DataView: DataViewConstructor;
  readonly ArrayBuffer: ArrayBufferConstructor;
}

const ours: Constructors = { Uint8Array, Float64Array, DataView, ArrayBuffer };
const theirs = runInNewContext(
  '({ Uint8Array, Float64Array, DataView, ArrayBuffer })',
) as Constructors;

/** Memory whose owner is a buffer of JavaScript, seen through views of all kinds. */
class Owned implements Ground {
  #memory: Buffer;
  readonly #buffer: ArrayBuffer;
  readonly #realm: Constructors;
  readonly #random: Random;

  constructor(bytes: number, realm: Constructors, random: Random) {
    this.#buffer = new realm.ArrayBuffer(bytes);
    this.#memory = Buffer.from(this.#buffer);
    this.#realm = realm;
    this.#random = random;
  }

  get memory(): Buffer {
    return this.#memory;
  }

  view({ at, length }: Span): Bytes {
    return anyView(this.#buffer, at, length, this.#realm, this.#random);
  }

  transfer(): void {
    if (this.#buffer.byteLength === 0) return;
    this.#memory = Buffer.from(structuredClone(this.#buffer, { transfer: [this.#buffer] }));
  }
}

function anyView(
  buffer: ArrayBufferLike,
  at: number,
  length: number,
  realm: Constructors,
  random: Random,
): Bytes {
  switch (random.below(4)) {
    case 0:
      return Buffer.from(buffer, at, length);
    case 1:
      return new realm.DataView(buffer, at, length);
    case 2:
      if (at % 8 === 0 && length % 8 === 0) return new realm.Float64Array(buffer, at, length / 8);
  }
  return new realm.Uint8Array(buffer, at, length);
}

const plain = (memory: Buffer, untouched = false): Ground => ({
  memory,
  untouched,
  view: ({ at, length }) => memory.subarray(at, at + length),
});

/** So many blocks come from a pool: those that cannot be given back shall not keep the others. */
const BLOCKS = 64;

function pooled(options: PoolOptions): (bytes: number) => Ground {
  let pool = new Pool(options);
  let left = BLOCKS;
  return (bytes) => {
    if (left-- === 0) [pool, left] = [new Pool(options), BLOCKS];
    const own = pool;
    const memory = own.alloc(bytes);
    return { ...plain(memory), release: () => own.release(memory) };
  };
}

const kinds: readonly ((bytes: number, random: Random) => Ground)[] = [
  (bytes) => plain(Buffer.alloc(bytes)),
  (bytes, random) => new Owned(bytes, ours, random),
  (bytes, random) => new Owned(bytes, theirs, random),
  (bytes, random) => {
    const buffer = new SharedArrayBuffer(bytes);
    const view = ({ at, length }: Span): Bytes => anyView(buffer, at, length, ours, random);
    return { memory: Buffer.from(buffer), view };
  },
  pooled({ align: 4096, slabBytes: 2 ** 18 }),
  pooled({ shared: true }),
  (bytes) => plain(new Pool({ align: 4096, slabBytes: bytes }).alloc(bytes), true),
  (bytes) => {
    const memory = Buffer.alloc(bytes);
    const region = mover.register(memory);
    return { memory, view: ({ at, length }) => region.slice(at, length) };
  },
];

/** Memory of a random kind. */
export const randomGround = (bytes: number, random: Random): Ground =>
  kinds[random.below(kinds.length)]!(bytes, random);
