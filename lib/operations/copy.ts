import { Opcode } from '../abi/descriptor';
import { resolve } from '../memory/range';
import { checkDisjoint, checkLengths } from './arguments';
import { encodeTransfer } from './encode';
import { defineOperation, writeOptions, type Operands, type Operation } from './operation';

function memoryMove(name: 'copy' | 'move'): Operation {
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

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH`, and for `copy` `ERR_MOVER_OVERLAP` */
export function copyOperands(operation: Operation, dst: unknown, src: unknown): Operands {
  const { name } = operation;
  const destination = resolve(dst, 'dst');
  const source = resolve(src, 'src');
  checkLengths(name, destination, source);
  if (name === 'copy') checkDisjoint(name, destination, source);
  return {
    operation,
    length: source.length,
    flags: 0,
    destination,
    source,
    second: null,
    extra: undefined,
    value: dst,
  };
}
