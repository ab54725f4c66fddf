import { Region } from '../../lib';
import { bytesPositions, good } from './positions';
import { expectRefused, mover, wrongType } from './refusals';

/** Looks like a Uint8Array to whoever trusts properties. */
const fake = {
  byteLength: 64,
  byteOffset: 0,
  length: 64,
  buffer: new ArrayBuffer(64),
  [Symbol.toStringTag]: 'Uint8Array',
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(Buffer.alloc(64), {});
  revoke();
  return proxy;
}

/** As a program has that loads it twice. */
function anotherCopy(): typeof import('../../lib') {
  let library: typeof import('../../lib');
  jest.isolateModules(() => {
    library = jest.requireActual<typeof import('../../lib')>('../../lib');
  });
  return library!;
}

const wrong: readonly [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a boolean', true],
  ['a number', 64],
  ['NaN', NaN],
  ['a bigint', 64n],
  ['a string', 'x'.repeat(64)],
  ['a symbol', Symbol('bytes')],
  ['a function', () => new Uint8Array(64)],
  ['an object', {}],
  ['an array of bytes', Array<number>(64).fill(0)],
  ['a String object', new String('x'.repeat(64))],
  ['a promise', Promise.resolve(Buffer.alloc(64))],
  ['a proxy of a Buffer', new Proxy(Buffer.alloc(64), {})],
  ['a proxy of an ArrayBuffer', new Proxy(new ArrayBuffer(64), {})],
  ['a proxy that was revoked', revoked()],
  ['a proxy of a region', new Proxy(mover().register(Buffer.alloc(64)), {})],
  ['a region of another copy of the library', anotherCopy().syncMover().register(Buffer.alloc(64))],
  ['an object with the prototype of regions', Object.create(Region.prototype)],
  ['an object that looks like a view', fake],
  ['an object that inherits from a view', Object.create(Buffer.alloc(64))],
  ['an object with the prototype of views', Object.create(Uint8Array.prototype)],
  ['an object with the prototype of buffers', Object.create(ArrayBuffer.prototype)],
  ['the Uint8Array class', Uint8Array],
  ['the prototype of views', Uint8Array.prototype],
];

describe.each(bytesPositions)('$name', ({ call }) => {
  test.each(wrong)('%s is refused', async (_name, value) => {
    await expectRefused((operations) => call(operations, value), wrongType);
  });
});

describe('dualcast dsts', () => {
  const src = good();
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a view', good()],
    ['an object', { 0: good(), 1: good(), length: 2 }],
    ['an empty array', []],
    ['one destination', [good()]],
    ['three destinations', [good(), good(), good()]],
    ['an iterable', new Set([good(), good()])],
  ])('%s is refused', async (_name, value) => {
    await expectRefused((operations) => operations.dualcast(value as any, src), wrongType);
  });
});

test('a message names the argument and what came instead', () => {
  const error = (call: (typeof bytesPositions)[number]['call'], value: unknown) => {
    const future = call(mover().futures, value);
    return future.error!.message;
  };
  for (const { name, call } of bytesPositions) {
    const argument = name.split(' ')[1]!;
    expect(error(call, 'text')).toContain(argument);
    expect(error(call, 'text')).toContain('text');
    expect(error(call, null)).toContain('null');
  }
});
