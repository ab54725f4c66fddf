import { Float64Array, Int32Array } from '../intrinsics';
import { Descriptor, Word } from './descriptor';

/** Descriptors in native memory. One is named by the offset of its first word. */
export class Descriptors {
  /** All of them as signed words: addresses are stored in halves. */
  readonly words: Int32Array;
  /** The same in units of two words, to zero them faster. */
  readonly #pairs: Float64Array;

  /** @param memory - begins with so many descriptors */
  constructor(memory: ArrayBuffer, count: number) {
    this.words = new Int32Array(memory, 0, count * Descriptor.Words);
    this.#pairs = new Float64Array(memory, 0, (count * Descriptor.Words) / 2);
  }

  /** Says where the record of a descriptor is, once and for all. */
  report(at: number, address: number): void {
    this.words[at + Word.Record] = address | 0;
    this.words[at + Word.Record + 1] = (address / 2 ** 32) | 0;
  }

  /** Zeroes all of a descriptor but the words up to its record, and that of its transfer size and handle. */
  clear(at: number): void {
    const pairs = this.#pairs;
    const pair = at / 2;
    pairs[pair + Word.Source / 2] = 0;
    pairs[pair + Word.Destination / 2] = 0;
    pairs[pair + Word.Specific / 2] = 0;
    pairs[pair + Word.Specific / 2 + 1] = 0;
    pairs[pair + Word.Specific / 2 + 2] = 0;
  }
}
