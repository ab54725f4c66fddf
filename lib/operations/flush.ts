import { Flag, Opcode, Word } from '../abi/descriptor';
import { resolve } from '../memory/resolve';
import { checkBoolean } from '../check';
import { checkLength } from './arguments';
import { encodeAddress } from './encode';
import { defineOperation, readOptions, type Operands, type Operation } from './operation';

/** Cache flush. Cache control 1 among its flags: lines are written back and kept. */
export const flush: Operation<undefined, undefined> = defineOperation({
  name: 'flush',
  opcode: Opcode.CacheFlush,
  options: readOptions,
  own: ['keep'],
  names: { destination: 'range' },
  partial: true,
  encode(words, at, operands) {
    encodeAddress(words, at, Word.Destination, operands.destination);
  },
  decode: () => undefined,
  args: ({ destination, flags }) => ({
    range: destination!.bytes,
    keep: (flags & Flag.CacheControl1) !== 0,
  }),
  empty: () => undefined,
});

/** @throws TypeError, RangeError `ERR_MOVER_LENGTH` */
export function flushOperands(range: unknown, keep: unknown): Operands<undefined, undefined> {
  const destination = resolve(range, 'range');
  checkLength(flush.name, destination);
  return {
    operation: flush,
    length: destination.length,
    flags: checkBoolean('keep', keep) === true ? Flag.CacheControl1 : 0,
    destination,
    source: null,
    second: null,
    extra: undefined,
    value: undefined,
  };
}
