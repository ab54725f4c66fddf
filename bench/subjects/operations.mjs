// What datamover is asked to do: the buffers of a slot, and how an operation on slot i is begun. `writes`
// names the buffers in which two subjects must leave the same.
const FIELD_BLOCK = 512;
const fields = (bytes) => (bytes / FIELD_BLOCK) * (FIELD_BLOCK + 8);

export const tags = { appTag: 7, refTag: 1 };

/** A delta between slots in which one of `every` words differs; 0: none. */
const delta = (every) => ({
  buffers: (bytes) => ({ before: bytes, after: bytes, record: (bytes / 8) * 10 }),
  writes: [],
  prepare({ after }) {
    if (every > 0) for (let at = 0; at < after.whole.length; at += 8 * every) after.whole[at] ^= 1;
  },
  begin: (mover, { before, after, record }) => {
    return (i) => mover.createDelta(before[i], after[i], record[i]);
  },
});

const twoSources = (bytes) => ({ source: bytes, target: bytes });

export const operations = {
  copy: {
    buffers: twoSources,
    writes: ['target'],
    begin: (mover, { target, source }) => {
      return (i) => mover.copy(target[i], source[i]);
    },
    beginInChannel: (channel, { target, source }, bytes) => {
      return (i) => channel.copy(target, i * bytes, source, i * bytes, bytes);
    },
  },
  fill: {
    buffers: (bytes) => ({ target: bytes }),
    writes: ['target'],
    begin: (mover, { target }) => {
      return (i) => mover.fill(target[i], 7);
    },
    beginInChannel: (channel, { target }, bytes) => {
      return (i) => channel.fill(target, i * bytes, bytes, 7);
    },
  },
  equals: {
    buffers: twoSources,
    writes: [],
    begin: (mover, { source, target }) => {
      return (i) => mover.equals(source[i], target[i]);
    },
  },
  compare: {
    buffers: twoSources,
    writes: [],
    begin: (mover, { source, target }) => {
      return (i) => mover.compare(source[i], target[i]);
    },
  },
  crc32c: {
    buffers: (bytes) => ({ source: bytes }),
    writes: [],
    begin: (mover, { source }) => {
      return (i) => mover.crc32c(source[i]);
    },
    beginInChannel: (channel, { source }, bytes) => {
      return (i) => channel.crc32c(source, i * bytes, bytes);
    },
  },
  copyCrc32c: {
    buffers: twoSources,
    writes: ['target'],
    begin: (mover, { target, source }) => {
      return (i) => mover.copyCrc32c(target[i], source[i]);
    },
  },
  dualcast: {
    aligned: true,
    buffers: (bytes) => ({ source: bytes, target: bytes, second: bytes }),
    writes: ['target', 'second'],
    begin: (mover, { target, second, source }) => {
      return (i) => mover.dualcast([target[i], second[i]], source[i]);
    },
  },
  'createDelta 0 %': delta(0),
  'createDelta 1 %': delta(100),
  'createDelta 50 %': delta(2),
  'dif.insert': {
    buffers: (bytes) => ({ source: bytes, fields: fields(bytes) }),
    writes: ['fields'],
    begin: (mover, { source, fields }) => {
      return (i) => mover.dif.insert(fields[i], source[i], tags);
    },
  },
  'dif.check': {
    buffers: (bytes) => ({ source: bytes, fields: fields(bytes) }),
    writes: [],
    async prepare({ source, fields }, mover) {
      for (let i = 0; i < fields.views.length; i++) {
        await mover.dif.insert(fields.views[i], source.views[i], tags);
      }
    },
    begin: (mover, { fields }) => {
      return (i) => mover.dif.check(fields[i], tags);
    },
  },
  nop: {
    buffers: () => ({}),
    writes: [],
    begin: (mover) => () => mover.nop(),
    beginInChannel: (channel) => () => channel.nop(),
  },
};
