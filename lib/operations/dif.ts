import { Status, type Records } from '../abi/completion-record';
import { Opcode, Word } from '../abi/descriptor';
import { checkObject, noOptions } from '../check';
import { rangeError } from '../errors';
import type { Range } from '../memory/range';
import { resolve, resolveDestination } from '../memory/resolve';
import { checkDisjoint, checkLength } from './arguments';
import {
  layoutOf,
  noTags,
  sourceWords,
  targetWords,
  type DifLayout,
  type DifSource,
  type DifTarget,
  type TagWords,
} from './dif-fields';
import { encodeTransfer } from './encode';
import {
  defineOperation,
  readOptions,
  writeOptions,
  type Operands,
  type Operation,
} from './operation';

export type DifMismatch = 'guard' | 'app' | 'ref' | 'all-f';

/** A mismatch is a result, not a failure. */
export interface DifResult {
  readonly ok: boolean;
  /** Bytes of the source before the first bad block; all of them where there is none. */
  readonly offset: number;
  /** What is wrong with that block. */
  readonly mismatch: readonly DifMismatch[];
}

/** Bytes of the field behind each block. */
export const FIELD = 8;

/** By the bits of a record's result. */
export const mismatches: readonly DifMismatch[] = ['guard', 'app', 'ref', 'all-f'];

const own = ['block', 'invertSeed', 'invertResult'] as const;

/** What was asked for, and how a descriptor says so. */
export interface DifExtra {
  readonly flags: number;
  readonly from: TagWords;
  readonly to: TagWords;
  readonly source: DifSource;
  readonly target: DifTarget;
  readonly layout: DifLayout;
}

export type DifOperands = Operands<DifResult, DifExtra>;
type DifOperation = Operation<DifResult, DifExtra>;
type DifName = 'difCheck' | 'difInsert' | 'difStrip' | 'difUpdate';

function encode(words: Int32Array, at: number, operands: DifOperands): void {
  const { flags, from, to } = operands.extra;
  encodeTransfer(words, at, operands);
  words[at + Word.DifFlags] = flags;
  words[at + Word.DifSourceReference] = from.reference;
  words[at + Word.DifSourceApplication] = from.application;
  words[at + Word.DifTargetReference] = to.reference;
  words[at + Word.DifTargetApplication] = to.application;
}

const good = ({ length }: DifOperands): DifResult => ({ ok: true, offset: length, mismatch: [] });

function decode(records: Records, slot: number, operands: DifOperands): DifResult {
  if (records.status(slot) !== Status.DifError) return good(operands);
  const bits = records.result(slot);
  return {
    ok: false,
    offset: records.bytesCompleted(slot),
    mismatch: mismatches.filter((_, bit) => (bits >> bit) & 1),
  };
}

function difOperation(name: DifName, opcode: number): DifOperation {
  const writes = name !== 'difCheck';
  return defineOperation({
    name,
    opcode,
    options: writes ? writeOptions : readOptions,
    own,
    names: writes ? { destination: 'dst', source: 'src' } : { source: 'src' },
    mismatch: Status.DifError,
    decides: name !== 'difInsert',
    encode,
    decode,
    succeeded: ({ ok }) => ok,
    args({ destination, source, extra }) {
      const { layout } = extra;
      const src = source!.bytes;
      const given = { src, layout, source: extra.source, target: extra.target };
      return destination === null ? given : { ...given, dst: destination.bytes };
    },
    empty: good,
  });
}

const check = difOperation('difCheck', Opcode.DifCheck);
const insert = difOperation('difInsert', Opcode.DifInsert);
const strip = difOperation('difStrip', Opcode.DifStrip);
const update = difOperation('difUpdate', Opcode.DifUpdate);

/** @throws RangeError `ERR_MOVER_LENGTH` where the ranges do not hold so many blocks, `ERR_MOVER_OVERLAP` */
function checkBlocks(
  name: string,
  source: Range,
  sourceUnit: number,
  destination: Range | null,
  destinationUnit: number,
): void {
  checkLength(name, source);
  if (source.length % sourceUnit !== 0) {
    const text = `${name}: src has ${String(source.length)} bytes, no multiple of ${String(sourceUnit)}`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
  if (destination === null) return;
  const written = (source.length / sourceUnit) * destinationUnit;
  if (destination.length !== written) {
    const text = `${name}: dst has ${String(destination.length)} bytes, and ${String(written)} are written`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
  checkDisjoint(name, destination, source);
}

function difOperands(
  operation: DifOperation,
  destination: Range | null,
  source: Range,
  from: DifSource | undefined,
  to: DifTarget | undefined,
  layout: DifLayout = noOptions,
): DifOperands {
  checkObject('options', layout);
  const { block, flags } = layoutOf(layout);
  const sourceUnit = operation === insert ? block : block + FIELD;
  const destinationUnit = operation === strip ? block : block + FIELD;
  checkBlocks(operation.name, source, sourceUnit, destination, destinationUnit);
  const checks = operation !== insert;
  const makes = operation === insert || operation === update;
  const fromWords = checks ? sourceWords(from!) : noTags;
  const toWords = makes ? targetWords(to!, checks) : noTags;
  const { invertSeed = false, invertResult = false } = layout;
  return {
    operation,
    length: source.length,
    flags: 0,
    destination,
    source,
    second: null,
    extra: {
      flags: fromWords.flags | (toWords.flags << 8) | (flags << 16),
      from: fromWords,
      to: toWords,
      source: { ...from },
      target: { ...to },
      layout: { block, invertSeed, invertResult },
    },
    value: undefined,
  };
}

// All throw TypeError, RangeError `ERR_MOVER_LENGTH`, and those that write `ERR_MOVER_OVERLAP`.

export function difCheckOperands(src: unknown, source: DifSource, o?: DifLayout): DifOperands {
  return difOperands(check, null, resolve(src, 'src'), source, undefined, o);
}

export function difInsertOperands(
  dst: unknown,
  src: unknown,
  target: DifTarget,
  o?: DifLayout,
): DifOperands {
  return difOperands(
    insert,
    resolveDestination(dst, 'dst'),
    resolve(src, 'src'),
    undefined,
    target,
    o,
  );
}

export function difStripOperands(
  dst: unknown,
  src: unknown,
  source: DifSource,
  o?: DifLayout,
): DifOperands {
  return difOperands(
    strip,
    resolveDestination(dst, 'dst'),
    resolve(src, 'src'),
    source,
    undefined,
    o,
  );
}

export function difUpdateOperands(
  dst: unknown,
  src: unknown,
  source: DifSource,
  target: DifTarget,
  o?: DifLayout,
): DifOperands {
  return difOperands(
    update,
    resolveDestination(dst, 'dst'),
    resolve(src, 'src'),
    source,
    target,
    o,
  );
}
