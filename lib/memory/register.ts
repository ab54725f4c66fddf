import { resolve, type Bytes } from './range';
import { Region } from './region';

/** A region over the memory of `bytes`. @throws TypeError as `resolve` */
export function register(bytes: Bytes): Region {
  const range = resolve(bytes, 'bytes');
  const whole = Buffer.from(range.owner);
  return new Region(range, whole.subarray(range.offset, range.offset + range.length));
}
