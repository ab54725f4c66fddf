import { Records, Status } from '../../lib/abi/completion-record';
import {
  difCheckOperands,
  difInsertOperands,
  difStripOperands,
  difUpdateOperands,
  type DifOperands,
} from '../../lib/operations/dif';

const [data, blocks, more] = [Buffer.alloc(1024), Buffer.alloc(1040), Buffer.alloc(1040)];
const from = { appTag: 1, refTag: 2, checkGuard: false };
const to = { appTag: 3, refTag: 4, appMode: 'increment' } as const;
const layout = { block: 512, invertSeed: true } as const;
const checked = { block: 512, invertSeed: true, invertResult: false };

const check = difCheckOperands(blocks, from, layout);
const insert = difInsertOperands(blocks, data, to, layout);
const strip = difStripOperands(data, blocks, from, layout);
const update = difUpdateOperands(more, blocks, from, to, layout);

const cases: readonly [string, DifOperands, object, number, number, readonly number[]][] = [
  [
    'difCheck',
    check,
    { src: blocks, layout: checked, source: from, target: {} },
    0x12,
    0x04_00_20,
    [2, 0x1_0000, 0, 0],
  ],
  [
    'difInsert',
    insert,
    { dst: blocks, src: data, layout: checked, source: {}, target: to },
    0x13,
    0x04_10_00,
    [0, 0, 4, 0x3_0000],
  ],
  [
    'difStrip',
    strip,
    { dst: data, src: blocks, layout: checked, source: from, target: {} },
    0x14,
    0x04_00_20,
    [2, 0x1_0000, 0, 0],
  ],
  [
    'difUpdate',
    update,
    { dst: more, src: blocks, layout: checked, source: from, target: to },
    0x15,
    0x04_10_20,
    [2, 0x1_0000, 4, 0x3_0000],
  ],
];

test.each(cases)(
  '%s: its arguments and its descriptor',
  (name, operands, args, opcode, flags, tags) => {
    const { operation, length, source, destination, extra } = operands;
    expect(operation).toMatchObject({ name, opcode, mismatch: Status.DifError });
    expect(operation.own).toEqual(['block', 'invertSeed', 'invertResult']);
    expect(operation.decides).toBe(name !== 'difInsert');
    expect(operation.args(operands)).toEqual(args);
    expect(length).toBe(source!.length);
    expect(extra.flags).toBe(flags);
    const words = new Int32Array(16);
    operation.encode(words, 0, operands);
    const { low = 0, high = 0 } = destination ?? {};
    expect([...words.slice(4, 8)]).toEqual([source!.low, source!.high, low, high]);
    expect([...words].filter((word, at) => at >= 8 && word !== 0)).toEqual(
      [flags, ...tags].filter((word) => word !== 0),
    );
  },
);

test('only what writes has a destination', () => {
  expect(check.operation.names).toEqual({ source: 'src' });
  for (const { operation } of [insert, strip, update]) {
    expect(operation.names).toEqual({ destination: 'dst', source: 'src' });
    expect(operation.options).toBeGreaterThan(check.operation.options);
  }
});

describe('a record says', () => {
  const memory = new ArrayBuffer(32);
  const view = new DataView(memory);
  const records = new Records(memory, 0, 1);
  const decode = (status: number, result: number, bytes: number): unknown => {
    view.setUint8(0, status);
    view.setUint8(1, result);
    view.setUint32(4, bytes, true);
    return check.operation.decode(records, 0, check);
  };

  test('that all fields are right', () => {
    const good = { ok: true, offset: 1040, mismatch: [] };
    expect(decode(Status.Success, 0, 0)).toEqual(good);
    expect(check.operation.empty!(check)).toEqual(good);
    expect(check.operation.succeeded!({ ok: true, offset: 0, mismatch: [] })).toBe(true);
  });

  test('what is wrong, and before which byte nothing was', () => {
    expect(decode(Status.DifError, 0b0001, 520)).toEqual({
      ok: false,
      offset: 520,
      mismatch: ['guard'],
    });
    expect(decode(Status.DifError, 0b0110, 0)).toMatchObject({ mismatch: ['app', 'ref'] });
    expect(decode(Status.DifError, 0b1000, 0)).toMatchObject({ mismatch: ['all-f'] });
    expect(check.operation.succeeded!({ ok: false, offset: 0, mismatch: [] })).toBe(false);
  });
});

test.each([
  [
    'half a block',
    () => difCheckOperands(Buffer.alloc(1024), from),
    'difCheck: src has 1024 bytes, no multiple of 520',
  ],
  [
    'half a block of data',
    () => difInsertOperands(blocks, Buffer.alloc(520), to),
    'difInsert: src has 520 bytes, no multiple of 512',
  ],
  [
    'no room for fields',
    () => difInsertOperands(data, data, to),
    'difInsert: dst has 1024 bytes, and 1040 are written',
  ],
  [
    'room for fields that are stripped',
    () => difStripOperands(more, blocks, from),
    'difStrip: dst has 1040 bytes, and 1024 are written',
  ],
  [
    'another count',
    () => difUpdateOperands(Buffer.alloc(520), blocks, from, to),
    'difUpdate: dst has 520 bytes, and 1040 are written',
  ],
  [
    'the same memory',
    () => difUpdateOperands(blocks, blocks, from, to),
    'difUpdate: ranges of 1040 bytes overlap',
  ],
  ['a layout that is none', () => difCheckOperands(blocks, from, 512 as any), 'options must be'],
])('refused: %s', (_name, call, text) => {
  expect(call).toThrow(text);
});

test('without a layout: 512 bytes, guards as they are', () => {
  expect(difCheckOperands(blocks, {}).extra).toMatchObject({
    flags: 0,
    layout: { block: 512, invertSeed: false, invertResult: false },
  });
});
