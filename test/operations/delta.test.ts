import { resolve } from '../../lib/memory/resolve';
import {
  changesOf,
  leastRoom,
  padded,
  tableBytes,
  tableOf,
  wholeRoom,
  windowRoom,
  windowsOf,
} from '../../lib/operations/delta-record';
import { applyDeltaOperands, createDeltaOperands, isOneDelta } from '../../lib/operations/delta';

const WINDOW = 2 ** 19;

test('windows follow one another, and the last one has the rest', () => {
  expect(windowsOf(0)).toEqual([]);
  expect(windowsOf(WINDOW)).toEqual([{ start: 0, length: WINDOW }]);
  expect(windowsOf(2 * WINDOW + 3)).toEqual([
    { start: 0, length: WINDOW },
    { start: WINDOW, length: WINDOW },
    { start: 2 * WINDOW, length: 3 },
  ]);
});

test('a record has a table of four bytes a window, unless there is one alone', () => {
  expect([0, 1, WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + 1].map(tableBytes)).toEqual([
    0, 0, 0, 8, 8, 12,
  ]);
  expect(tableOf([5, 70_000], 2 * WINDOW + 1)).toEqual(
    Buffer.from([5, 0, 0, 0, 0x70, 0x11, 1, 0, 0, 0, 0, 0]),
  );
});

test('room in bytes: ten for each word that may differ, and never less than a device takes', () => {
  expect([0, 1, 8, 9].map(padded)).toEqual([0, 8, 8, 16]);
  expect([0, 8, 64, 65, 72].map(windowRoom)).toEqual([80, 80, 80, 90, 90]);
  expect([64, WINDOW, WINDOW + 8].map(wholeRoom)).toEqual([80, 655_360, 8 + 655_370]);
  expect([64, WINDOW, WINDOW + 8].map(leastRoom)).toEqual([80, 80, 88]);
});

describe('the windows that a record changes', () => {
  const length = 2 * WINDOW + 8;
  const record = (sizes: readonly number[], entries: number): Buffer =>
    Buffer.concat([tableOf(sizes, length), Buffer.alloc(entries)]);
  const changes = (bytes: Buffer, of = length): unknown =>
    changesOf(resolve(bytes, 'record'), of).map(({ window, record, at }) => [
      window.start,
      record.length,
      at,
    ]);

  test('without a table there is one', () => {
    expect(changes(Buffer.alloc(30), WINDOW)).toEqual([[0, 30, 0]]);
  });

  test('those without entries are left out', () => {
    expect(changes(record([20, 0, 10], 30))).toEqual([
      [0, 20, 12],
      [2 * WINDOW, 10, 32],
    ]);
    expect(changes(record([0, 655_360, 0], 655_360))).toEqual([[WINDOW, 655_360, 12]]);
    expect(changes(record([0, 0, 80], 80))).toEqual([[2 * WINDOW, 80, 12]]);
  });

  test.each<[string, Buffer, number]>([
    ['half an entry', record([5, 0, 0], 10), 0],
    ['more than the window can have', record([0, 655_370, 0], 655_370), 4],
    ['more than the last one can have', record([0, 0, 90], 90), 8],
    ['more than there is', record([10, 20, 0], 20), 4],
    ['less than there is', record([10, 0, 0], 20), 22],
  ])('refused: %s', (_name, bytes, bytesCompleted) => {
    expect(() => changes(bytes)).toThrow(
      expect.objectContaining({
        code: 'ERR_MOVER_DELTA',
        operation: 'applyDelta',
        bytesCompleted,
      }),
    );
  });
});

describe('what a delta is made of', () => {
  const memory = Buffer.alloc(4096);
  const [before, after] = [memory.subarray(0, 64), memory.subarray(1024, 1088)];
  const room = memory.subarray(2048, 2048 + 160);

  test('outcomes that are expected, bit by bit', () => {
    const extra = (expect?: unknown): unknown =>
      createDeltaOperands(before, after, room, expect).extra;
    expect(extra()).toEqual({ mask: -1, expect: undefined });
    expect(extra([])).toEqual({ mask: 0, expect: [] });
    expect(extra(['equal'])).toMatchObject({ mask: 1 });
    expect(extra(['overflow', 'different'])).toMatchObject({ mask: 6 });
    expect(() => extra('equal')).toThrow('expect must be an array of outcomes');
    expect(() => extra(['same'])).toThrow('expect must be');
    expect(() => extra([undefined])).toThrow('expect must be');
  });

  test('a record of its own has room for all; none too small is taken', () => {
    expect(createDeltaOperands(before, after, undefined, undefined).destination).toHaveLength(80);
    const least = memory.subarray(2048, 2128);
    expect(createDeltaOperands(before, after, least, undefined).destination).toHaveLength(80);
    expect(() => createDeltaOperands(before, after, least.subarray(1), undefined)).toThrow(
      'record has 79 bytes; 80 are the least',
    );
  });

  test('no memory for all that may differ', () => {
    const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(() => {
      throw new RangeError('Array buffer allocation failed');
    });
    try {
      expect(() => createDeltaOperands(before, after, undefined, undefined)).toThrow(
        expect.objectContaining({
          code: 'ERR_MOVER_LENGTH',
          message: expect.stringContaining('the system has no 80 bytes') as unknown,
        }),
      );
    } finally {
      allocate.mockRestore();
    }
  });

  test('a record is whole entries, behind a table where there is one', () => {
    const large = Buffer.alloc(WINDOW + 8);
    const of = (target: Buffer, bytes: number): number =>
      applyDeltaOperands(target, Buffer.alloc(bytes)).length;
    expect([of(before, 0), of(before, 10), of(before, 80)]).toEqual([0, 64, 64]);
    expect([of(large, 0), of(large, 8), of(large, 18)]).toEqual([0, large.length, large.length]);
    for (const bytes of [1, 9, 11]) expect(() => of(before, bytes)).toThrow('is entries of 10');
    for (const bytes of [7, 10, 17]) expect(() => of(large, bytes)).toThrow('table of 8 bytes');
    // An entry less than the table.
    expect(() => of(Buffer.alloc(2 * WINDOW + 8), 2)).toThrow('table of 12 bytes');
  });

  test('one job does whole words of one window at addresses of words', () => {
    const one = (length: number, at = 0): boolean =>
      isOneDelta(
        applyDeltaOperands(Buffer.alloc(length + 8).subarray(at, at + length), Buffer.alloc(10)),
      );
    expect([one(64), one(64, 1), one(60), one(WINDOW)]).toEqual([true, false, false, true]);
    const large = Buffer.alloc(WINDOW + 8);
    expect(isOneDelta(applyDeltaOperands(large, Buffer.alloc(18)))).toBe(false);
    const odd = memory.subarray(1, 65);
    const create = (a: Buffer, b: Buffer): boolean =>
      isOneDelta(createDeltaOperands(a, b, room, undefined));
    expect([create(before, after), create(odd, after), create(after, odd)]).toEqual([
      true,
      false,
      false,
    ]);
    // Of nothing there is no word that could be in the wrong place.
    expect(
      isOneDelta(createDeltaOperands(odd.subarray(64), after.subarray(64), room, undefined)),
    ).toBe(true);
  });
});
