import { MoverError, type BatchBuilder, type Future } from '../../lib';
import { Random } from '../support/random';
import { onEveryMover } from './movers';

/** The code of a future that has failed. */
const codeOf = ({ error }: Future<unknown>): unknown => (error as { code?: unknown }).code;

const notAttempted = 'ERR_MOVER_NOT_ATTEMPTED';

onEveryMover((operations) => {
  test('the result of every member can be read', async () => {
    const source = Buffer.from('123456789'.repeat(1000));
    const target = Buffer.alloc(source.length);
    let members: readonly Future<unknown>[] = [];
    const result = await operations().batch((b) => {
      members = [
        b.copy(target, source),
        b.crc32c(source.subarray(0, 9)),
        b.compare(source, source.subarray(0)),
        b.equals(source, Buffer.alloc(source.length)),
        b.comparePattern(Buffer.from('aaab'), 0x61, { expect: 'different' }),
        b.dif.check(Buffer.alloc(520), {}),
        b.nop(),
      ];
      expect(b.length).toBe(members.length);
    });
    expect(result).toEqual({ completed: 7, ok: true });
    expect(members.map(({ output }) => output)).toEqual([
      target,
      0xe3069283,
      { equal: true, offset: 9000, expected: true },
      false,
      { equal: false, offset: 3, expected: true },
      { ok: true, offset: 520, mismatch: [] },
      undefined,
    ]);
    expect(target.equals(source)).toBe(true);
  });

  test('what stands behind a fence sees what was written before it', async () => {
    const random = new Random(77);
    for (const bytes of [1, 64, 5000, 40_000, 3_000_001]) {
      const source = random.bytes(bytes);
      const chain = [source, ...Array.from({ length: 5 }, () => Buffer.alloc(bytes))];
      let crc: Future<number> | undefined;
      const { ok } = await operations().batch((b) => {
        for (let i = 1; i < chain.length; i++) {
          b.copy(chain[i]!, chain[i - 1]!);
          b.fence();
        }
        crc = b.crc32c(chain.at(-1)!);
        b.compare(chain.at(-1)!, source, { expect: 'equal' });
      });
      expect(ok).toBe(true);
      expect(crc!.output).toBe(await operations().crc32c(source));
    }
  });

  test('random programs end as if their members ran one after the other', async () => {
    const random = new Random(4711);
    for (let round = 0; round < 30; round++) {
      const cells = Array.from({ length: 8 }, () => random.bytes(1 + random.below(20_000)));
      const bytes = Math.min(...cells.map(({ length }) => length));
      const model = cells.map((cell) => Buffer.from(cell));
      const { ok, completed } = await operations().batch((b) => {
        for (let step = 0; step < 20; step++) {
          const [to, from] = [random.below(8), random.below(8)];
          if (random.below(2) === 0 || to === from) {
            b.fill(cells[to]!.subarray(0, bytes), step);
            model[to]!.fill(step, 0, bytes);
          } else {
            b.copy(cells[to]!.subarray(0, bytes), cells[from]!.subarray(0, bytes));
            model[from]!.copy(model[to]!, 0, 0, bytes);
          }
          // Every step may need what the one before did.
          b.fence();
        }
      });
      expect([ok, completed]).toEqual([true, 20]);
      expect(cells.every((cell, index) => cell.equals(model[index]!))).toBe(true);
    }
  });

  test.each<[name: string, fails: (b: BatchBuilder) => Future<unknown>, code: string | undefined]>([
    [
      'an expectation that was not met',
      (b) => b.compare(Buffer.from('ab'), Buffer.from('ac'), { expect: 'equal' }),
      undefined,
    ],
    [
      'a pattern that was not met',
      (b) => b.comparePattern(Buffer.from('ab'), 0x61, { expect: 'equal' }),
      undefined,
    ],
    [
      'a delta of an outcome that was not expected',
      (b) => b.createDelta(Buffer.alloc(64), Buffer.alloc(64, 1), undefined, { expect: ['equal'] }),
      undefined,
    ],
    ['a bad field', (b) => b.dif.check(Buffer.alloc(520, 1), {}), undefined],
    [
      'a record that cannot be applied',
      (b) => b.applyDelta(Buffer.alloc(64), Buffer.alloc(20, 1)),
      'ERR_MOVER_DELTA',
    ],
    ['bad arguments', (b) => b.copy(Buffer.alloc(4), Buffer.alloc(5)), 'ERR_MOVER_LENGTH'],
    ['a buffer that is none', (b) => b.fill('no' as unknown as Buffer, 0), 'ERR_INVALID_ARG_TYPE'],
    ['a drain, which is no member', (b) => b.drain(), 'ERR_MOVER_UNSUPPORTED'],
  ])('behind a fence nothing is attempted after %s', async (_name, fails, code) => {
    const [beside, behind] = [Buffer.alloc(100), Buffer.alloc(100)];
    const futures: Future<unknown>[] = [];
    const result = await operations().batch((b) => {
      futures.push(b.fill(beside, 1));
      futures.push(fails(b));
      b.fence();
      futures.push(b.fill(behind, 2));
      b.fence();
      futures.push(b.crc32c(behind));
    });
    expect(beside.every((byte) => byte === 1)).toBe(true);
    expect(behind.every((byte) => byte === 0)).toBe(true);
    expect(result.ok).toBe(false);
    expect(result.completed).toBe(code === undefined ? 2 : 1);
    expect(result.firstError).toBeInstanceOf(MoverError);
    expect(futures[0]!.error).toBeUndefined();
    if (code !== undefined) {
      expect(codeOf(futures[1]!)).toBe(code);
      expect(result.firstError!.index).toBe(1);
    } else {
      expect(futures[1]!.error).toBeUndefined();
      expect(result.firstError).toMatchObject({ code: notAttempted, index: 2, operation: 'fill' });
    }
    for (const [index, future] of futures.slice(2).entries()) {
      expect(future.error).toMatchObject({ code: notAttempted, index: index + 2 });
      expect(future.error!.message).toContain('member 1 of the batch');
    }
  });

  test('without a fence a failure is that of its member alone', async () => {
    const target = Buffer.alloc(10);
    const result = await operations().batch((b) => {
      void b.applyDelta(Buffer.alloc(64), Buffer.alloc(20, 1));
      b.copy(Buffer.alloc(1), Buffer.alloc(2));
      b.fill(target, 9);
    });
    expect(result).toMatchObject({ completed: 1, ok: false });
    expect(result.firstError).toMatchObject({ code: 'ERR_MOVER_DELTA', index: 0 });
    expect(target[9]).toBe(9);
  });

  test('bad arguments are the cause of the first error', async () => {
    const { firstError } = await operations().batch((b) => {
      b.nop();
      b.fill(Buffer.alloc(1), -1);
    });
    expect(firstError).toMatchObject({
      code: 'ERR_MOVER_BATCH',
      index: 1,
      cause: expect.objectContaining({ name: 'RangeError' }) as unknown,
    });
  });

  test('a comparison without an expectation fails nothing', async () => {
    let crc: Future<number> | undefined;
    const { ok } = await operations().batch((b) => {
      b.compare(Buffer.from('a'), Buffer.from('b'));
      b.equals(Buffer.from('a'), Buffer.from('b'));
      b.fence();
      crc = b.crc32c(Buffer.from('123456789'));
    });
    expect(ok).toBe(true);
    expect(crc!.output).toBe(0xe3069283);
  });

  test('no members, and fences without any', async () => {
    expect(await operations().batch(() => undefined)).toEqual({ completed: 0, ok: true });
    const result = await operations().batch((b) => {
      b.fence();
      b.fence();
      b.nop();
      b.fence();
    });
    expect(result).toEqual({ completed: 1, ok: true });
  });

  test('zero bytes', async () => {
    let crc: Future<number> | undefined;
    const result = await operations().batch((b) => {
      b.copy(Buffer.alloc(0), Buffer.alloc(0));
      b.fence();
      crc = b.crc32c(Buffer.alloc(0), { seed: 5 });
    });
    expect(result).toEqual({ completed: 2, ok: true });
    expect(crc!.output).toBe(5);
  });

  test('more members than there are slots', async () => {
    const targets = Array.from({ length: 3000 }, () => Buffer.alloc(16));
    const { ok, completed } = await operations().batch((b) => {
      for (const [index, target] of targets.entries()) b.fill(target, index % 251);
    });
    expect([ok, completed]).toEqual([true, 3000]);
    expect(targets.every((target, index) => target[15] === index % 251)).toBe(true);
  });

  test('waiting for a member waits for its turn', async () => {
    const target = Buffer.alloc(70_000);
    const members: Future<unknown>[] = [];
    const whole = operations().batch((b) => {
      members.push(b.fill(target, 1));
      b.fence();
      members.push(b.compare(target, Buffer.alloc(70_000, 1)));
    });
    expect(await members[1]!).toEqual({ equal: true, offset: 70_000, expected: true });
    expect(members[0]!.done).toBe(true);
    expect(await whole).toEqual({ completed: 2, ok: true });
  });
});
