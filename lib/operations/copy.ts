import { Opcode } from '../abi/descriptor';
import { near, type Range } from '../memory/range';
import { checkDisjoint, checkLengths } from './arguments';
import { encodeTransfer } from './encode';
import { defineOperation, writeOptions, type Operation } from './operation';

export type Transfer = Operation<unknown, undefined>;

function memoryMove(name: 'copy' | 'move'): Transfer {
  return defineOperation({
    name,
    opcode: Opcode.MemoryMove,
    options: writeOptions,
    own: [],
    names: { destination: 'dst', source: 'src' },
    encode: encodeTransfer,
    decode: (_records, _slot, operands) => operands.value,
    args: ({ destination, source }) => ({ dst: destination!.bytes, src: source!.bytes }),
    empty: (operands) => operands.value,
  });
}

/** Both are the memory move of the hardware, which accepts overlap; `copy` checks that there is none. */
export const copy = memoryMove('copy');
export const move = memoryMove('move');

/** @throws RangeError `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP` */
export function checkCopy(destination: Range, source: Range): void {
  checkLengths('copy', destination, source);
  if (near(destination, source)) checkDisjoint('copy', destination, source);
}

/** @throws RangeError `ERR_MOVER_LENGTH` */
export function checkMove(destination: Range, source: Range): void {
  checkLengths('move', destination, source);
}
