import { FutureState, Pool, Runtime, completed, failed, syncMover } from '../../lib';
import { childResult } from '../support/child';
import { expectThrows, mover, outOfRange, refusalOf, wrongType, wrongValue } from './refusals';

const notObjects = [undefined, null, 1, 'copy', true, Symbol('x')];

describe('Pool', () => {
  test.each([
    [null, wrongType],
    [1, wrongType],
    ['64', wrongType],
    [{ slabBytes: -1 }, outOfRange],
    [{ slabBytes: 1.5 }, outOfRange],
    [{ slabBytes: 2 ** 50 }, outOfRange],
    [{ slabBytes: '1' }, wrongType],
    [{ align: 0 }, outOfRange],
    [{ align: 3 }, outOfRange],
    [{ align: 48 }, outOfRange],
    [{ align: 2 ** 31 }, outOfRange],
    [{ align: -64 }, outOfRange],
    [{ align: '64' }, wrongType],
    [{ hugepages: '4k' }, wrongValue],
    [{ hugepages: 1 }, wrongType],
    [{ numa: -1 }, outOfRange],
    [{ numa: 0.5 }, outOfRange],
    [{ numa: 'far' }, wrongType],
    [{ prefault: 1 }, wrongType],
    [{ lock: 'yes' }, wrongType],
    [{ shared: 1 }, wrongType],
    [{ shared: true, hugepages: true }, wrongValue],
    [{ shared: true, numa: 0 }, wrongValue],
    [{ shared: true, lock: true }, wrongValue],
    [{ shared: true, prefault: true }, wrongValue],
  ])('new Pool(%p)', (options, refusal) => {
    expectThrows(() => new Pool(options as object), refusal);
  });

  const pool = new Pool();

  test.each([
    [undefined, wrongType],
    [null, wrongType],
    ['64', wrongType],
    [64n, wrongType],
    [0, outOfRange],
    [-1, outOfRange],
    [1.5, outOfRange],
    [NaN, outOfRange],
    [2 ** 53, outOfRange],
  ])('alloc(%p)', (bytes, refusal) => {
    expectThrows(() => pool.alloc(bytes as number), refusal);
  });

  test.each([
    [null, wrongType],
    ['64', wrongType],
    [0, outOfRange],
    [3, outOfRange],
    [2 ** 31, outOfRange],
  ])('alloc(64, %p)', (align, refusal) => {
    expectThrows(() => pool.alloc(64, align as number), refusal);
  });

  test.each(['{}', '{ shared: true }'])('%s: more than a Buffer can hold', async (options) => {
    const codes = await childResult<(string | undefined)[]>(
      `
      const codeOf = (bytes) => {
        try {
          return new Pool(${options}).alloc(bytes).length === bytes ? 'allocated' : 'wrong length';
        } catch (error) {
          return String(error.code);
        }
      };
      console.log(JSON.stringify([2 ** 32 + 1, 2 ** 33 + 1, 2 ** 38, 2 ** 40].map(codeOf)));
      globalThis.gc();`,
      ['--expose-gc'],
    );
    for (const code of codes) {
      expect(['ERR_MOVER_UNSUPPORTED', 'ERR_OUT_OF_RANGE', 'allocated']).toContain(code);
    }
  });

  test.each([undefined, null, 1, 'x', {}, Buffer.alloc(8), new Pool().alloc(64)])(
    'release of what is no block of it: %p',
    (value) => {
      expectThrows(() => pool.release(value as Buffer), wrongValue);
    },
  );

  test('release twice, and of a part', () => {
    const block = pool.alloc(64);
    expectThrows(() => pool.release(block.subarray(0, 64)), wrongValue);
    pool.release(block);
    expectThrows(() => pool.release(block), wrongValue);
  });
});

describe('Region', () => {
  const region = mover().register(Buffer.alloc(100));

  test.each([
    [-1, undefined],
    [101, undefined],
    [0, 101],
    [100, 1],
    [50, 51],
    [0, -1],
    [0.5, undefined],
    [0, 1.5],
    [NaN, undefined],
    [Infinity, undefined],
  ])('slice(%p, %p)', (offset, length) => {
    expectThrows(() => region.slice(offset, length), outOfRange);
  });

  test.each([
    ['0', undefined],
    [null, undefined],
    [0, null],
    [0n, 1n],
    [{}, undefined],
    [Symbol('at'), undefined],
    [0, Symbol('bytes')],
  ])('slice(%p, %p) of what are no numbers', (offset: any, length: any) => {
    let error: unknown;
    try {
      region.slice(offset, length);
    } catch (thrown) {
      error = thrown;
    }
    expect(['ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE']).toContain((error as any)?.code);
  });

  test.each([undefined, null, 1, 'x', {}, [], () => 1])('register(%p)', (value) => {
    expectThrows(() => mover().register(value as Buffer), wrongType);
  });
});

describe('Mover', () => {
  test.each(notObjects)('supports(%p)', (demand) => {
    expectThrows(() => mover().supports(demand as any), wrongType);
  });

  test('methods without their mover fail without harm', () => {
    const { copy, nop, close, supports } = mover() as any;
    for (const method of [copy, nop, close, supports]) expect(() => method()).toThrow(TypeError);
  });
});

describe('Future', () => {
  test.each([null, 1, 'x', { signal: null }, { signal: 1 }, { signal: {} }])(
    'promise(%p) never throws in the caller',
    async (options) => {
      const promise = syncMover()
        .futures.nop()
        .promise(options as any);
      const outcome: unknown = await promise.then(undefined, (error: unknown) => error);
      if (outcome !== undefined) expect(refusalOf(outcome)).toEqual(wrongType);
    },
  );

  test('there is no property but those that are known', () => {
    const future = mover().futures.nop();
    expect(future.has('quick' as 'async')).toBe(false);
    expect(future.has(undefined as unknown as 'async')).toBe(false);
  });

  test('a failure without an error is still a failure', () => {
    const future = failed(undefined as unknown as Error);
    expect(future.state).toBe(FutureState.Complete);
    expect(future.error?.message).toBeTruthy();
  });

  test('then() with what are no functions', async () => {
    expect(await completed(7).then(undefined, null)).toBe(7);
    expect(await completed(7).then(5 as any)).toBe(7);
  });
});

describe('Runtime', () => {
  test.each([NaN, -1, 0, null, 'x', {}])('poll(%p)', (budget) => {
    expectThrows(() => Runtime.default.poll(budget as number), outOfRange);
  });
});
