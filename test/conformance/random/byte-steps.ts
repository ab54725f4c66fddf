import fc from 'fast-check';
import { patternBytes } from '../reference';
import { apart, lengths, offsets, options, type Step } from './step';

const patterns = fc.oneof(
  fc.nat(255),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc
    .constantFrom(1, 2, 4, 8)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
);

const expectation = fc.record(
  { expect: fc.constantFrom<'equal' | 'different'>('equal', 'different') },
  { requiredKeys: [] },
);

const crcOptions = fc.record(
  {
    seed: fc.nat(2 ** 32 - 1),
    reflectValue: fc.boolean(),
    reflectData: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** What all operations on bytes have. */
interface Base {
  readonly length: fc.Arbitrary<number>;
  readonly offsets: typeof offsets;
  readonly options: typeof options;
}

type Kind = (base: Base) => fc.Arbitrary<Step>;

const copy: Kind = (base) =>
  fc.record(base).map<Step>(({ length, offsets: at, options: o }) => ({
    name: 'copy',
    ...apart([length, length], at),
    call: (m, dst, src) => m.copy(dst!, src!, o),
  }));

const move: Kind = (base) =>
  fc
    .record({ ...base, distance: fc.integer({ min: -300, max: 300 }) })
    .map<Step>(({ length, offsets: [offset], options: o, distance }) => ({
      name: 'move',
      room: 5000 + length + 1000,
      spans: [
        { at: 300 + offset, length },
        { at: 300 + offset + distance, length },
      ],
      call: (m, dst, src) => m.move(dst!, src!, o),
    }));

const fill: Kind = (base) =>
  fc
    .record({ ...base, pattern: patterns })
    .map<Step>(({ length, offsets: at, options: o, pattern }) => ({
      name: 'fill',
      ...apart([length], at),
      call: (m, dst) => m.fill(dst!, pattern, o),
    }));

const dualcast: Kind = (base) =>
  fc.record(base).map<Step>(({ length, offsets: [first, second], options: o }) => ({
    name: 'dualcast',
    ...apart([length, length, length], [first, first, second]),
    call: (m, a, b, src) => m.dualcast([a!, b!], src!, o),
  }));

const compare: Kind = (base) =>
  fc
    .record({ ...base, expectation, difference: fc.option(fc.nat()) })
    .map<Step>(({ length, offsets: at, options: o, expectation: e, difference }) => {
      const places = apart([length, length], at);
      return {
        name: 'compare',
        ...places,
        set(arena) {
          const [a, b] = places.spans;
          const bytes = Buffer.from(arena.view(a!));
          if (difference !== null && length > 0)
            bytes[difference % length]! ^= 1 + (difference % 255);
          arena.set(b!.at, bytes);
        },
        call: (m, a, b) => m.compare(a!, b!, { ...o, ...e }),
      };
    });

const comparePattern: Kind = (base) =>
  fc
    .record({ ...base, expectation, pattern: patterns, difference: fc.option(fc.nat()) })
    .map<Step>(({ length, offsets: at, options: o, expectation: e, pattern, difference }) => {
      const places = apart([length], at);
      return {
        name: 'comparePattern',
        ...places,
        set(arena) {
          const bytes = Buffer.alloc(length, patternBytes(pattern));
          if (difference !== null && length > 0)
            bytes[difference % length]! ^= 1 + (difference % 255);
          arena.set(places.spans[0]!.at, bytes);
        },
        call: (m, a) => m.comparePattern(a!, pattern, { ...o, ...e }),
      };
    });

const crc32c: Kind = (base) =>
  fc.record({ ...base, crc: crcOptions }).map<Step>(({ length, offsets: at, options: o, crc }) => ({
    name: 'crc32c',
    ...apart([length], at),
    call: (m, src) => m.crc32c(src!, { ...o, ...crc }),
  }));

const copyCrc32c: Kind = (base) =>
  fc.record({ ...base, crc: crcOptions }).map<Step>(({ length, offsets: at, options: o, crc }) => ({
    name: 'copyCrc32c',
    ...apart([length, length], at),
    call: (m, dst, src) => m.copyCrc32c(dst!, src!, { ...o, ...crc }),
  }));

const flush: Kind = (base) =>
  fc.record(base).map<Step>(({ length, offsets: at, options: o }) => ({
    name: 'flush',
    ...apart([length], at),
    call: (m, range) => m.flush(range!, o),
  }));

const kinds = [copy, move, fill, dualcast, compare, comparePattern, crc32c, copyCrc32c, flush];

/** @param length - of operands, in bytes */
export const byteStepsOf = (length: fc.Arbitrary<number>): readonly fc.Arbitrary<Step>[] =>
  kinds.map((kind) => kind({ length, offsets, options }));

export const byteSteps = byteStepsOf(lengths);
