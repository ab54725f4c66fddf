import { syncMover, type Future } from '../../lib';
import { Random } from '../support/random';
import { onEveryMover } from './movers';
import {
  goesOn,
  plain,
  randomProgram,
  SCRATCH_CELLS,
  USER_CELLS,
  UserMemory,
  type Program,
} from './programs';

const notAttempted = 'ERR_MOVER_NOT_ATTEMPTED';

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** How a step ended. */
type End = { readonly result: unknown } | { readonly code: unknown };

const oneByOne = syncMover();

/** The steps one after the other, each awaited, in memory like any other. */
async function execute({ steps, size }: Program, user: UserMemory): Promise<End[]> {
  const scratch = new UserMemory(SCRATCH_CELLS, size, 99);
  const ends: End[] = [];
  let on = true;
  for (const step of steps) {
    if (!on) {
      ends.push({ code: notAttempted });
      continue;
    }
    try {
      const result = await step(oneByOne, [...user.cells, ...scratch.cells]);
      ends.push({ result: plain(result) });
      on = goesOn(result);
    } catch (error) {
      ends.push({ code: codeOf(error) });
      on = false;
    }
  }
  scratch.release();
  return ends;
}

const programs = 250;

onEveryMover((operations) => {
  test('random programs end as if their steps were done one by one', async () => {
    let [elided, failed] = [0, 0];
    const check = async (seed: number): Promise<void> => {
      const program = randomProgram(seed);
      const [ours, theirs] = [1, 2].map(() => new UserMemory(USER_CELLS, program.size, seed));
      const expected = await execute(program, theirs!);
      const sequence = operations().sequence();
      const scratch = Array.from({ length: SCRATCH_CELLS }, () => sequence.scratch(program.size));
      const steps = program.steps.map((step) => step(sequence.ops, [...ours!.cells, ...scratch]));
      const run = await sequence.run().then(
        (result) => ({ result }),
        (error: unknown) => ({ error: error as Error & { index?: number } }),
      );
      expect({ seed, ends: steps.map(endOf) }).toEqual({ seed, ends: expected });
      expect([seed, ours!.equals(theirs!)]).toEqual([seed, true]);
      const first = expected.findIndex((end) => 'code' in end);
      if ('error' in run) {
        expect([seed, run.error.index]).toEqual([seed, first]);
        failed++;
      } else {
        expect([seed, first, run.result.steps]).toEqual([seed, -1, steps.length]);
        elided += run.result.elided;
      }
      ours!.release();
      theirs!.release();
    };
    for (let seed = 1; seed <= programs; seed += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => check(seed + index)));
    }
    expect(elided).toBeGreaterThan(programs);
    expect(failed).toBeGreaterThan(programs / 20);
    expect(failed).toBeLessThan(programs / 2);
  });

  test.each([9, 5000, 300_000])(
    'copies of %d bytes that only feed others are elided',
    async (bytes) => {
      const source = new Random(bytes).bytes(bytes);
      const [left, right] = [Buffer.alloc(bytes), Buffer.alloc(bytes)];
      const s = operations().sequence();
      const [first, second] = [s.scratch(bytes), s.scratch(bytes)];
      const steps = [
        s.ops.copy(first, source),
        s.ops.crc32c(first),
        s.ops.copy(second, first),
        s.ops.copy(left, second),
        s.ops.compare(second, source, { expect: 'equal' }),
        s.ops.fill(first, 7),
        s.ops.copy(right, first),
      ];
      expect(s.length).toBe(7);
      // What is left: a copy with its CRC, a comparison, a fill.
      expect(await s.run()).toEqual({ steps: 7, elided: 4 });
      expect(steps.map(({ output }) => output)).toEqual([
        first,
        await operations().crc32c(source),
        second,
        left,
        { equal: true, offset: bytes, expected: true },
        first,
        right,
      ]);
      expect([left.equals(source), right.every((byte) => byte === 7)]).toEqual([true, true]);
    },
  );

  test('fields that are made, with their CRC, and stored', async () => {
    const source = new Random(3).bytes(4096);
    const [stored, again] = [Buffer.alloc(4160), Buffer.alloc(4096)];
    const s = operations().sequence();
    const [fields, blocks] = [s.scratch(4160), s.scratch(4096)];
    s.ops.dif.insert(fields, source, { appTag: 5 });
    const sum = s.ops.crc32c(fields);
    s.ops.copy(stored, fields);
    const strip = s.ops.dif.strip(blocks, fields, { appTag: 5 });
    s.ops.copy(again, blocks);
    expect(await s.run()).toEqual({ steps: 5, elided: 1 });
    expect(sum.output).toBe(await operations().crc32c(stored));
    expect(strip.output).toEqual({ ok: true, offset: 4160, mismatch: [] });
    expect(again.equals(source)).toBe(true);
  });

  test('a step that does not succeed ends the sequence', async () => {
    const [before, behind] = [Buffer.alloc(10), Buffer.alloc(10)];
    const s = operations().sequence();
    const tmp = s.scratch(10);
    const steps = [
      s.ops.fill(before, 1),
      s.ops.comparePattern(before, 2, { expect: 'equal' }),
      s.ops.fill(tmp, 3),
      s.ops.copy(behind, tmp),
    ];
    await expect(s.run()).rejects.toMatchObject({
      code: notAttempted,
      index: 2,
      operation: 'fill',
    });
    expect(steps[1]!.output).toEqual({ equal: false, offset: 0, expected: false });
    for (const [index, { error }] of steps.slice(2).entries()) {
      expect(error).toMatchObject({ code: notAttempted, index: index + 2 });
      expect(error!.message).toContain('step 1 of the sequence did not succeed');
    }
    expect([before[9], behind[9]]).toEqual([1, 0]);
  });

  test('an expectation that the last step does not meet is a result', async () => {
    const s = operations().sequence();
    const last = s.ops.compare(Buffer.from('a'), Buffer.from('b'), { expect: 'equal' });
    expect(await s.run()).toEqual({ steps: 1, elided: 0 });
    expect(last.output.expected).toBe(false);
  });

  test('bad arguments are the cause of the error', async () => {
    const target = Buffer.alloc(4);
    const s = operations().sequence();
    s.ops.fill(target, 1);
    const refused = s.ops.copy(target, Buffer.alloc(5));
    const drain = s.ops.drain();
    await expect(s.run()).rejects.toMatchObject({
      code: 'ERR_MOVER_BATCH',
      index: 1,
      cause: expect.objectContaining({ name: 'RangeError', code: 'ERR_MOVER_LENGTH' }) as unknown,
    });
    expect(target[0]).toBe(1);
    expect(refused.error).toMatchObject({ code: 'ERR_MOVER_LENGTH' });
    expect(drain.error).toMatchObject({ code: notAttempted });
    const drained = operations().sequence();
    drained.ops.drain();
    await expect(drained.run()).rejects.toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED', index: 0 });
  });

  test('no steps, and more than there are slots', async () => {
    expect(await operations().sequence().run()).toEqual({ steps: 0, elided: 0 });
    const target = Buffer.alloc(3000);
    const s = operations().sequence();
    for (let at = 0; at < 3000; at++) s.ops.fill(target.subarray(at, at + 1), at & 0xff);
    expect(await s.run()).toEqual({ steps: 3000, elided: 0 });
    expect(target.every((byte, at) => byte === (at & 0xff))).toBe(true);
  });
});

function endOf(future: Future<unknown>): End {
  expect(future.done).toBe(true);
  const { error } = future;
  return error === undefined ? { result: plain(future.output) } : { code: codeOf(error) };
}
