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
});
