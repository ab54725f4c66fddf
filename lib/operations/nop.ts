import { Flag, Opcode } from '../abi/descriptor';
import { isArray } from '../check';
import { typeError } from '../errors';
import type { Range } from '../memory/range';
import { resolve } from '../memory/resolve';
import { encodeTransfer } from './encode';
import { defineOperation, plainOperands, type Operands, type Operation } from './operation';

type Bare = Operation<undefined, undefined>;

export const nop: Bare = defineOperation({
  name: 'nop',
  opcode: Opcode.Nop,
  options: 0,
  own: [],
  names: {},
  encode() {
    // The opcode says it all.
  },
  decode: () => undefined,
  args: () => ({}),
});

export const drain: Bare = defineOperation({
  name: 'drain',
  opcode: Opcode.Drain,
  options: 0,
  own: ['readback'],
  names: { source: 'readback[0]', destination: 'readback[1]' },
  encode: encodeTransfer,
  decode: () => undefined,
  args: ({ source, destination }) => ({
    readback: [source, destination].flatMap((range) => range?.bytes ?? []),
  }),
});

/** @throws TypeError */
export function drainOperands(readback?: unknown): Operands<undefined, undefined> {
  const ranges = readbackRanges(readback);
  return {
    ...plainOperands(drain, null, null, undefined),
    flags: [0, Flag.DrainReadback1, Flag.DrainReadback1 | Flag.DrainReadback2][ranges.length],
    source: ranges.at(0) ?? null,
    destination: ranges.at(1) ?? null,
  };
}

/** Of memory without any byte there is nothing to read. */
function readbackRanges(readback: unknown): Range[] {
  if (readback === undefined || typeof readback === 'boolean') return [];
  const list: readonly unknown[] = isArray(readback) ? readback : [readback];
  if (list.length > 2) {
    const text = `readback must be a boolean, bytes, or an array of two of them at most; got ${String(list.length)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  return list
    .map((bytes, index) => resolve(bytes, `readback[${String(index)}]`))
    .filter(({ length }) => length > 0);
}
