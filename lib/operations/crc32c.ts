import { Flag, Opcode, Word } from '../abi/descriptor';
import type { Range } from '../memory/range';
import { resolve, resolveDestination } from '../memory/resolve';
import { checkBoolean, checkInteger, checkObject, noOptions } from '../check';
import { checkDisjoint, checkLength, checkLengths } from './arguments';
import { encodeAddress, encodeTransfer } from './encode';
import type { OpArguments } from './op-arguments';
import {
  defineOperation,
  readOptions,
  writeOptions,
  type Operands,
  type Operation,
} from './operation';

/** The variant of a CRC-32C. */
export interface CrcVariant {
  /** The CRC of what came before; 0 to begin. */
  readonly seed?: number;
  /** False: seed and result are neither inverted nor bit-reversed. */
  readonly reflectValue?: boolean;
  /** False: the bits of each data byte are taken from the most significant on. */
  readonly reflectData?: boolean;
}

const variantOptions = ['seed', 'reflectValue', 'reflectData'] as const;

/** No bytes leave the seed as it is. */
const seedOf = ({ extra }: Operands<number, number>): number => extra;

export const crc32c: Operation<number, number> = defineOperation({
  name: 'crc32c',
  opcode: Opcode.Crc,
  options: readOptions,
  own: variantOptions,
  names: { source: 'src' },
  encode(words, at, operands) {
    encodeAddress(words, at, Word.Source, operands.source);
    words[at + Word.CrcSeed] = operands.extra;
  },
  decode: (records, slot) => records.crc(slot),
  args: crcArgs,
  empty: seedOf,
});

export const copyCrc32c: Operation<number, number> = defineOperation({
  name: 'copyCrc32c',
  opcode: Opcode.CopyCrc,
  options: writeOptions,
  own: variantOptions,
  names: { destination: 'dst', source: 'src' },
  encode(words, at, operands) {
    encodeTransfer(words, at, operands);
    words[at + Word.CrcSeed] = operands.extra;
  },
  decode: (records, slot) => records.crc(slot),
  args: (operands) => ({ dst: operands.destination!.bytes, ...crcArgs(operands) }),
  empty: seedOf,
});

function crcArgs({ source, flags, extra }: Operands<number, number>): OpArguments['crc32c'] {
  return {
    src: source!.bytes,
    seed: extra,
    reflectValue: (flags & Flag.CrcBypassInversion) === 0,
    reflectData: (flags & Flag.CrcBypassDataReflection) === 0,
  };
}

function crcOperands(
  operation: Operation<number, number>,
  destination: Range | null,
  source: Range,
  variant: CrcVariant,
): Operands<number, number> {
  checkObject('options', variant);
  const { seed = 0, reflectValue, reflectData } = variant;
  const bypassValue = checkBoolean('reflectValue', reflectValue) === false;
  const bypassData = checkBoolean('reflectData', reflectData) === false;
  return {
    operation,
    length: source.length,
    flags:
      (bypassValue ? Flag.CrcBypassInversion : 0) | (bypassData ? Flag.CrcBypassDataReflection : 0),
    destination,
    source,
    second: null,
    extra: checkInteger('seed', seed, 0xffff_ffff),
    value: undefined,
  };
}

/** @throws TypeError, RangeError `ERR_OUT_OF_RANGE` for the seed, `ERR_MOVER_LENGTH` */
export function crc32cOperands(
  src: unknown,
  variant: CrcVariant = noOptions,
): Operands<number, number> {
  const source = resolve(src, 'src');
  checkLength(crc32c.name, source);
  return crcOperands(crc32c, null, source, variant);
}

/** @throws as `crc32cOperands`, and RangeError `ERR_MOVER_OVERLAP` */
export function copyCrc32cOperands(
  dst: unknown,
  src: unknown,
  variant: CrcVariant = noOptions,
): Operands<number, number> {
  const destination = resolveDestination(dst, 'dst');
  const source = resolve(src, 'src');
  checkLengths(copyCrc32c.name, destination, source);
  checkDisjoint(copyCrc32c.name, destination, source);
  return crcOperands(copyCrc32c, destination, source, variant);
}
