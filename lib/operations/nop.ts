import { Opcode } from '../abi/descriptor';
import type { Operands, Operation } from './operation';

/** An operation on no memory. */
function bare(name: 'nop' | 'drain', opcode: number): Operation<undefined> {
  return {
    name,
    opcode,
    options: 0,
    encode() {
      // The opcode says it all.
    },
    decode: () => undefined,
  };
}

export const nop = bare('nop', Opcode.Nop);
export const drain = bare('drain', Opcode.Drain);

export const noOperands = (): Operands => ({
  length: 0,
  flags: 0,
  destination: null,
  source: null,
  second: null,
  low: 0,
  high: 0,
  expected: 0,
  value: undefined,
});
