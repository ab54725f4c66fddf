import { syncMover, type BatchResult } from '../../lib';
import { isCut } from './knife';

const plain = syncMover();
const known = new Map<string, number>();

/** As the library says when nothing is cut off; must be called first when nothing is. */
export function crc32c(text: string): number {
  let crc = known.get(text);
  if (crc === undefined) {
    const future = plain.futures.crc32c(Buffer.from(text));
    while (!future.done) future.poll();
    known.set(text, (crc = future.output));
  }
  return crc;
}

/** Expected of a checksum, and of memory. */
export const isCrc = (text: string): ((crc: unknown) => boolean) => {
  const crc = crc32c(text);
  return (got) => got === crc;
};

export const holds = (bytes: Uint8Array, text: string) => (): boolean =>
  Buffer.from(text).equals(bytes);

export const isFull =
  (byte: number) =>
  (bytes: Uint8Array): boolean =>
    bytes[0] === byte &&
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - 1).equals(bytes.subarray(1));

/** A batch that left this, or that says which of its members was cut off, or was lost with its queue. */
export const isBatch =
  (bytes: Uint8Array, text: string) =>
  (result: BatchResult | undefined): boolean => {
    if (result?.ok === true) return holds(bytes, text)();
    const { firstError } = result ?? {};
    return isCut(firstError) || firstError?.code === 'ERR_MOVER_DEVICE';
  };
