import { Opcode, Word } from '../abi/descriptor';
import { resolveDestination } from '../memory/resolve';
import { checkLength } from './arguments';
import { encodeAddress } from './encode';
import { defineOperation, writeOptions, type Operands, type Operation } from './operation';
import { patternHalves, patternOf, type Halves } from './pattern';

export const fill: Operation<unknown, Halves> = defineOperation({
  name: 'fill',
  opcode: Opcode.Fill,
  options: writeOptions,
  own: [],
  names: { destination: 'dst' },
  encode(words, at, operands) {
    words[at + Word.Source] = operands.extra.low;
    words[at + Word.Source + 1] = operands.extra.high;
    encodeAddress(words, at, Word.Destination, operands.destination);
  },
  decode: (_records, _slot, operands) => operands.value,
  args: ({ destination, extra }) => ({ dst: destination!.bytes, pattern: patternOf(extra) }),
  empty: (operands) => operands.value,
});

/** @throws TypeError, RangeError: see `patternHalves` and `checkLength` */
export function fillOperands(dst: unknown, pattern: unknown): Operands<unknown, Halves> {
  const destination = resolveDestination(dst, 'dst');
  checkLength(fill.name, destination);
  return {
    operation: fill,
    length: destination.length,
    flags: 0,
    destination,
    source: null,
    second: null,
    extra: patternHalves(pattern),
    value: dst,
  };
}
