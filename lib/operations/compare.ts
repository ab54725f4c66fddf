import { Status, type Records } from '../abi/completion-record';
import { Flag, Opcode, Word } from '../abi/descriptor';
import { resolve } from '../memory/resolve';
import { checkChoice } from '../check';
import { checkLength, checkLengths } from './arguments';
import { encodeAddress } from './encode';
import { defineOperation, readOptions, type Operands, type Operation } from './operation';
import { patternHalves, patternOf, type Halves } from './pattern';

/** How two ranges, or a range and a pattern, compare. */
export interface CompareResult {
  readonly equal: boolean;
  /** Index of the first byte that differs; the length when none does. */
  readonly offset: number;
  /** Whether the outcome is the one given as `expect`; true when none was given. */
  readonly expected: boolean;
}

/** What a comparison is expected to say, as the descriptor has it. */
const enum Expect {
  Equal = 0,
  Different = 1,
}

interface Expectation {
  readonly expected: Expect;
}

type CompareOperands = Operands<CompareResult, Expectation>;
type PatternOperands = Operands<CompareResult, Expectation & Halves>;

function decode(records: Records, slot: number, { length }: Operands): CompareResult {
  const equal = records.result(slot) === 0;
  return {
    equal,
    offset: equal ? length : records.bytesCompleted(slot),
    expected: records.status(slot) !== Status.FalsePredicate,
  };
}

const succeeded = ({ expected }: CompareResult): boolean => expected;

/** Nothing is equal to nothing. */
function empty({ flags, extra }: CompareOperands): CompareResult {
  const met = (flags & Flag.CheckResult) === 0 || extra.expected === Expect.Equal;
  return { equal: true, offset: 0, expected: met };
}

function encodeRanges(words: Int32Array, at: number, operands: Operands): void {
  encodeAddress(words, at, Word.Source, operands.source);
  encodeAddress(words, at, Word.Destination, operands.second);
}

export const compare: Operation<CompareResult, Expectation> = defineOperation({
  name: 'compare',
  opcode: Opcode.Compare,
  options: readOptions,
  own: ['expect'],
  names: { source: 'a', second: 'b' },
  encode(words, at, operands) {
    encodeRanges(words, at, operands);
    words[at + Word.ExpectedResult] = operands.extra.expected;
  },
  decode,
  succeeded,
  args: ({ source, second, flags, extra }) => ({
    a: source!.bytes,
    b: second!.bytes,
    expect: expectOf(flags, extra),
  }),
  empty,
});

export const equals: Operation<boolean, undefined> = defineOperation({
  name: 'equals',
  opcode: Opcode.Compare,
  options: readOptions,
  own: [],
  names: { source: 'a', second: 'b' },
  encode: encodeRanges,
  decode: (records, slot) => records.result(slot) === 0,
  args: ({ source, second }) => ({ a: source!.bytes, b: second!.bytes }),
  empty: ({ value }) => value === true,
});

export const comparePattern: Operation<CompareResult, Expectation & Halves> = defineOperation({
  name: 'comparePattern',
  opcode: Opcode.ComparePattern,
  options: readOptions,
  own: ['expect'],
  names: { source: 'a' },
  encode(words, at, operands) {
    encodeAddress(words, at, Word.Source, operands.source);
    words[at + Word.Destination] = operands.extra.low;
    words[at + Word.Destination + 1] = operands.extra.high;
    words[at + Word.ExpectedResult] = operands.extra.expected;
  },
  decode,
  succeeded,
  args: ({ source, flags, extra }) => ({
    a: source!.bytes,
    pattern: patternOf(extra),
    expect: expectOf(flags, extra),
  }),
  empty,
});

function expectOf(flags: number, { expected }: Expectation): 'equal' | 'different' | undefined {
  if ((flags & Flag.CheckResult) === 0) return undefined;
  return expected === Expect.Equal ? 'equal' : 'different';
}

function expectation(expect: unknown): Expectation & { flags: number } {
  switch (checkChoice('expect', expect, ['equal', 'different'])) {
    case 'equal':
      return { flags: Flag.CheckResult, expected: Expect.Equal };
    case 'different':
      return { flags: Flag.CheckResult, expected: Expect.Different };
    default:
      return { flags: 0, expected: Expect.Equal };
  }
}

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH` */
export function compareOperands(a: unknown, b: unknown, expect: unknown): CompareOperands {
  const source = resolve(a, 'a');
  const second = resolve(b, 'b');
  checkLengths(compare.name, source, second);
  const { flags, expected } = expectation(expect);
  return {
    operation: compare,
    length: source.length,
    flags,
    destination: null,
    source,
    second,
    extra: { expected },
    value: undefined,
  };
}

/** Ranges of different lengths need not be looked at. @throws TypeError, RangeError `ERR_MOVER_LENGTH` */
export function equalsOperands(a: unknown, b: unknown): Operands<boolean, undefined> {
  const source = resolve(a, 'a');
  const second = resolve(b, 'b');
  const comparable = source.length === second.length;
  if (comparable) checkLength(equals.name, source);
  return {
    operation: equals,
    length: comparable ? source.length : 0,
    flags: 0,
    destination: null,
    source,
    second,
    extra: undefined,
    value: comparable,
  };
}

/** @throws TypeError, RangeError: see `patternHalves` and `checkLength` */
export function comparePatternOperands(
  a: unknown,
  pattern: unknown,
  expect: unknown,
): PatternOperands {
  const source = resolve(a, 'a');
  checkLength(comparePattern.name, source);
  const { flags, expected } = expectation(expect);
  return {
    operation: comparePattern,
    length: source.length,
    flags,
    destination: null,
    source,
    second: null,
    extra: { expected, ...patternHalves(pattern) },
    value: undefined,
  };
}
