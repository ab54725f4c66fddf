import { Opcode, Word } from '../abi/descriptor';
import { resolve } from '../memory/range';
import { checkLength } from './arguments';
import { encodeAddress } from './encode';
import { writeOptions, type Operands, type Operation } from './operation';
import { patternHalves } from './pattern';

export const fill: Operation<unknown> = {
  name: 'fill',
  opcode: Opcode.Fill,
  options: writeOptions,
  encode(words, at, operands) {
    words[at + Word.Source] = operands.low;
    words[at + Word.Source + 1] = operands.high;
    encodeAddress(words, at, Word.Destination, operands.destination!);
  },
  decode: (_records, _slot, operands) => operands.value,
  empty: (operands) => operands.value,
};

/** @throws TypeError, RangeError: see `patternHalves` and `checkLength` */
export function fillOperands(dst: unknown, pattern: unknown): Operands {
  const destination = resolve(dst, 'dst');
  checkLength(fill.name, destination);
  const { low, high } = patternHalves(pattern);
  return {
    length: destination.length,
    flags: 0,
    destination,
    source: null,
    second: null,
    low,
    high,
    expected: 0,
    value: dst,
  };
}
