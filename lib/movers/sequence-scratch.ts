import { overlap, type Range } from '../memory/range';
import { contains, type Step } from './sequence-step';

/** Memory that nobody sees but the steps of a sequence, and whose content does not matter afterwards. */
export class Scratch {
  /** By ascending address; none shares a byte with another. */
  readonly #pieces: readonly Range[];
  /** By piece: the last step that uses it. */
  readonly #lastUse = new Map<Range, number>();

  constructor(pieces: readonly Range[], steps: readonly Step[]) {
    this.#pieces = [...pieces].sort((a, b) => a.address - b.address);
    for (const { index, operands } of steps) {
      for (const range of [operands.destination, operands.source, operands.second]) {
        const piece = range === null ? undefined : this.#pieceOf(range);
        if (piece !== undefined) this.#lastUse.set(piece, index);
      }
    }
  }

  /** Whether all of the range belongs to it. */
  has(range: Range): boolean {
    const piece = this.#pieceOf(range);
    return piece !== undefined && contains(piece, range);
  }

  /** Whether a step behind those before `end` may use the range, which belongs to it. */
  isUsedFrom(end: number, range: Range): boolean {
    return this.#lastUse.get(this.#pieceOf(range)!)! >= end;
  }

  /** Pieces are buffers of their own: no range touches two of them. */
  #pieceOf(range: Range): Range | undefined {
    const pieces = this.#pieces;
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pieces[middle].address < range.address + range.length) low = middle + 1;
      else high = middle;
    }
    const piece = pieces.at(low - 1);
    return low > 0 && overlap(piece!, range) ? piece : undefined;
  }
}
