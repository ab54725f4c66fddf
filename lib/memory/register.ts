import { resolve, type Bytes } from './range';
import { regionOver, type Region } from './region';

/** A region over the memory of `bytes`. @throws TypeError as `resolve` */
export function register(bytes: Bytes): Region {
  const range = resolve(bytes, 'bytes');
  return regionOver(range, Buffer.from(range.probe.buffer, range.offset, range.length));
}
