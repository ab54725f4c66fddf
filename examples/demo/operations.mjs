import { plainCrc } from './crc.mjs';

/** What `fill` repeats; a bigint is eight bytes, little-endian. */
export const PATTERN = 0x0123_4567_89ab_cdefn;

export const patternBytes = Buffer.alloc(8);
patternBytes.writeBigUInt64LE(PATTERN);

/**
 * One round of each operation, by plain Buffer calls and by a mover. A round processes twice the
 * length of the source.
 *
 * `plain` gives the calls to make, one after the other; each blocks the event loop till it returns.
 * `datamover` starts all its operations and gives their futures; the event loop stays free.
 *
 * `given`, `leaves`: what the two targets hold before and must hold afterwards.
 * `answers`: what every call and every future must answer, where the answer matters.
 * `probe`: a further look at the mover's answers, which gives the problem if there is one.
 */
export const operations = [
  {
    name: 'copy',
    given: 'garbage',
    leaves: 'source',
    plain: ({ source, first, second }) => [() => source.copy(first), () => source.copy(second)],
    datamover: (mover, { source, first, second }) => [
      mover.copy(first, source),
      mover.copy(second, source),
    ],
  },
  {
    name: 'compare',
    given: 'source',
    leaves: 'source',
    plain: ({ source, first, second }) => [
      () => Buffer.compare(source, first),
      () => Buffer.compare(source, second),
    ],
    datamover: (mover, { source, first, second }) => [
      mover.compare(source, first).then(({ offset }) => offset),
      mover.compare(source, second).then(({ offset }) => offset),
    ],
    answers: { plain: () => 0, datamover: ({ length }) => length },
    async probe(mover, { source, first }) {
      const at = first.length >> 1;
      first[at] ^= 0x01;
      const { equal, offset } = await mover.compare(source, first);
      if (!equal && offset === at) return undefined;
      return `did not find that byte ${at} differs (equal: ${equal}, offset: ${offset})`;
    },
  },
  {
    name: 'fill',
    given: 'garbage',
    leaves: 'pattern',
    plain: ({ first, second }) => [() => first.fill(patternBytes), () => second.fill(patternBytes)],
    datamover: (mover, { first, second }) => [
      mover.fill(first, PATTERN),
      mover.fill(second, PATTERN),
    ],
  },
  {
    name: 'dualcast',
    given: 'garbage',
    leaves: 'source',
    plain: ({ source, first, second }) => [() => source.copy(first), () => source.copy(second)],
    datamover: (mover, { source, first, second }) => [mover.dualcast([first, second], source)],
  },
  {
    name: 'crc32c',
    given: 'source',
    leaves: 'source',
    plain: ({ source, first }) => [() => plainCrc(source), () => plainCrc(first)],
    datamover: (mover, { source, first }) => [mover.crc32c(source), mover.crc32c(first)],
    answers: { plain: ({ plainCrc }) => plainCrc, datamover: ({ crc32c }) => crc32c },
  },
  {
    name: 'copyCrc32c',
    given: 'garbage',
    leaves: 'source',
    plain: ({ source, first, second }) =>
      [first, second].map((target) => () => {
        source.copy(target);
        return plainCrc(target);
      }),
    datamover: (mover, { source, first, second }) => [
      mover.copyCrc32c(first, source),
      mover.copyCrc32c(second, source),
    ],
    answers: { plain: ({ plainCrc }) => plainCrc, datamover: ({ crc32c }) => crc32c },
  },
];
