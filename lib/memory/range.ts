import { types } from 'node:util';
import { addon } from '../addon';
import { describe, typeError } from '../errors';
import { Region } from './region';

/**
 * Memory that an engine may touch: any view, buffer or region. Resizable and growable buffers are
 * refused, since they can shrink under the engine.
 */
export type Bytes = NodeJS.ArrayBufferView | ArrayBuffer | SharedArrayBuffer | Region;

/**
 * Where bytes are. Ranges hold raw addresses, so none is ever reachable from outside the library.
 * The address is kept three times: as a number to compute with, and as the two halves that go into
 * descriptors, signed so that they are small integers to V8.
 */
export class Range {
  readonly low: number;
  readonly high: number;

  /** `owner` is the buffer that the memory belongs to: whoever holds the range keeps it alive. */
  constructor(
    readonly address: number,
    readonly length: number,
    readonly owner: ArrayBufferLike,
    /** Where the range begins in its owner. */
    readonly offset: number,
    /** Shared memory cannot be transferred away. */
    readonly shared: boolean,
  ) {
    this.low = address | 0;
    this.high = (address / 2 ** 32) | 0;
  }

  slice(offset: number, length: number): Range {
    const { address, owner, shared } = this;
    return new Range(address + offset, length, owner, this.offset + offset, shared);
  }

  /** Whether the memory is still where it was: a detached buffer has length 0. */
  get intact(): boolean {
    return this.shared || this.length === 0 || arrayBufferLength.call(this.owner) !== 0;
  }
}

/** Whether two ranges of one length share a byte. */
export function overlap(a: Range, b: Range): boolean {
  return Math.abs(a.address - b.address) < a.length;
}

/** A class whose constructor returns the object it is given, so that a subclass can add to it. */
const Given = function (this: unknown, object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * Attaches a range to a view that the caller owns. A private field is neither visible nor
 * forgeable from outside, survives subclassing and frozen views, and is read as fast as a property.
 */
class Stamp extends Given {
  #range: Range;

  private constructor(view: object, range: Range) {
    super(view);
    this.#range = range;
  }

  static set(view: object, range: Range): void {
    if (#range in view) view.#range = range;
    else new Stamp(view, range);
  }

  static get(view: object): Range | undefined {
    return #range in view ? view.#range : undefined;
  }
}

type Getter<T> = (this: unknown) => T;

function getter<T>(prototype: object, name: string | symbol): Getter<T> {
  const found = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (found === undefined) throw new Error(`no getter ${String(name)}`);
  return found as Getter<T>;
}

// The language's own accessors: a subclass or an own property must not speak for the buffer.
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typedArrayLength = getter<number>(typedArray, 'byteLength');
const typedArrayOffset = getter<number>(typedArray, 'byteOffset');
const typedArrayBuffer = getter<ArrayBufferLike>(typedArray, 'buffer');
const dataViewLength = getter<number>(DataView.prototype, 'byteLength');
const dataViewOffset = getter<number>(DataView.prototype, 'byteOffset');
const dataViewBuffer = getter<ArrayBufferLike>(DataView.prototype, 'buffer');
const arrayBufferLength = getter<number>(ArrayBuffer.prototype, 'byteLength');
const sharedLength = getter<number>(SharedArrayBuffer.prototype, 'byteLength');
const arrayBufferResizable = getter<boolean>(ArrayBuffer.prototype, 'resizable');
const sharedGrowable = getter<boolean>(SharedArrayBuffer.prototype, 'growable');

function detached(name: string): TypeError {
  return typeError(
    'ERR_MOVER_BUFFER_DETACHED',
    `${name} is detached: its memory was transferred elsewhere`,
  );
}

function refuseResizable(name: string, buffer: ArrayBufferLike): void {
  const resizable = types.isSharedArrayBuffer(buffer)
    ? sharedGrowable.call(buffer)
    : arrayBufferResizable.call(buffer);
  if (!resizable) return;
  throw typeError(
    'ERR_MOVER_BUFFER_RESIZABLE',
    `${name} is over a resizable buffer, which could shrink under the engine; copy it into a fixed one`,
  );
}

/** The whole of a buffer; asked of native code once, then remembered on the buffer. */
function bufferRange(buffer: ArrayBufferLike, name: string): Range {
  const shared = types.isSharedArrayBuffer(buffer);
  const length = shared ? sharedLength.call(buffer) : arrayBufferLength.call(buffer);
  const known = Stamp.get(buffer);
  if (known?.length === length) return known;
  refuseResizable(name, buffer);
  const address = length === 0 ? 0 : addon().addressOf(new Uint8Array(buffer));
  const range = new Range(address, length, buffer, 0, shared);
  Stamp.set(buffer, range);
  return range;
}

/** Only a detached buffer refuses a view. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (types.isSharedArrayBuffer(buffer) || arrayBufferLength.call(buffer) !== 0) return false;
  try {
    return new Uint8Array(buffer).byteLength !== 0;
  } catch {
    return true;
  }
}

function viewRange(view: NodeJS.ArrayBufferView, name: string): Range {
  const plain = types.isTypedArray(view);
  const buffer = plain ? typedArrayBuffer.call(view) : dataViewBuffer.call(view);
  if (isDetached(buffer)) throw detached(name);
  refuseResizable(name, buffer);
  const whole = bufferRange(buffer, name);
  const offset = plain ? typedArrayOffset.call(view) : dataViewOffset.call(view);
  const length = plain ? typedArrayLength.call(view) : dataViewLength.call(view);
  const range = whole.slice(offset, length);
  Stamp.set(view, range);
  return range;
}

function slowRange(bytes: unknown, name: string): Range {
  if (types.isArrayBufferView(bytes)) return viewRange(bytes, name);
  if (types.isAnyArrayBuffer(bytes)) {
    if (isDetached(bytes)) throw detached(name);
    return bufferRange(bytes, name);
  }
  const region = Region.range(bytes);
  if (region !== undefined) {
    if (!region.intact) throw detached(name);
    return region;
  }
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `${name} must be a Buffer, a view, an ArrayBuffer, a SharedArrayBuffer or a Region; got ${describe(bytes)}`,
  );
}

/**
 * The memory of an argument.
 *
 * A view that was used before answers from the range that it carries, as long as it still has the
 * length that it had then: the memory of a fixed-length buffer never moves, and a detached one has
 * length 0.
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_MOVER_BUFFER_DETACHED`, `ERR_MOVER_BUFFER_RESIZABLE`
 */
export function resolve(bytes: unknown, name: string): Range {
  if (types.isTypedArray(bytes)) {
    const known = Stamp.get(bytes);
    if (known !== undefined && known.length !== 0 && typedArrayLength.call(bytes) === known.length) {
      return known;
    }
  }
  return slowRange(bytes, name);
}
