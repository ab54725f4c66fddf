import { Random } from '../support/random';
import { reference } from './reference';

/** CRC-32C as a polynomial division, one bit at a time, most significant bit first. */
function crcByDivision(bytes: Uint8Array, seed: number, reflectData: boolean): number {
  let register = seed;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = (byte >>> (reflectData ? bit : 7 - bit)) & 1;
      const out = (register >>> 31) ^ next;
      register = (register << 1) ^ (out === 1 ? 0x1edc_6f41 : 0);
    }
  }
  return register >>> 0;
}

// The reference is the judge of all engines; these are its own credentials.
test.each([true, false])('CRC-32C is a polynomial division; data reflected: %s', (reflectData) => {
  const random = new Random(99);
  for (let length = 0; length < 70; length++) {
    const bytes = random.bytes(length);
    const seed = random.word();
    expect(reference.crc32c(bytes, { seed, reflectValue: false, reflectData })).toBe(
      crcByDivision(bytes, seed, reflectData),
    );
  }
});

test.each([
  ['123456789', 0xe306_9283],
  ['', 0],
  ['a', 0xc1d0_4330],
  ['\0'.repeat(32), 0x8a91_36aa],
  ['\xff'.repeat(32), 0x62a8_ab43],
])('published CRC-32C of %p', (text, crc) => {
  expect(reference.crc32c(Buffer.from(text, 'latin1'))).toBe(crc);
});

test('comparisons find the first difference', () => {
  const a = Buffer.from([1, 2, 3, 4]);
  expect(reference.compare(a, Buffer.from([1, 2, 9, 9]))).toEqual({
    equal: false,
    offset: 2,
    expected: true,
  });
  expect(reference.comparePattern(a, Uint8Array.of(1, 2), { expect: 'equal' })).toEqual({
    equal: false,
    offset: 2,
    expected: false,
  });
  expect(reference.compare(a, a, { expect: 'equal' })).toEqual({
    equal: true,
    offset: 4,
    expected: true,
  });
});

test.each([
  [false, '4f10face0000abba'],
  [true, '3dabface0000abba'],
])('a published integrity field; guards from ones: %s', (invertSeed, field) => {
  const block = Buffer.from(Uint8Array.from({ length: 512 }, (_, index) => index));
  const fields = Buffer.alloc(520);
  const tags = { appTag: 0xface, refTag: 0xabba };
  expect(reference.dif.insert(fields, block, tags, { invertSeed }).ok).toBe(true);
  expect(fields.toString('hex', 512)).toBe(field);
  expect(reference.dif.check(fields, tags, { invertSeed }).ok).toBe(true);
  fields[514]! ^= 1;
  expect(reference.dif.check(fields, tags, { invertSeed })).toEqual({
    ok: false,
    offset: 0,
    mismatch: ['app'],
  });
});

test('deltas are words and their indices', () => {
  const [before, after] = [Buffer.alloc(24), Buffer.alloc(24)];
  after[17] = 5;
  const made = reference.createDelta(before, after, Buffer.alloc(80));
  expect(made.record.toString('hex')).toBe('02000005000000000000');
  expect(reference.applyDelta(before, made.record).equals(after)).toBe(true);
  expect(() => reference.applyDelta(Buffer.alloc(16), made.record)).toThrow('a bad record');
});
