import type { Records } from '../abi/completion-record';
import { Flag, Opcode, Word } from '../abi/descriptor';
import { checkChoice } from '../check';
import { describe, rangeError, typeError } from '../errors';
import { resolve, type Range } from '../memory/range';
import { checkDisjoint, checkLengths } from './arguments';
import { encodeAddress } from './encode';
import { writeOptions, type Operands, type Operation } from './operation';

/** Bytes of a word, and of an entry of a record: the index of a word, in 16 bits, and the word. */
export const WORD = 8;
export const ENTRY = 10;

/** As many words as an index can name. Bytes. */
export const MAX_DELTA_BYTES = 2 ** 16 * WORD;

/** Least room that a device takes for a record. Bytes. */
export const LEAST_ROOM = 80;

export type DeltaOutcome = 'equal' | 'different' | 'overflow';

export interface DeltaResult {
  /** `overflow`: there was no room for all of the differences, and the record cannot be applied. */
  readonly outcome: DeltaOutcome;
  /** The record, a part of the buffer that it was made in. */
  readonly record: Buffer;
  /** Bytes that were compared. */
  readonly scanned: number;
  /** False: it is none of the outcomes that were expected. */
  readonly expected: boolean;
}

export const outcomes: readonly DeltaOutcome[] = ['equal', 'different', 'overflow'];

interface Expected {
  /** Bit by outcome; all where nothing is expected. */
  readonly mask: number;
  readonly expect: readonly DeltaOutcome[] | undefined;
}

type CreateOperands = Operands<DeltaResult, Expected>;

const expects = (mask: number, outcome: number): boolean => ((mask >> outcome) & 1) === 1;

function decode(records: Records, slot: number, operands: CreateOperands): DeltaResult {
  const { destination, length, extra } = operands;
  const outcome = records.result(slot);
  return {
    outcome: outcomes[outcome],
    record: destination!.bytes.subarray(0, records.deltaBytes(slot)),
    scanned: outcomes[outcome] === 'overflow' ? records.bytesCompleted(slot) : length,
    expected: expects(extra.mask, outcome),
  };
}

export const createDelta: Operation<DeltaResult, Expected> = {
  name: 'createDelta',
  opcode: Opcode.CreateDelta,
  options: writeOptions,
  own: ['expect'],
  names: { source: 'before', second: 'after', destination: 'record' },
  partial: true,
  encode(words, at, operands) {
    const { source, second, destination, extra } = operands;
    encodeAddress(words, at, Word.Source, source);
    encodeAddress(words, at, Word.Destination, second);
    encodeAddress(words, at, Word.DeltaRecord, destination);
    words[at + Word.DeltaRoom] = destination!.length;
    if (extra.expect !== undefined) words[at + Word.DeltaExpected] = extra.mask;
  },
  decode,
  succeeded: ({ expected }) => expected,
  args: ({ source, second, destination, extra }) => ({
    before: source!.bytes,
    after: second!.bytes,
    record: destination!.bytes,
    expect: extra.expect,
  }),
  empty: ({ destination, extra }) => ({
    outcome: 'equal',
    record: destination!.bytes.subarray(0, 0),
    scanned: 0,
    expected: expects(extra.mask, 0),
  }),
};

export const applyDelta: Operation = {
  name: 'applyDelta',
  opcode: Opcode.ApplyDelta,
  options: writeOptions,
  own: [],
  names: { source: 'record', destination: 'target' },
  partial: true,
  decides: true,
  encode(words, at, operands) {
    const { source, destination } = operands;
    encodeAddress(words, at, Word.Source, source);
    encodeAddress(words, at, Word.Destination, destination);
    words[at + Word.DeltaBytes] = source!.length;
  },
  decode: (_records, _slot, operands) => operands.value,
  args: ({ source, destination }) => ({ target: destination!.bytes, record: source!.bytes }),
  empty: (operands) => operands.value,
};

/** @throws RangeError `ERR_MOVER_ALIGNMENT` */
function checkAligned(name: string, argument: string, { length, address }: Range): void {
  if (length === 0 || address % WORD === 0) return;
  const text = `${name}: the address of ${argument} is no multiple of ${String(WORD)}; take memory from a Pool, or an offset that is one`;
  throw rangeError('ERR_MOVER_ALIGNMENT', text);
}

/** @throws RangeError `ERR_MOVER_LENGTH` */
function checkWords(name: string, argument: string, { length }: Range): void {
  if (length % WORD === 0 && length <= MAX_DELTA_BYTES) return;
  const text = `${name}: ${argument} has ${String(length)} bytes; a multiple of ${String(WORD)} up to ${String(MAX_DELTA_BYTES)} is wanted`;
  throw rangeError('ERR_MOVER_LENGTH', text);
}

/** @throws RangeError `ERR_MOVER_LENGTH` */
function checkRoom({ length }: Range, least: number): void {
  if (length >= least) return;
  const text = `createDelta: record has ${String(length)} bytes; ${String(LEAST_ROOM)} are the least`;
  throw rangeError('ERR_MOVER_LENGTH', text);
}

function expectation(expect: unknown): Expected {
  if (expect === undefined) return { mask: -1, expect };
  if (!Array.isArray(expect)) {
    const text = `expect must be an array of outcomes; got ${describe(expect)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  const wanted = (expect as unknown[]).map((each) =>
    checkChoice('expect', each ?? null, outcomes)!,
  );
  return {
    mask: wanted.reduce((mask, each) => mask | (1 << outcomes.indexOf(each)), 0),
    expect: wanted,
  };
}

/** Room for all words to differ. */
const wholeRecord = (bytes: number): Buffer =>
  Buffer.allocUnsafeSlow(Math.max(LEAST_ROOM, (bytes / WORD) * ENTRY));

// Of several mistakes the same one is reported as by the native engine.

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_ALIGNMENT`, `ERR_MOVER_OVERLAP` */
export function createDeltaOperands(
  before: unknown,
  after: unknown,
  record: unknown,
  expect: unknown,
): CreateOperands {
  const source = resolve(before, 'before');
  const second = resolve(after, 'after');
  const given = record == null ? null : resolve(record, 'record');
  checkLengths(createDelta.name, source, second);
  if (given !== null) checkRoom(given, 1);
  checkAligned(createDelta.name, 'before', source);
  checkAligned(createDelta.name, 'after', second);
  checkWords(createDelta.name, 'before', source);
  const destination = given ?? resolve(wholeRecord(source.length), 'record');
  checkRoom(destination, LEAST_ROOM);
  checkDisjoint(createDelta.name, source, destination);
  checkDisjoint(createDelta.name, second, destination);
  const extra = expectation(expect);
  return {
    operation: createDelta,
    length: source.length,
    flags: extra.expect === undefined ? 0 : Flag.CheckResult,
    destination,
    source,
    second,
    extra,
    value: undefined,
  };
}

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_ALIGNMENT`, `ERR_MOVER_OVERLAP` */
export function applyDeltaOperands(target: unknown, record: unknown): Operands {
  const destination = resolve(target, 'target');
  const source = resolve(record, 'record');
  checkDisjoint(applyDelta.name, destination, source);
  checkAligned(applyDelta.name, 'target', destination);
  checkWords(applyDelta.name, 'target', destination);
  if (source.length % ENTRY !== 0) {
    const text = `applyDelta: record has ${String(source.length)} bytes, no multiple of ${String(ENTRY)}`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
  return {
    operation: applyDelta,
    // A record without entries changes nothing.
    length: source.length === 0 ? 0 : destination.length,
    flags: 0,
    destination,
    source,
    second: null,
    extra: undefined,
    value: target,
  };
}
