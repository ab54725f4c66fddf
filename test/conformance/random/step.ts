import fc from 'fast-check';
import type { DataOperations, Future, OpOptions } from '../../../lib';
import { roomFor, spanOf, type Arena, type Span } from '../arena';

/** An operation, in an arena of its own. */
export interface Step {
  readonly name: string;
  /** Bytes of the arena. */
  readonly room: number;
  readonly spans: readonly Span[];
  readonly call: (m: DataOperations, ...operands: Buffer[]) => Future<unknown>;
  /** Puts into the arena what the operation needs, beside noise. */
  readonly set?: (arena: Pick<Arena, 'view' | 'set'>) => void;
  /** The operand that may hold anything afterwards, beside what is part of the result. */
  readonly loose?: number;
}

/** Bytes: mostly few, some more than a page, some more than a queue takes at once. */
export const lengths = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 130 }) },
  { weight: 3, arbitrary: fc.integer({ min: 131, max: 9000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 9001, max: 40_000 }) },
);

/** What may be said of any operation, and changes nothing about its outcome. */
export const options: fc.Arbitrary<OpOptions> = fc.record(
  {
    cache: fc.constantFrom('auto', 'llc', 'memory'),
    onFault: fc.constantFrom('continue', 'retry'),
  },
  { requiredKeys: [] },
);

/** Places for operands of these lengths at these offsets of their pages, apart from each other. */
export function apart(
  lengthsOfAll: readonly number[],
  offsets: readonly number[],
): Pick<Step, 'room' | 'spans'> {
  const most = Math.max(...lengthsOfAll);
  return {
    room: roomFor(lengthsOfAll.length, most, 4095),
    spans: lengthsOfAll.map((length, index) => ({
      ...spanOf(index, most, offsets[index]!, 4095),
      length,
    })),
  };
}

/** Three of them, of any alignment. */
export const offsets = fc.tuple(fc.nat(4095), fc.nat(4095), fc.nat(4095));
