import assert from 'node:assert/strict';
import { MoverError, type DeltaOutcome } from '../../lib';
import { Random } from '../support/random';
import { deltaReference } from './delta-reference';
import { onEveryMover } from './movers';

const WINDOW = 2 ** 19;

/** Bytes at an address of which we know the remainder by 8. */
function at(offset: number, length: number): Buffer {
  return Buffer.allocUnsafeSlow(length + 8).subarray(offset, offset + length);
}

function copyAt(offset: number, bytes: Buffer): Buffer {
  const copy = at(offset, bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Some bytes changed: few, or many in a row. */
function changed(bytes: Buffer, random: Random): Buffer {
  const other = Buffer.from(bytes);
  for (let edits = random.below(12); edits > 0; edits--) {
    const from = random.below(bytes.length);
    other.subarray(from, from + random.below(300)).fill(random.below(256));
  }
  return other;
}

interface Shape {
  readonly length: number;
  /** Of before, after, record, target: the address modulo 8. */
  readonly offsets: readonly [number, number, number, number];
}

const random = new Random(0xde17a);
const offset = (): number => random.below(8);

const shapes: readonly Shape[] = [
  { length: 1, offsets: [0, 0, 0, 0] },
  { length: 7, offsets: [1, 2, 3, 4] },
  { length: 8, offsets: [4, 0, 0, 4] },
  { length: 4096, offsets: [0, 1, 0, 1] },
  { length: WINDOW - 1, offsets: [0, 0, 0, 0] },
  { length: WINDOW, offsets: [0, 0, 1, 2] },
  { length: WINDOW + 1, offsets: [0, 0, 0, 0] },
  { length: WINDOW + 8, offsets: [0, 0, 0, 0] },
  { length: 5 * WINDOW, offsets: [0, 0, 0, 0] },
  { length: 5 * WINDOW + 3, offsets: [7, 0, 5, 0] },
  ...Array.from({ length: 24 }, (): Shape => {
    const most = [130, 5000, WINDOW, 3 * WINDOW][random.below(4)]!;
    return { length: 1 + random.below(most), offsets: [offset(), offset(), offset(), offset()] };
  }),
];

const cases = shapes.map(({ length, offsets }) => {
  const before = random.bytes(length);
  const after = changed(before, random);
  return { before, after, record: deltaReference(before, after), length, offsets };
});

const failureOf = (promise: PromiseLike<unknown>): Promise<MoverError> =>
  Promise.resolve(
    promise.then(
      () => assert.fail('it did not fail'),
      (error: unknown) => error as MoverError,
    ),
  );

onEveryMover((operations) => {
  test('any length at any addresses', async () => {
    for (const { length, offsets, ...data } of cases) {
      const where = `${length} bytes at ${offsets.join()}`;
      const [b, a, r, t] = offsets;
      const before = copyAt(b, data.before);
      const after = copyAt(a, data.after);
      const expected = data.record;
      const room = at(r, 4 * Math.ceil(length / WINDOW) + Math.ceil(length / 8) * 10 + 80);
      const created = await operations().createDelta(before, after, room);
      assert.equal(created.outcome, expected.length === 0 ? 'equal' : 'different', where);
      assert.equal(created.scanned, length, where);
      assert.ok(created.expected);
      assert.ok(created.record.equals(expected), where);
      if (expected.length > 0) assert.equal(created.record.buffer, room.buffer);

      const target = at(t, length + 16);
      const guard = Buffer.from(target);
      before.copy(target, 3);
      after.copy(guard, 3);
      const inner = target.subarray(3, 3 + length);
      assert.equal(await operations().applyDelta(inner, created.record), inner);
      assert.ok(target.equals(guard), where);
    }
  });

  test('a record of our own', async () => {
    const before = new Random(5).bytes(2 * WINDOW + 5);
    const after = Buffer.from(before.map((byte) => byte ^ 1));
    const { outcome, record } = await operations().createDelta(before, after);
    expect([outcome, record.length]).toEqual(['different', 12 + 10 * Math.ceil(before.length / 8)]);
    await operations().applyDelta(before, record);
    expect(before.equals(after)).toBe(true);
  });

  test('zeros in the table, and no record at all, change nothing', async () => {
    const target = Buffer.alloc(3 * WINDOW, 7);
    for (const record of [Buffer.alloc(12), Buffer.alloc(0)]) {
      expect(await operations().applyDelta(target, record)).toBe(target);
    }
    expect(target.equals(Buffer.alloc(3 * WINDOW, 7))).toBe(true);
  });

  test.each<[expect: DeltaOutcome[], equal: boolean, different: boolean]>([
    [['equal'], true, false],
    [['different', 'overflow'], false, true],
    [[], false, false],
  ])('what is expected: %j', async (expected, whenEqual, whenDifferent) => {
    const before = Buffer.alloc(WINDOW + 9, 1);
    const after = Buffer.from(before);
    const options = { expect: expected };
    const equal = await operations().createDelta(before, after, undefined, options);
    expect(equal).toMatchObject({ outcome: 'equal', expected: whenEqual });
    after[WINDOW + 3] = 0;
    const different = await operations().createDelta(before, after, undefined, options);
    expect(different).toMatchObject({ outcome: 'different', expected: whenDifferent });
  });

  test.each<[what: string, length: number, shift: number]>([
    ['one window beside the memory', 4000, 1],
    ['several', 3 * WINDOW + 4, 0],
  ])('no room for all: %s', async (_what, length, shift) => {
    const before = copyAt(shift, Buffer.alloc(length));
    const after = copyAt(shift, Buffer.alloc(length));
    // The eighth in the second window, where there are more than one.
    const words = [3, 5, 8, 9, 40, 41, 42, 43, 44, 45].map((word) => word * 8);
    if (length > WINDOW) for (let index = 7; index < 10; index++) words[index]! += WINDOW;
    for (const word of words) after[word + 5] = 1;
    const table = length > WINDOW ? 16 : 0;
    const record = Buffer.alloc(table + 89);
    const found = await operations().createDelta(before, after, record, { expect: ['overflow'] });
    expect(found).toMatchObject({ outcome: 'overflow', scanned: words[8], expected: true });
    expect(found.record.length).toBe(table + 80);
    const whole = deltaReference(before, after);
    expect(found.record.subarray(table).equals(whole.subarray(table, table + 80))).toBe(true);
  });

  describe('records that are refused before a byte is written', () => {
    const length = 6 * WINDOW + 8;
    const table = 7 * 4;
    const before = Buffer.alloc(length, 1);
    const after = Buffer.alloc(length, 1);
    for (let at = 4; at < length; at += 100_000) after[at] = 2;
    const good = deltaReference(before, after);

    test.each<[what: string, spoil: (record: Buffer) => void, code: string, position: number]>([
      [
        'entries of the last window that do not ascend',
        (record) => record.copy(record, good.length - 10, good.length - 20, good.length - 10),
        'ERR_MOVER_DELTA',
        good.length - 10,
      ],
      [
        'a table whose first number is no multiple of an entry',
        (record) => record.writeUInt32LE(record.readUInt32LE(0) + 1, 0),
        'ERR_MOVER_DELTA',
        0,
      ],
      [
        'a table that speaks of more than there is',
        (record) => record.writeUInt32LE(record.readUInt32LE(20) + 10, 20),
        'ERR_MOVER_DELTA',
        20,
      ],
      [
        'a table that speaks of less than there is',
        (record) => record.writeUInt32LE(record.readUInt32LE(20) - 10, 20),
        'ERR_MOVER_DELTA',
        good.length - 10,
      ],
      [
        'a number in the table as large as can be',
        (record) => record.writeUInt32LE(0xffff_fffa, 8),
        'ERR_MOVER_DELTA',
        8,
      ],
      [
        'a number in the table beyond its window',
        (record) => record.writeUInt32LE(record.length - table, 24),
        'ERR_MOVER_DELTA',
        24,
      ],
    ])('%s', async (_what, spoil, code, position) => {
      for (const shift of [0, 1]) {
        const record = Buffer.from(good);
        spoil(record);
        const target = copyAt(shift, before);
        const failure = await failureOf(operations().applyDelta(target, record));
        expect(failure).toBeInstanceOf(MoverError);
        expect(failure).toMatchObject({ code, operation: 'applyDelta', bytesCompleted: position });
        expect(failure.message).toMatch(/applyDelta/);
        expect(target.equals(before)).toBe(true);
      }
    });

    test('an index beyond the last window', async () => {
      const record = Buffer.from(good);
      const last = good.readUInt32LE(24);
      record.writeUInt32LE(last + 10, 24);
      const entry = Buffer.alloc(10, 9);
      entry.writeUInt16LE(2);
      const target = Buffer.from(before);
      const spoilt = Buffer.concat([record, entry]);
      const failure = await failureOf(operations().applyDelta(target, spoilt));
      expect(failure).toMatchObject({ code: 'ERR_MOVER_DELTA', bytesCompleted: good.length });
      expect(target.equals(before)).toBe(true);
    });
  });

  test('whatever becomes of the record meanwhile, nothing is written outside the target', async () => {
    const random = new Random(17);
    const length = 2 * WINDOW;
    const memory = new SharedArrayBuffer(8 + 10 * 4000);
    const record = Buffer.from(memory);
    const around = Buffer.alloc(length + 128, 5);
    const target = around.subarray(64, 64 + length);
    for (let round = 0; round < 20; round++) {
      random.fill(record);
      record.writeUInt32LE(20_000, 0);
      record.writeUInt32LE(20_000, 4);
      for (let n = 0; n < 4000; n++) record.writeUInt16LE((n % 2000) * 3, 8 + 10 * n);
      const future = operations().applyDelta(target, record);
      future.poll();
      // Between the look at it and its application, or before, or behind.
      for (let n = 0; n < 50; n++) record[random.below(record.length)] = 0xff;
      await future.then(undefined, (error: unknown) => {
        expect(error).toMatchObject({ code: 'ERR_MOVER_DELTA' });
      });
    }
    const guard = Buffer.alloc(64, 5);
    expect(around.subarray(0, 64).equals(guard)).toBe(true);
    expect(around.subarray(64 + length).equals(guard)).toBe(true);
  });

  test.each<[what: string, attempt: (m: ReturnType<typeof operations>) => PromiseLike<unknown>]>([
    [
      'a record without room for its table',
      (m) => m.createDelta(Buffer.alloc(WINDOW + 8), Buffer.alloc(WINDOW + 8), Buffer.alloc(87)),
    ],
    ['a record of half a table', (m) => m.applyDelta(Buffer.alloc(WINDOW + 8), Buffer.alloc(7))],
    ['half an entry', (m) => m.applyDelta(Buffer.alloc(WINDOW + 8), Buffer.alloc(8 + 15))],
    ['half an entry, for an odd length', (m) => m.applyDelta(Buffer.alloc(9), Buffer.alloc(15))],
  ])('%s is refused', async (_what, attempt) => {
    await expect(attempt(operations())).rejects.toMatchObject({ code: 'ERR_MOVER_LENGTH' });
  });
});
