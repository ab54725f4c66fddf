import assert from 'node:assert/strict';
import { MoverError, type DeltaOutcome } from '../../lib';
import { Random } from '../support/random';
import { Arena, roomFor, spanOf } from './arena';
import { onEveryMover } from './movers';
import {
  forEachVector,
  inputBytes,
  load,
  outputOf,
  recordBytes,
  type DeltaInput,
  type Input,
  type Output,
} from './vectors';

interface CreateVector {
  readonly id: string;
  readonly length: number;
  readonly src1: Input;
  readonly src1Offset: number;
  readonly src2: Input;
  readonly src2Offset: number;
  readonly recordOffset: number;
  readonly maxRecordLength: number;
  readonly checkResult: readonly DeltaOutcome[] | null;
  readonly expect: {
    readonly dsaStatus: number;
    readonly result: number;
    readonly recordLength: number;
    readonly output: Output;
  };
}

interface ApplyVector {
  readonly id: string;
  readonly length: number;
  readonly dst: Input;
  readonly dstOffset: number;
  readonly record: Input | DeltaInput;
  readonly recordOffset: number;
  readonly expect: { readonly output: Output };
}

const outcomes = ['equal', 'different', 'overflow'];

/** Longer than any operand. */
const LARGEST = 2 ** 19 + 2 ** 18;

onEveryMover((operations) => {
  test('golden vectors: create', () =>
    forEachVector(load<CreateVector>('delta-create'), async (vector) => {
      const { length, maxRecordLength, expect: golden, checkResult } = vector;
      const arena = new Arena(roomFor(3, Math.max(length, maxRecordLength)), 3);
      const room = Math.max(length, maxRecordLength);
      const [a, b, r] = [vector.src1Offset, vector.src2Offset, vector.recordOffset].map(
        (offset, index) => ({ ...spanOf(index, room, offset), length }),
      );
      const record = { ...r!, length: maxRecordLength };
      arena.set(a!.at, inputBytes(vector.src1));
      arena.set(b!.at, inputBytes(vector.src2));
      const found = await operations().createDelta(
        arena.view(a!),
        arena.view(b!),
        arena.view(record),
        checkResult === null ? {} : { expect: checkResult },
      );
      assert.equal(found.outcome, outcomes[golden.result]);
      assert.equal(found.record.length, golden.recordLength);
      assert.deepEqual(outputOf(found.record), golden.output);
      assert.equal(found.expected, golden.dsaStatus === 1);
      if (found.outcome !== 'overflow') assert.equal(found.scanned, length);
      // Room that the record does not use may hold anything.
      arena.modelOf(record).set(arena.view(record));
      arena.verify();
      arena.release();
    }));

  test('golden vectors: apply', () =>
    forEachVector(load<ApplyVector>('delta-apply'), async (vector) => {
      const { length, dstOffset, recordOffset, expect: golden } = vector;
      const bytes = recordBytes(vector.record);
      const room = Math.max(length, bytes.length);
      const arena = new Arena(roomFor(2, room), 4);
      const dst = { ...spanOf(0, room, dstOffset), length };
      const record = { ...spanOf(1, room, recordOffset), length: bytes.length };
      arena.set(dst.at, inputBytes(vector.dst));
      arena.set(record.at, bytes);
      const target = arena.view(dst);
      assert.equal(await operations().applyDelta(target, arena.view(record)), target);
      assert.deepEqual(outputOf(target), golden.output);
      arena.modelOf(dst).set(target);
      arena.verify();
      arena.release();
    }));

  test('what was created and applied is the same, however much differs', async () => {
    const random = new Random(7);
    for (const length of [8, 64, 72, 4096, 65536, 524_288]) {
      for (const every of [1, 2, 9, 1000]) {
        const before = random.bytes(length);
        const after = Buffer.from(before);
        for (let at = 0; at < length; at += 8 * every) after[at + (at % 7)]! ^= 1;
        const { outcome, record } = await operations().createDelta(before, after);
        expect(outcome).toBe('different');
        expect(record.length).toBe(10 * Math.ceil(length / 8 / every));
        await operations().applyDelta(before, record);
        expect(before.equals(after)).toBe(true);
      }
    }
  });

  test('overflow says how much was compared', async () => {
    const before = Buffer.alloc(LARGEST / 2);
    const after = Buffer.alloc(LARGEST / 2, 1);
    after.fill(0, 0, 800);
    const record = Buffer.alloc(95);
    const found = await operations().createDelta(before, after, record);
    expect(found).toMatchObject({ outcome: 'overflow', scanned: 800 + 9 * 8 });
    expect(found.record.length).toBe(90);
  });

  test.each<[what: string, indices: number[]]>([
    ['entries that do not ascend', [1, 0]],
    ['an entry twice', [3, 3]],
    ['an entry beyond the end', [7, 8]],
    ['the last possible entry', [0xffff]],
  ])('a record with %s is refused, and nothing is written', async (_what, indices) => {
    const record = recordBytes({ deltaEntries: indices, words: 'ff'.repeat(8 * indices.length) });
    const target = Buffer.alloc(64, 1);
    const failure = await operations()
      .applyDelta(target, record)
      .promise()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MoverError);
    expect(failure).toMatchObject({ code: 'ERR_MOVER_DELTA', operation: 'applyDelta' });
    expect(target.equals(Buffer.alloc(64, 1))).toBe(true);
  });

  test('no bytes', async () => {
    const empty = Buffer.alloc(0);
    const { outcome, record } = await operations().createDelta(empty, empty);
    expect([outcome, record.length]).toEqual(['equal', 0]);
    expect(await operations().applyDelta(empty, record)).toBe(empty);
  });

  test.each<[what: string, code: string, attempt: (m: ReturnType<typeof operations>) => unknown]>([
    [
      'different lengths',
      'ERR_MOVER_LENGTH',
      (m) => m.createDelta(Buffer.alloc(8), Buffer.alloc(16)),
    ],
    [
      'a record too small',
      'ERR_MOVER_LENGTH',
      (m) => m.createDelta(Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(79)),
    ],
    [
      'a record of half an entry',
      'ERR_MOVER_LENGTH',
      (m) => m.applyDelta(Buffer.alloc(8), Buffer.alloc(15)),
    ],
    [
      'an outcome that is none',
      'ERR_INVALID_ARG_VALUE',
      (m) =>
        m.createDelta(Buffer.alloc(8), Buffer.alloc(8), undefined, { expect: ['odd' as never] }),
    ],
  ])('%s is refused', async (_what, code, attempt) => {
    await expect(attempt(operations())).rejects.toMatchObject({ code });
  });
});
