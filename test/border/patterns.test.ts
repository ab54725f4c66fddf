import { runInNewContext } from 'node:vm';
import { good, patternPositions } from './positions';
import { detached, expectRefused, mover, outOfRange, wrongType, type Refusal } from './refusals';

const wrong: readonly [string, unknown, Refusal][] = [
  ['undefined', undefined, wrongType],
  ['null', null, wrongType],
  ['a string', 'ab', wrongType],
  ['a boolean', true, wrongType],
  ['a symbol', Symbol('pattern'), wrongType],
  ['a function', () => 1, wrongType],
  ['an object', {}, wrongType],
  ['an array', [1, 2], wrongType],
  ['an ArrayBuffer', new ArrayBuffer(8), wrongType],
  ['a DataView', new DataView(new ArrayBuffer(8)), wrongType],
  ['a wider view', new Uint16Array(4), wrongType],
  ['a proxy of bytes', new Proxy(new Uint8Array(8), {}), wrongType],
  ['what inherits from bytes', Object.create(new Uint8Array(8)), wrongType],
  ['-1', -1, outOfRange],
  ['256', 256, outOfRange],
  ['1.5', 1.5, outOfRange],
  ['NaN', NaN, outOfRange],
  ['infinity', Infinity, outOfRange],
  ['-1n', -1n, outOfRange],
  ['2n ** 64n', 2n ** 64n, outOfRange],
  ['2n ** 200n', 2n ** 200n, outOfRange],
  ...[0, 3, 5, 6, 7, 9, 16].map((length): [string, unknown, Refusal] => [
    `${length} bytes`,
    new Uint8Array(length),
    outOfRange,
  ]),
];

describe.each(patternPositions)('$name', ({ call }) => {
  test.each(wrong)('%s', async (_name, pattern, refusal) => {
    await expectRefused((m) => call(m, pattern), refusal);
  });

  test('detached bytes', async () => {
    const pattern = new Uint8Array(8);
    structuredClone(pattern.buffer, { transfer: [pattern.buffer] });
    await expectRefused((m) => call(m, pattern), detached);
  });
});

class Liar extends Uint8Array {
  override get length(): number {
    return 3;
  }
}

test.each<[string, Uint8Array]>([
  ['another realm', runInNewContext('Uint8Array.of(1, 2, 3, 4)') as Uint8Array],
  ['a subclass that lies about its length', Liar.of(1, 2, 3, 4)],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(4)).map((_, index) => index + 1)],
  ['the middle of a buffer', Uint8Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5)],
])('bytes of %s are a pattern', async (_name, pattern) => {
  const target = good();
  await mover().fill(target, pattern);
  expect(target.subarray(0, 6)).toEqual(Buffer.of(1, 2, 3, 4, 1, 2));
});
