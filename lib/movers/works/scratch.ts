import { MoverError } from '../../errors';
import type { Range } from '../../memory/range';
import { resolve } from '../../memory/resolve';

const PAGE = 4096;

/** Memory of the library's own, one piece for each window that is worked on at once. */
export class Scratch {
  readonly #pieces: Range[] = [];

  /** For the window at `index` of its group. The first that asks is the largest. */
  at(index: number, bytes: number): Range {
    return (this.#pieces.at(index) ?? (this.#pieces[index] = allocate(bytes))).slice(0, bytes);
  }
}

/** @throws MoverError `ERR_MOVER_OUT_OF_SLOTS` */
function allocate(bytes: number): Range {
  let buffer: Buffer;
  try {
    buffer = Buffer.allocUnsafeSlow(bytes);
  } catch {
    const text = `the system has no ${String(bytes)} bytes to work with beside your memory`;
    throw new MoverError('ERR_MOVER_OUT_OF_SLOTS', text);
  }
  // No device is to stop at a page that the program does not know of.
  for (let at = 0; at < bytes; at += PAGE) buffer[at] = 0;
  return resolve(buffer, 'scratch');
}
