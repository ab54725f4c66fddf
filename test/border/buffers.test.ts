import { runInNewContext } from 'node:vm';
import { Pool, type Bytes } from '../../lib';
import { Random } from '../support/random';
import { bytesPositions } from './positions';
import { detached, expectRefused, expectThrows, mover, resizable } from './refusals';

type ResizableMaker = new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
const Resizable = ArrayBuffer as unknown as ResizableMaker;
const Growable = SharedArrayBuffer as unknown as ResizableMaker;

function transferred<B extends ArrayBuffer>(buffer: B): B {
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function viewThenTransfer(make: (buffer: ArrayBuffer) => unknown): unknown {
  const buffer = new ArrayBuffer(64);
  const view = make(buffer);
  transferred(buffer);
  return view;
}

const detachedOnes: readonly [string, () => unknown][] = [
  ['an ArrayBuffer', () => transferred(new ArrayBuffer(64))],
  ['a Uint8Array', () => viewThenTransfer((buffer) => new Uint8Array(buffer))],
  ['a Buffer', () => viewThenTransfer((buffer) => Buffer.from(buffer))],
  ['a DataView', () => viewThenTransfer((buffer) => new DataView(buffer))],
  ['a view of no bytes', () => viewThenTransfer((buffer) => new Uint8Array(buffer, 8, 0))],
  ['a region', () => viewThenTransfer((buffer) => mover().register(buffer))],
  ['a slice of a region', () => viewThenTransfer((b) => mover().register(b).slice(0, 64))],
];

const resizableOnes: readonly [string, () => unknown][] = [
  ['a resizable ArrayBuffer', () => new Resizable(64, { maxByteLength: 128 })],
  ['a view of one', () => new Uint8Array(new Resizable(64, { maxByteLength: 128 }))],
  ['a part of one', () => new Uint8Array(new Resizable(128, { maxByteLength: 128 }), 64, 64)],
  ['a DataView of one', () => new DataView(new Resizable(64, { maxByteLength: 128 }))],
  ['a growable SharedArrayBuffer', () => new Growable(64, { maxByteLength: 128 })],
  ['a view of that', () => new Uint8Array(new Growable(64, { maxByteLength: 128 }))],
];

describe.each(bytesPositions)('$name', ({ call }) => {
  test.each(detachedOnes)('detached: %s', async (_name, make) => {
    await expectRefused((operations) => call(operations, make()), detached);
  });

  test('detached after it was used', async () => {
    const buffer = new ArrayBuffer(64);
    const view = new Uint8Array(buffer);
    await call(mover(), view).then(undefined, () => undefined);
    transferred(buffer);
    await expectRefused((operations) => call(operations, view), detached);
  });

  test.each(resizableOnes)('%s', async (_name, make) => {
    await expectRefused((operations) => call(operations, make()), resizable);
  });
});

test.each(detachedOnes.slice(0, 5))('register refuses %s that is detached', (_name, make) => {
  expectThrows(() => mover().register(make() as ArrayBuffer), detached);
});

test.each(resizableOnes)('register refuses %s', (_name, make) => {
  expectThrows(() => mover().register(make() as ArrayBuffer), resizable);
});

class Liar extends Uint8Array {
  override get byteLength(): never {
    throw new Error('asked');
  }
  override get byteOffset(): number {
    return 1 << 30;
  }
  override get length(): number {
    return 1 << 30;
  }
  override get buffer(): ArrayBuffer {
    return new ArrayBuffer(8);
  }
}

type Kind = new (buffer: ArrayBuffer) => DataView;

const kinds = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView],
] as unknown as readonly Kind[];

type Maker = (buffer: ArrayBuffer) => Bytes;

const acceptable: readonly [string, Maker][] = [
  ...kinds.map((Kind): [string, Maker] => [Kind.name, (buffer) => new Kind(buffer)]),
  ['Buffer', (buffer) => Buffer.from(buffer)],
  ['ArrayBuffer', (buffer) => buffer],
  ['a view that may not be extended', (buffer) => Object.preventExtensions(new Uint8Array(buffer))],
  ['a frozen DataView', (buffer) => Object.freeze(new DataView(buffer))],
  ['a frozen ArrayBuffer', (buffer) => Object.freeze(buffer)],
  ['a subclass that lies about itself', (buffer) => new Liar(buffer)],
  [
    'a view without prototype',
    (buffer) => Object.setPrototypeOf(new Uint8Array(buffer), null) as Uint8Array,
  ],
  [
    'a view with properties of its own that lie',
    (buffer) => Object.defineProperty(new Uint8Array(buffer), 'byteLength', { value: 1 << 30 }),
  ],
  [
    'a view of another realm',
    (buffer) => runInNewContext('new Uint8Array(buffer)', { buffer }) as Uint8Array,
  ],
];

test.each(acceptable)('%s is memory like any other', async (_name, make) => {
  const bytes = new Random(51).bytes(64);
  const from = new ArrayBuffer(64);
  const to = new ArrayBuffer(64);
  new Uint8Array(from).set(bytes);
  const dst = make(to);
  // Twice: the second time the library remembers the view.
  for (let time = 0; time < 2; time++) {
    new Uint8Array(to).fill(0);
    expect(await mover().copy(dst, make(from))).toBe(dst);
    expect(Buffer.from(to)).toEqual(bytes);
  }
});

test.each([
  ['SharedArrayBuffer', () => new SharedArrayBuffer(64)],
  ['a view of shared memory', () => new Uint8Array(new SharedArrayBuffer(64))],
  ['a DataView of shared memory', () => new DataView(new SharedArrayBuffer(64))],
  [
    'memory of WebAssembly',
    () =>
      runInNewContext(
        'new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 8, 64)',
      ) as Uint8Array,
  ],
  ['a whole buffer of another realm', () => runInNewContext('new ArrayBuffer(64)') as ArrayBuffer],
  [
    'shared memory of another realm',
    () => runInNewContext('new SharedArrayBuffer(64)') as SharedArrayBuffer,
  ],
  ['a block of a pool', () => new Pool().alloc(64)],
  ['a region', () => mover().register(new ArrayBuffer(64))],
  ['a slice of a region', () => mover().register(new ArrayBuffer(128)).slice(64)],
])('%s', async (_name, make) => {
  const bytes = new Random(53).bytes(64);
  const dst = make();
  expect(await mover().copy(dst as Buffer, bytes)).toBe(dst);
  const back = Buffer.alloc(64);
  await mover().copy(back, dst as Buffer);
  expect(back).toEqual(bytes);
});

test('a view at an odd offset touches only its part', async () => {
  const whole = Buffer.alloc(100, 1);
  await mover().fill(new DataView(whole.buffer, whole.byteOffset + 33, 17), 9);
  expect([...whole]).toEqual([...Array(33).fill(1), ...Array(17).fill(9), ...Array(50).fill(1)]);
});
