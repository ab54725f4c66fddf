import { types } from 'node:util';
import { addon } from '../addon';
import { conceal } from '../conceal';
import { describe, typeError } from '../errors';
import { accessor, getter, Uint8Array } from '../intrinsics';
import { rangeOfRegion, type Region } from './region';

/**
 * Memory that an engine may touch. (On Node 22 alone: do not call `transfer(length)` with another
 * length on a buffer that an operation is using; V8 reallocates its memory in place there.)
 *
 * It can be: any view, buffer or region. Resizable and growable buffers are
 * refused, since they can shrink under the engine. Immutable ones are read, and refused where they would
 * be written to.
 */
export type Bytes = NodeJS.ArrayBufferView | ArrayBuffer | SharedArrayBuffer | Region;

const { isAnyArrayBuffer, isArrayBufferView, isSharedArrayBuffer, isTypedArray } = types;

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
const isImmutable =
  'immutable' in ArrayBuffer.prototype
    ? getter<boolean>(ArrayBuffer.prototype, 'immutable')
    : (): boolean => false;

type Extent = Pick<Range, 'address' | 'length'>;

/**
 * A view of a buffer's first byte, whose length says whether the buffer is still there. It is asked
 * before every use of the memory, and answers by the language's own accessors even where a program
 * has redefined those of all typed arrays: they would be handed the probe, and what is known by it.
 */
export class Probe extends Uint8Array<ArrayBufferLike> {
  /** Keeps the memory itself alive, once an engine works on it beside the program. */
  hold: unknown = undefined;
  /** Where all of the buffer is, or was. */
  extent: Extent = { address: 0, length: 0 };
}
for (const name of ['length', 'buffer']) {
  Object.defineProperty(Probe.prototype, name, { get: accessor(typedArray, name) });
}

/**
 * Where bytes are. Ranges hold raw addresses, so none is ever reachable from outside the library.
 * The address is kept three times: as a number to compute with, and as the two halves that go into
 * descriptors, signed so that they are small integers to V8.
 */
export class Range {
  static {
    conceal(this, 'the library alone');
  }

  // Numbers from the start, so that V8 need not ask whether they are; what every use needs comes first.
  readonly low: number = 0;
  readonly high: number = 0;
  readonly length: number = 0;
  /** Bytes from the start, a small integer, whose addresses all have the upper half of the first. */
  readonly level: number = 0;
  readonly probe: Probe;
  readonly address: number;
  readonly offset: number;

  /**
   * @param probe - over the buffer that the range lies in, which it keeps alive
   * @param offset - where the range begins in the buffer
   */
  constructor(address: number, length: number, probe: Probe, offset: number) {
    this.low = address | 0;
    this.high = (address / 2 ** 32) | 0;
    this.length = length;
    this.level = Math.min(length, 2 ** 32 - (this.low >>> 0), 2 ** 31 - 1) | 0;
    this.probe = probe;
    this.address = address;
    this.offset = offset;
  }

  slice(offset: number, length: number): Range {
    return new Range(this.address + offset, length, this.probe, this.offset + offset);
  }

  /**
   * From now on the memory outlives its buffer for as long as anybody has the range: a program that
   * transfers the buffer away takes nothing from under an engine.
   */
  hold(): void {
    this.probe.hold ??= addon().hold(this.probe) ?? true;
  }

  /** The same memory as a Buffer. */
  get bytes(): Buffer {
    return Buffer.from(this.probe.buffer, this.offset, this.length);
  }

  /** Whether the memory is still where it was: a view of a detached buffer has length 0. */
  get intact(): boolean {
    return this.probe.length !== 0 || this.length === 0;
  }
}

/** Whether two ranges share a byte. */
export function overlap(a: Extent, b: Extent): boolean {
  const end = Math.min(a.address + a.length, b.address + b.length);
  return Math.max(a.address, b.address) < end;
}

/**
 * Whether two ranges are there, have one length, and share no byte: true where their lower halves say so;
 * false where more has to be looked at.
 */
export const apart = (a: Range, b: Range): boolean =>
  a.length === b.length &&
  Math.abs((a.low - b.low) | 0) >= a.length &&
  a.probe.length !== 0 &&
  b.probe.length !== 0;

/** Whether two ranges of one length may share a byte: their addresses, which are seldom at hand, say. */
export const near = (a: Range, b: Range): boolean =>
  Math.abs((a.low - b.low) | 0) < a.length || a.length > MOST_APART;

/** Further apart than that, the lower halves of addresses say no more how far. */
const MOST_APART = 2 ** 31;

/** A class whose constructor returns the object it is given, so that a subclass can add to it. */
const Given = function (this: unknown, object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * Attaches a range to a view that the caller owns, or to a region. A private field is neither visible
 * nor forgeable from outside, survives subclassing and frozen views, and is read as fast as a property.
 */
export class Stamp extends Given {
  #range: Range | undefined;

  private constructor(view: object, range: Range | undefined) {
    super(view);
    this.#range = range;
  }

  static set(view: object, range: Range | undefined): void {
    if (#range in view) view.#range = range;
    else {
      try {
        new Stamp(view, range);
      } catch {
        // Frozen, where that goes for private fields, too: native code is asked each time.
      }
    }
  }

  /** Undefined for what was not stamped, or is no object. */
  static get(view: unknown): Range | undefined {
    try {
      return #range in (view as Stamp) ? (view as Stamp).#range : undefined;
    } catch {
      return undefined;
    }
  }
}

export function detached(name: string): TypeError {
  return typeError(
    'ERR_MOVER_BUFFER_DETACHED',
    `${name} is detached: its memory was transferred elsewhere`,
  );
}

function unwritable(name: string): TypeError {
  return typeError(
    'ERR_MOVER_BUFFER_IMMUTABLE',
    `${name} is over an immutable buffer, which cannot be written to; use another`,
  );
}

function refuseResizable(name: string, buffer: ArrayBufferLike): void {
  const resizable = isSharedArrayBuffer(buffer)
    ? sharedGrowable(buffer)
    : arrayBufferResizable(buffer);
  if (!resizable) return;
  throw typeError(
    'ERR_MOVER_BUFFER_RESIZABLE',
    `${name} is over a resizable buffer, which could shrink under the engine; copy it into a fixed one`,
  );
}

/** The memory is read alone, or written to. */
const enum Use {
  Read,
  Write,
}

/**
 * Of buffers that are immutable. They and their views carry no range, which would be taken for what
 * may be written to.
 */
const immutable = new WeakMap<ArrayBufferLike, Range>();

/** The whole of a buffer; asked of native code once, then remembered on the buffer. */
function bufferRange(buffer: ArrayBufferLike, name: string, use: Use): Range {
  const known = Stamp.get(buffer);
  if (known?.intact === true) return known;
  if (isDetached(buffer)) throw detached(name);
  refuseResizable(name, buffer);
  if (isSharedArrayBuffer(buffer) || !isImmutable(buffer)) {
    const range = newRange(buffer);
    Stamp.set(buffer, range);
    return range;
  }
  if (use === Use.Write) throw unwritable(name);
  const range = immutable.get(buffer) ?? newRange(buffer);
  immutable.set(buffer, range);
  return range;
}

function newRange(buffer: ArrayBufferLike): Range {
  const length = isSharedArrayBuffer(buffer) ? sharedLength(buffer) : arrayBufferLength(buffer);
  const probe = new Probe(buffer, 0, Math.min(length, 1));
  const range = new Range(length === 0 ? 0 : addon().addressOf(probe), length, probe, 0);
  probe.extent = range;
  return range;
}

/** Only a detached buffer refuses a view. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (isSharedArrayBuffer(buffer) || arrayBufferLength(buffer) !== 0) return false;
  try {
    return new Uint8Array(buffer).byteLength !== 0;
  } catch {
    return true;
  }
}

function viewRange(view: NodeJS.ArrayBufferView, name: string, use: Use): Range {
  const plain = isTypedArray(view);
  const buffer = plain ? typedArrayBuffer(view) : dataViewBuffer(view);
  const whole = bufferRange(buffer, name, use);
  const offset = plain ? typedArrayOffset(view) : dataViewOffset(view);
  const length = plain ? typedArrayLength(view) : dataViewLength(view);
  const range = whole.slice(offset, length);
  if (Stamp.get(buffer) === whole) Stamp.set(view, range);
  return range;
}

function slowRange(bytes: unknown, name: string, use: Use): Range {
  if (isArrayBufferView(bytes)) return viewRange(bytes, name, use);
  if (isAnyArrayBuffer(bytes)) return bufferRange(bytes, name, use);
  const region = rangeOfRegion(bytes);
  if (region === undefined) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `${name} must be a Buffer, a view, an ArrayBuffer, a SharedArrayBuffer or a Region; got ${describe(bytes)}`,
    );
  }
  if (!region.intact) throw detached(name);
  return region;
}

/**
 * The memory of an argument.
 *
 * What was used before answers from the range that it carries, as long as its buffer is still
 * there: the memory of a fixed-length buffer never moves.
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_MOVER_BUFFER_DETACHED`, `ERR_MOVER_BUFFER_RESIZABLE`
 */
export function resolve(bytes: unknown, name: string): Range {
  const known = Stamp.get(bytes);
  if (known?.intact === true) return known;
  return slowRange(bytes, name, Use.Read);
}

/** As `resolve`, of what is written to. @throws also TypeError `ERR_MOVER_BUFFER_IMMUTABLE` */
export function resolveDestination(bytes: unknown, name: string): Range {
  const known = Stamp.get(bytes);
  if (known?.intact === true) return known;
  return slowRange(bytes, name, Use.Write);
}
