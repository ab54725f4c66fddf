import assert from 'node:assert/strict';
import type { DifBlock, DifResult } from '../../lib';
import { Random } from '../support/random';
import { Arena, roomFor, spanOf } from './arena';
import { optionsOf, sourceOf, targetOf, units, type DifRequest } from './dif-vectors';
import { onEveryMover } from './movers';
import { forEachVector, inputBytes, load, outputOf, type Input, type Output } from './vectors';

interface DifVector extends DifRequest {
  readonly id: string;
  readonly op: 'dif-check' | 'dif-insert' | 'dif-strip' | 'dif-update';
  readonly length: number;
  readonly src: Input;
  readonly srcOffset: number;
  readonly dstOffset?: number;
  readonly expect: {
    /** Absent where nothing is checked. */
    readonly result?: number;
    readonly bytesCompleted: number;
    readonly output?: Output;
    readonly outputBefore?: Output;
  };
}

const bits = { guard: 1, app: 2, ref: 4, 'all-f': 8 };
const resultByte = ({ mismatch }: DifResult): number =>
  mismatch.reduce((byte, each) => byte | bits[each], 0);

onEveryMover((operations) => {
  const run = (vector: DifVector, dst: Buffer, src: Buffer): Promise<DifResult> => {
    const { dif } = operations();
    const { source, destination } = vector;
    const o = optionsOf(vector);
    switch (vector.op) {
      case 'dif-check':
        return dif.check(src, sourceOf(source!), o).promise();
      case 'dif-insert':
        return dif.insert(dst, src, targetOf(destination!), o).promise();
      case 'dif-strip':
        return dif.strip(dst, src, sourceOf(source!), o).promise();
      case 'dif-update':
        return dif.update(dst, src, sourceOf(source!), targetOf(destination!), o).promise();
    }
  };

  test.each(['dif-check', 'dif-insert', 'dif-strip', 'dif-update'])('golden vectors: %s', (name) =>
    forEachVector(load<DifVector>(name), async (vector) => {
      const { length, srcOffset, dstOffset = 0, expect: golden } = vector;
      const [unit, written] = units(vector);
      const room = Math.max(length, (length / unit) * written);
      const arena = new Arena(roomFor(2, room), 5);
      const src = { ...spanOf(0, room, srcOffset), length };
      const dst = { ...spanOf(1, room, dstOffset), length: (length / unit) * written };
      arena.set(src.at, inputBytes(vector.src));
      const found = await run(vector, arena.view(dst), arena.view(src));
      assert.equal(resultByte(found), golden.result ?? 0);
      assert.equal(found.ok, (golden.result ?? 0) === 0);
      assert.equal(found.offset, found.ok ? length : golden.bytesCompleted);
      const done = { ...dst, length: (found.offset / unit) * written };
      const output = golden.output ?? golden.outputBefore;
      if (vector.op !== 'dif-check') {
        if (output !== undefined) assert.deepEqual(outputOf(arena.view(done)), output);
        arena.modelOf(done).set(arena.view(done));
      }
      // Behind the bad block nothing is written, nor beside the destination.
      arena.verify();
      arena.release();
    }),
  );

  test.each<DifBlock>([512, 520, 4096, 4104])(
    'blocks of %d bytes, with fields, without, with others, many of them',
    async (block) => {
      const { dif } = operations();
      for (const blocks of [1, 7, 600]) {
        const data = new Random(blocks).bytes(block * blocks);
        const [fields, others] = [1, 2].map(() => Buffer.alloc((block + 8) * blocks));
        const tags = { appTag: 0xfffe, appMode: 'increment', refTag: 0xffff_fffe } as const;
        const o = { block, invertSeed: true };
        const ok = { ok: true, mismatch: [] };
        expect(await dif.insert(fields!, data, tags, o)).toMatchObject(ok);
        expect(await dif.check(fields!, tags, o)).toMatchObject({ ...ok, offset: fields!.length });
        expect(await dif.update(others!, fields!, tags, { appTag: 1 }, o)).toMatchObject(ok);
        const back = Buffer.alloc(data.length);
        expect(await dif.strip(back, others!, { appTag: 1 }, o)).toMatchObject(ok);
        expect(back.equals(data)).toBe(true);
        fields![fields!.length - 9]! ^= 1;
        const offset = (block + 8) * (blocks - 1);
        const mismatch = { ok: false, offset, mismatch: ['guard'] };
        expect(await dif.check(fields!, tags, o)).toEqual(mismatch);
        expect(await dif.strip(back, fields!, tags, o)).toEqual(mismatch);
      }
    },
  );

  test('a destination may end where the source of a strip begins', async () => {
    const memory = Buffer.alloc(512 + 520);
    const [dst, src] = [memory.subarray(0, 512), memory.subarray(512)];
    await operations().dif.insert(src, Buffer.alloc(512, 'near'), { refTag: 7 });
    expect(await operations().dif.strip(dst, src, { refTag: 7 })).toMatchObject({ ok: true });
    expect(dst.equals(Buffer.alloc(512, 'near'))).toBe(true);
  });

  test('no blocks', async () => {
    const empty = Buffer.alloc(0);
    expect(await operations().dif.check(empty, {})).toEqual({ ok: true, offset: 0, mismatch: [] });
  });

  const [blocks, fields] = [Buffer.alloc(1024), Buffer.alloc(1040)];
  test.each<[what: string, code: string, attempt: (m: ReturnType<typeof operations>) => unknown]>([
    ['half a block', 'ERR_MOVER_LENGTH', ({ dif }) => dif.check(blocks, {})],
    ['a short destination', 'ERR_MOVER_LENGTH', ({ dif }) => dif.insert(blocks, blocks, {})],
    [
      'ranges that overlap',
      'ERR_MOVER_OVERLAP',
      ({ dif }) => dif.strip(fields.subarray(0, 1024), fields, {}),
    ],
    [
      'a block of 513',
      'ERR_INVALID_ARG_VALUE',
      ({ dif }) => dif.check(fields, {}, { block: 513 as 512 }),
    ],
    ['a tag of 17 bits', 'ERR_OUT_OF_RANGE', ({ dif }) => dif.check(fields, { appTag: 65536 })],
    ['no tags', 'ERR_INVALID_ARG_TYPE', ({ dif }) => dif.check(fields, undefined as never)],
    [
      'an unknown tag',
      'ERR_INVALID_ARG_VALUE',
      ({ dif }) => dif.check(fields, { tag: 1 } as never),
    ],
    [
      'an unknown escape',
      'ERR_INVALID_ARG_VALUE',
      ({ dif }) => dif.check(fields, { escape: ['f' as never] }),
    ],
    [
      'an escape that cannot be an error',
      'ERR_INVALID_ARG_VALUE',
      ({ dif }) => dif.check(fields, { escapeIsError: true }),
    ],
    [
      'a field to pass where there is none',
      'ERR_INVALID_ARG_VALUE',
      ({ dif }) => dif.insert(fields, blocks, { passGuard: true }),
    ],
  ])('%s is refused', async (_what, code, attempt) => {
    await expect(attempt(operations())).rejects.toMatchObject({ code });
  });
});
