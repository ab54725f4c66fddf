import type { DrainOptions } from '../../lib';
import { onEveryMover } from './movers';

onEveryMover((operations) => {
  test('nop and drain give nothing', async () => {
    expect(await operations().nop()).toBeUndefined();
    expect(await operations().drain()).toBeUndefined();
  });

  test('many at once', async () => {
    const all = Array.from({ length: 500 }, (_, index) =>
      index % 5 === 4 ? operations().drain() : operations().nop(),
    );
    expect(await Promise.all(all)).toEqual(Array(500).fill(undefined));
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['all, in general', true],
    ['one range', Buffer.alloc(3)],
    ['two ranges', [Buffer.alloc(1), new Uint32Array(9)]],
    ['no range', []],
    ['memory without any byte', [Buffer.alloc(0), Buffer.alloc(1)]],
  ])('a drain reads back %s', async (_name, readback) => {
    expect(await operations().drain({ readback } as DrainOptions)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a number', 7],
    ['three ranges', [1, 2, 3].map((bytes) => Buffer.alloc(bytes))],
    ['an array of what is no memory', [Buffer.alloc(1), 'x']],
  ])('a drain refuses to read back %s', async (_name, readback) => {
    const refused = operations().drain({ readback } as DrainOptions);
    await expect(refused).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });
});
