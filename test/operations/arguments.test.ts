import type { Range } from '../../lib/memory/range';
import { resolve } from '../../lib/memory/resolve';
import { checkDisjoint, checkLength, checkLengths } from '../../lib/operations/arguments';
import {
  compareOperands,
  comparePatternOperands,
  equalsOperands,
} from '../../lib/operations/compare';
import { checkCopy, checkMove, copy, move } from '../../lib/operations/copy';
import { copyCrc32cOperands, crc32cOperands } from '../../lib/operations/crc32c';
import { applyDeltaOperands, createDeltaOperands } from '../../lib/operations/delta';
import { dualcast, dualcastOperands, isOneDualcast } from '../../lib/operations/dualcast';
import { fillOperands } from '../../lib/operations/fill';
import { flushOperands } from '../../lib/operations/flush';
import { drain, drainOperands, nop } from '../../lib/operations/nop';
import {
  detached,
  givesDestination,
  hold,
  intact,
  isThere,
  plainOperands,
  type Operands,
} from '../../lib/operations/operation';
import { partOf, partOperands } from '../../lib/operations/part';

const memory = Buffer.alloc(4 * 8192);
const page = (n: number, bytes = 100): Buffer => memory.subarray(n * 8192, n * 8192 + bytes);
const [a, b, c] = [page(0), page(1), page(2)];
const record = page(3, 200);
const words = [page(0, 64), page(1, 64)] as const;
const none = memory.subarray(0, 0);

const transfer = (operation: typeof copy): Operands =>
  plainOperands(operation, resolve(a, 'dst'), resolve(b, 'src'), a);

/** Operands, the arguments again for engines that take no descriptors, and what its options are called. */
const cases: readonly [string, Operands<any, any>, object, readonly string[]][] = [
  ['copy', transfer(copy), { dst: a, src: b }, []],
  ['move', transfer(move), { dst: a, src: b }, []],
  [
    'fill',
    fillOperands(a, 0x0102_0304_8506_0708n),
    { dst: a, pattern: 0x0102_0304_8506_0708n },
    [],
  ],
  ['dualcast', dualcastOperands([a, b], c), { dsts: [a, b], src: c }, []],
  ['compare', compareOperands(a, b, undefined), { a, b, expect: undefined }, ['expect']],
  ['compare: equal', compareOperands(a, b, 'equal'), { a, b, expect: 'equal' }, ['expect']],
  ['compare: not', compareOperands(a, b, 'different'), { a, b, expect: 'different' }, ['expect']],
  [
    'comparePattern',
    comparePatternOperands(a, 1, 'different'),
    { a, pattern: 0x0101_0101_0101_0101n, expect: 'different' },
    ['expect'],
  ],
  ['equals', equalsOperands(a, b), { a, b }, []],
  [
    'crc32c',
    crc32cOperands(a, { seed: 7, reflectData: false }),
    { src: a, seed: 7, reflectValue: true, reflectData: false },
    ['seed', 'reflectValue', 'reflectData'],
  ],
  [
    'copyCrc32c',
    copyCrc32cOperands(a, b, { reflectValue: false }),
    { dst: a, src: b, seed: 0, reflectValue: false, reflectData: true },
    ['seed', 'reflectValue', 'reflectData'],
  ],
  [
    'createDelta',
    createDeltaOperands(...words, record, ['equal']),
    { before: words[0], after: words[1], record, expect: ['equal'] },
    ['expect'],
  ],
  ['applyDelta', applyDeltaOperands(a, record), { target: a, record }, []],
  ['flush', flushOperands(a, false), { range: a, keep: false }, ['keep']],
  ['flush: keep', flushOperands(a, true), { range: a, keep: true }, ['keep']],
  ['nop', plainOperands(nop, null, null, undefined), {}, []],
  ['drain', drainOperands(), { readback: [] }, ['readback']],
  ['drain: true', drainOperands(true), { readback: [] }, ['readback']],
  ['drain: bytes', drainOperands(a), { readback: [a] }, ['readback']],
  ['drain: two', drainOperands([a, b]), { readback: [a, b] }, ['readback']],
  ['drain: nothing', drainOperands([none, b]), { readback: [b] }, ['readback']],
];

test.each(cases)('%s: arguments, and names of options', (_name, operands, args, own) => {
  expect(operands.operation.args(operands)).toEqual(args);
  expect(operands.operation.own).toEqual(own);
});

test('arguments have the names that messages give them', () => {
  for (const [, { operation, ...ranges }, args] of cases) {
    const { source, second, destination } = operation.names;
    for (const [range, name] of [
      [ranges.source, source],
      [ranges.second, second],
      [ranges.destination, destination],
    ] as const) {
      if (range === null) continue;
      const [, argument, index] = /^(\w+)\[?(\d?)\]?$/.exec(name!)!;
      const value = (args as Record<string, any>)[argument!];
      if (operation.name === 'drain') continue;
      const named = resolve(index === '' ? value : value[index], argument!);
      expect([named.address, named.length]).toEqual([range.address, range.length]);
    }
  }
  expect(drain.names).toEqual({ source: 'readback[0]', destination: 'readback[1]' });
});

test('of zero bytes the result is known', () => {
  const empty = (operands: Operands<any, any>): unknown => operands.operation.empty!(operands);
  expect(empty(transfer(move))).toBe(a);
  expect(empty(fillOperands(none, 0))).toBe(none);
  const dsts = [none, none];
  expect(empty(dualcastOperands(dsts, none))).toBe(dsts);
  expect(empty(crc32cOperands(none, { seed: 42 }))).toBe(42);
  expect(empty(copyCrc32cOperands(none, none, { seed: 42 }))).toBe(42);
  expect(empty(equalsOperands(none, none))).toBe(true);
  expect(empty(equalsOperands(none, a))).toBe(false);
  expect(empty(applyDeltaOperands(a, none))).toBe(a);
  expect(empty(flushOperands(none, true))).toBeUndefined();
  for (const [expected, met] of [
    [undefined, true],
    ['equal', true],
    ['different', false],
  ]) {
    const result = { equal: true, offset: 0, expected: met };
    expect(empty(compareOperands(none, none, expected))).toEqual(result);
    expect(empty(comparePatternOperands(none, 0, expected))).toEqual(result);
  }
});

test('a comparison that was not as expected did not succeed', () => {
  const { succeeded } = compareOperands(a, b, 'equal').operation;
  expect(succeeded!({ equal: false, offset: 0, expected: false })).toBe(false);
  expect(succeeded!({ equal: false, offset: 0, expected: true })).toBe(true);
});

test('ranges of different lengths are not equal, and nothing of them is looked at', () => {
  expect(equalsOperands(a, page(1, 99))).toMatchObject({ length: 0, value: false });
  expect(equalsOperands(a, b)).toMatchObject({ length: 100, value: true });
});

/** As long as no buffer of a test can be. */
const long = (length: number): Range => ({ length }) as unknown as Range;

describe('refused', () => {
  const range = (bytes: Buffer): Range => resolve(bytes, 'x');

  test('more than a descriptor can say', () => {
    checkLength('copy', long(2 ** 32 - 1));
    expect(() => {
      checkLength('copy', long(2 ** 32));
    }).toThrow('copy: 4294967296 bytes are more than one operation takes, 4294967295');
    expect(() => {
      checkLengths('copy', long(2 ** 32), long(2 ** 32));
    }).toThrow(expect.objectContaining({ code: 'ERR_MOVER_LENGTH' }));
  });

  test('lengths that differ', () => {
    checkLengths('copy', long(7), long(7));
    expect(() => {
      checkLengths('copy', long(7), long(8));
    }).toThrow('copy: lengths differ, 7 and 8 bytes');
  });

  test('ranges that share a byte', () => {
    checkDisjoint('fill', range(a), range(memory.subarray(100, 200)));
    expect(() => {
      checkDisjoint('fill', range(a), range(memory.subarray(99, 199)));
    }).toThrow('fill: ranges of 100 bytes overlap');
    expect(() => {
      checkDisjoint('fill', range(a), range(memory.subarray(99, 102)));
    }).toThrow('fill: ranges of 100 and 3 bytes overlap');
  });

  test('a copy within itself, which a move may be', () => {
    const over = memory.subarray(50, 150);
    checkMove(range(a), range(over));
    checkCopy(range(a), range(b));
    expect(() => {
      checkCopy(range(a), range(over));
    }).toThrow(expect.objectContaining({ code: 'ERR_MOVER_OVERLAP' }));
    expect(() => {
      checkMove(range(a), range(page(1, 7)));
    }).toThrow(expect.objectContaining({ code: 'ERR_MOVER_LENGTH' }));
  });

  test.each([[[a]], [[a, b, c]], ['ab'], [{ length: 2 }], [undefined]])(
    'destinations that are not two: %#',
    (dsts) => {
      expect(() => dualcastOperands(dsts, c)).toThrow('dsts must be an array of two destinations');
    },
  );

  test('three ranges to read back', () => {
    expect(() => drainOperands([a, b, c])).toThrow('an array of two of them at most; got 3');
    expect(() => drainOperands([a, 'b'])).toThrow('readback[1] must be');
  });

  test.each([
    [-1n, 'pattern must be from 0n'],
    [2n ** 64n, 'pattern must be from 0n'],
    ['x', 'pattern must be a number, a bigint or a Uint8Array'],
    [Buffer.alloc(3), 'pattern must have 1, 2, 4 or 8 bytes; got 3'],
    [Buffer.alloc(0), 'pattern must have 1, 2, 4 or 8 bytes; got 0'],
    [256, 'pattern must be'],
  ])('the pattern %p', (pattern, text) => {
    expect(() => fillOperands(a, pattern)).toThrow(text);
  });
});

test('a dualcast is one job where both destinations begin at the same place of a page', () => {
  const at = (offset: number): boolean =>
    isOneDualcast(dualcastOperands([a, memory.subarray(8192 + offset, 8292 + offset)], c));
  expect([at(0), at(4096), at(1), at(64)]).toEqual([true, true, false, false]);
  expect(isOneDualcast(dualcastOperands([none, memory.subarray(1, 1)], none))).toBe(true);
});

test('whose result is the destination', () => {
  const givers = ['copy', 'move', 'fill', 'dualcast', 'applyDelta'];
  const operations = new Set(cases.map(([, { operation }]) => operation));
  for (const operation of operations) {
    expect([operation.name, givesDestination(operation)]).toEqual([
      operation.name,
      givers.includes(operation.name),
    ]);
  }
  expect(dualcast.dual).toBe(true);
  expect(flushOperands(a, true).operation.partial).toBe(true);
});

describe('memory that goes away', () => {
  const gone = (): Buffer => {
    const buffer = new ArrayBuffer(8);
    const bytes = Buffer.from(buffer);
    return bytes;
  };
  /** Operands of which one range is detached afterwards. */
  const without = (role: 'destination' | 'source' | 'second'): Operands => {
    const bytes = gone();
    const range = resolve(bytes, 'x');
    structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
    const there = resolve(a, 'a');
    const whole = { ...transfer(copy), destination: there, source: there, second: there };
    return { ...whole, [role]: range };
  };

  test('is noticed, whichever it is', () => {
    expect(intact(transfer(copy))).toBe(true);
    expect(isThere(null)).toBe(true);
    for (const role of ['destination', 'source', 'second'] as const) {
      expect(intact(without(role))).toBe(false);
    }
    expect(detached({ operation: drain }).message).toMatch(/^drain: the memory/);
  });

  test('is kept, if there is any', () => {
    const held: string[] = [];
    const range = (name: string): Range =>
      ({ hold: () => void held.push(name) }) as unknown as Range;
    hold({ ...transfer(copy), destination: null, source: null, second: null });
    const all = { destination: range('d'), source: range('s'), second: range('2') };
    hold({ ...transfer(copy), ...all });
    expect(held).toEqual(['d', 's', '2']);
  });
});

test('a part speaks in the name of the whole, and asks for what it is', () => {
  const part = partOf(copy, 'dualcast', { destination: 'dsts[1]' });
  expect(part).toMatchObject({
    name: 'dualcast',
    verb: 'copy',
    names: { destination: 'dsts[1]' },
    opcode: copy.opcode,
  });
  const [to, from] = [resolve(a, 'a'), resolve(b, 'b')];
  expect(partOperands(part, to, from)).toEqual({
    operation: part,
    length: 100,
    flags: 0,
    destination: to,
    source: from,
    second: null,
    extra: undefined,
    value: undefined,
  });
});
