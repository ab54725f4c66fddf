import { Opcode, Word } from '../abi/descriptor';
import { isArray } from '../check';
import { describe, typeError } from '../errors';
import { resolve, resolveDestination } from '../memory/resolve';
import { checkDisjoint, checkLengths } from './arguments';
import { encodeAddress, encodeTransfer } from './encode';
import { defineOperation, writeOptions, type Operands, type Operation } from './operation';

/** A descriptor's destinations start at the same offset of a block of this many bytes. */
export const CONGRUENCE = 4096;

/** One source to two destinations. */
export const dualcast: Operation = defineOperation({
  name: 'dualcast',
  opcode: Opcode.Dualcast,
  options: writeOptions,
  own: [],
  names: { destination: 'dsts[0]', second: 'dsts[1]', source: 'src' },
  dual: true,
  encode(words, at, operands) {
    encodeTransfer(words, at, operands);
    encodeAddress(words, at, Word.Destination2, operands.second);
  },
  decode: (_records, _slot, operands) => operands.value,
  args: ({ destination, source, second }) => ({
    dsts: [destination!.bytes, second!.bytes],
    src: source!.bytes,
  }),
  empty: (operands) => operands.value,
});

/** Whether a single job does it. */
export function isOneDualcast({ length, destination, second }: Operands): boolean {
  return length === 0 || (destination!.address - second!.address) % CONGRUENCE === 0;
}

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP` */
export function dualcastOperands(dsts: unknown, src: unknown): Operands {
  if (!isArray(dsts) || dsts.length !== 2) {
    throw typeError(
      'ERR_INVALID_ARG_TYPE',
      `dsts must be an array of two destinations; got ${isArray(dsts) ? `${String(dsts.length)} of them` : describe(dsts)}`,
    );
  }
  const destination = resolveDestination(dsts[0], 'dsts[0]');
  const second = resolveDestination(dsts[1], 'dsts[1]');
  const source = resolve(src, 'src');
  checkLengths('dualcast', destination, source);
  checkLengths('dualcast', second, source);
  checkDisjoint('dualcast', destination, source);
  checkDisjoint('dualcast', second, source);
  checkDisjoint('dualcast', destination, second);
  return {
    operation: dualcast,
    length: source.length,
    flags: 0,
    destination,
    source,
    second,
    extra: undefined,
    value: dsts,
  };
}
