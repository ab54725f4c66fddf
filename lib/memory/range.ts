import { addon } from '../addon';
import { conceal } from '../conceal';
import { abs, accessor, max, min, typedArray, Uint8Array } from '../intrinsics';

/** A constant, to V8: what is imported it looks up each time. */
const distance = abs;

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
    this.level = min(length, 2 ** 32 - (this.low >>> 0), 2 ** 31 - 1) | 0;
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
  const end = min(a.address + a.length, b.address + b.length);
  return max(a.address, b.address) < end;
}

/**
 * Whether two ranges are there, have one length, and share no byte: true where their lower halves say so;
 * false where more has to be looked at.
 */
export const apart = (a: Range, b: Range): boolean =>
  a.length === b.length &&
  distance((a.low - b.low) | 0) >= a.length &&
  a.probe.length !== 0 &&
  b.probe.length !== 0;

/** Whether two ranges of one length may share a byte: their addresses, which are seldom at hand, say. */
export const near = (a: Range, b: Range): boolean =>
  abs((a.low - b.low) | 0) < a.length || a.length > MOST_APART;

/** Further apart than that, the lower halves of addresses say no more how far. */
const MOST_APART = 2 ** 31;
