import { constants } from 'node:buffer';
import { rangeError } from '../errors';
import { resolveDestination, type Bytes } from './resolve';
import { regionOver, type Region } from './region';

/**
 * A region over the memory of `bytes`.
 *
 * @throws TypeError as `resolveDestination`, since it may be written to; RangeError `ERR_OUT_OF_RANGE` for
 * more bytes than a Buffer can have
 */
export function register(bytes: Bytes): Region {
  const range = resolveDestination(bytes, 'bytes');
  if (range.length > constants.MAX_LENGTH) {
    const text =
      `bytes: a region is a Buffer, too, which can have ${String(constants.MAX_LENGTH)} bytes on this ` +
      `Node.js; got ${String(range.length)}: register parts`;
    throw rangeError('ERR_OUT_OF_RANGE', text);
  }
  return regionOver(range, Buffer.from(range.probe.buffer, range.offset, range.length));
}
