import { Word } from '../abi/descriptor';
import type { Range } from '../memory/range';
import type { Operands } from './operation';

/** Writes the address of a range, or zero, at a word of the descriptor that starts at `at`. */
export function encodeAddress(
  words: Int32Array,
  at: number,
  word: number,
  range: Range | null,
): void {
  words[at + word] = range === null ? 0 : range.low;
  words[at + word + 1] = range === null ? 0 : range.high;
}

/** The source and destination of the operations that have both in the usual places. */
export function encodeTransfer(words: Int32Array, at: number, operands: Operands): void {
  encodeAddress(words, at, Word.Source, operands.source);
  encodeAddress(words, at, Word.Destination, operands.destination);
}
