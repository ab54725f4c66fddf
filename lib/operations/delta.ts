import type { Records } from '../abi/completion-record';
import { Flag, Opcode, Word } from '../abi/descriptor';
import { checkChoice, isArray } from '../check';
import { describe, rangeError, typeError } from '../errors';
import type { Range } from '../memory/range';
import { resolve, resolveDestination } from '../memory/resolve';
import { checkDisjoint, checkLength, checkLengths } from './arguments';
import { ENTRY, leastRoom, tableBytes, WINDOW, windowRoom, wholeRoom, WORD } from './delta-record';
import { encodeAddress } from './encode';
import { defineOperation, writeOptions, type Operands, type Operation } from './operation';

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

/** What a record of one window can take. */
const MOST_ROOM = windowRoom(WINDOW);

interface Expected {
  /** Bit by outcome; all where nothing is expected. */
  readonly mask: number;
  readonly expect: readonly DeltaOutcome[] | undefined;
}

export type CreateDeltaOperands = Operands<DeltaResult, Expected>;

/** @param used - bytes of the record */
export function deltaResult(
  outcome: DeltaOutcome,
  record: Range,
  used: number,
  scanned: number,
  { mask }: Expected,
): DeltaResult {
  return {
    outcome,
    record: record.bytes.subarray(0, used),
    scanned,
    expected: ((mask >> outcomes.indexOf(outcome)) & 1) === 1,
  };
}

function decode(records: Records, slot: number, operands: CreateDeltaOperands): DeltaResult {
  const { destination, length, extra } = operands;
  const outcome = outcomes[records.result(slot)];
  const scanned = outcome === 'overflow' ? records.bytesCompleted(slot) : length;
  return deltaResult(outcome, destination!, records.deltaBytes(slot), scanned, extra);
}

export const createDelta: Operation<DeltaResult, Expected> = defineOperation({
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
    const { length } = destination!;
    words[at + Word.DeltaRoom] = length < MOST_ROOM ? length : MOST_ROOM;
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
  empty: ({ destination, extra }) => deltaResult('equal', destination!, 0, 0, extra),
});

export const applyDelta: Operation = defineOperation({
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
});

/** Whether a single job does it: what else there is takes windows, or memory beside the program's. */
export function isOneDelta({ length, source, second, destination, operation }: Operands): boolean {
  if (length > WINDOW || length % WORD !== 0) return false;
  const ranges = operation.opcode === Opcode.CreateDelta ? [source, second] : [destination];
  return length === 0 || ranges.every((range) => range!.address % WORD === 0);
}

function expectation(expect: unknown): Expected {
  if (expect === undefined) return { mask: -1, expect };
  if (!isArray(expect)) {
    const text = `expect must be an array of outcomes; got ${describe(expect)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  // An array of our own: the methods of theirs may be others.
  const wanted = Array.from(expect, (each) => checkChoice('expect', each ?? null, outcomes)!);
  let mask = 0;
  for (const each of wanted) mask |= 1 << outcomes.indexOf(each);
  return { mask, expect: wanted };
}

/** Room for all words to differ. @throws RangeError `ERR_MOVER_LENGTH` where there is no memory for it */
function wholeRecord(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(wholeRoom(bytes));
  } catch {
    const text = `createDelta: the system has no ${String(wholeRoom(bytes))} bytes for all that may differ; pass a record`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
}

// Of several mistakes the same one is reported as by the native engine.

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP` */
export function createDeltaOperands(
  before: unknown,
  after: unknown,
  record: unknown,
  expect: unknown,
): CreateDeltaOperands {
  const source = resolve(before, 'before');
  const second = resolve(after, 'after');
  const given = record == null ? null : resolveDestination(record, 'record');
  checkLengths(createDelta.name, source, second);
  const destination = given ?? resolve(wholeRecord(source.length), 'record');
  const least = leastRoom(source.length);
  if (destination.length < least) {
    const text = `createDelta: record has ${String(destination.length)} bytes; ${String(least)} are the least`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
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

/** Operands of a part, of which nothing is expected. */
export const deltaPartOperands = (
  before: Range,
  after: Range,
  record: Range,
): CreateDeltaOperands => ({
  operation: createDelta,
  length: before.length,
  flags: 0,
  destination: record,
  source: before,
  second: after,
  extra: expectation(undefined),
  value: undefined,
});

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP` */
export function applyDeltaOperands(target: unknown, record: unknown): Operands {
  const destination = resolveDestination(target, 'target');
  const source = resolve(record, 'record');
  checkLength(applyDelta.name, destination);
  checkDisjoint(applyDelta.name, destination, source);
  const table = tableBytes(destination.length);
  if (table === 0) checkLength(applyDelta.name, source);
  if (source.length > 0 && (source.length < table || (source.length - table) % ENTRY !== 0)) {
    const form = table === 0 ? 'entries' : `a table of ${String(table)} bytes and entries`;
    const text = `applyDelta: record has ${String(source.length)} bytes, and is ${form} of ${String(ENTRY)}`;
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
