import { types } from 'node:util';
import { addon } from '../addon';
import { describe, detachedError, typeError } from '../errors';
import { getter, min, typedArray, Uint8Array } from '../intrinsics';
import { Probe, Range } from './range';
import { rangeOfRegion, type Region } from './region';
import { Stamp } from './stamp';

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
  if (isDetached(buffer)) throw detachedError(name);
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
  const probe = new Probe(buffer, 0, min(length, 1));
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
  if (!region.intact) throw detachedError(name);
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
