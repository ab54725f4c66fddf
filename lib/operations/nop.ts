import { Opcode } from '../abi/descriptor';
import type { Operands, Operation } from './operation';

/** An operation on no memory. */
function bare(name: 'nop' | 'drain', opcode: number): Operation<undefined, undefined> {
  return {
    name,
    opcode,
    options: 0,
    own: [],
    names: {},
    encode() {
      // The opcode says it all.
    },
    decode: () => undefined,
    args: () => ({}),
  };
}

export const nop = bare('nop', Opcode.Nop);
export const drain = bare('drain', Opcode.Drain);

type Bare = Operation<undefined, undefined>;

export const bareOperands = (operation: Bare): Operands<undefined, undefined> => ({
  operation,
  length: 0,
  flags: 0,
  destination: null,
  source: null,
  second: null,
  extra: undefined,
  value: undefined,
});
