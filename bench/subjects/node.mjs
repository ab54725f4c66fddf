// Peers that come with Node.js: they do their work in the call.
import { crc32 } from 'node:zlib';
import { Skip } from './skip.mjs';

/** Calls `work(i)` for the slots of each gathering. */
export function eachSlot({ depth, slots }, work) {
  return {
    async: false,
    run() {
      for (let i = slots.next(), end = i + depth; i < end; i++) work(i);
    },
  };
}

const copyTo = (context, target) => {
  const { bytes, buffers } = context;
  const { whole: source } = buffers.source;
  return (i) => source.copy(target.whole, i * bytes, i * bytes, i * bytes + bytes);
};

export const nodePeers = {
  'Buffer.copy': (context) => eachSlot(context, copyTo(context, context.buffers.target)),
  'two Buffer.copy': (context) => {
    const first = copyTo(context, context.buffers.target);
    const second = copyTo(context, context.buffers.second);
    return eachSlot(context, (i) => {
      first(i);
      second(i);
    });
  },
  'TypedArray.set': (context) => {
    const { target, source } = context.buffers;
    return eachSlot(context, (i) => target.views[i].set(source.views[i]));
  },
  'Buffer.fill': (context) => {
    const { bytes, buffers } = context;
    const { whole } = buffers.target;
    return eachSlot(context, (i) => whole.fill(7, i * bytes, i * bytes + bytes));
  },
  'Buffer.equals': (context) => {
    const { target, source } = context.buffers;
    return eachSlot(context, (i) => {
      context.given.output = source.views[i].equals(target.views[i]);
    });
  },
  'Buffer.compare': (context) => {
    const { target, source } = context.buffers;
    return eachSlot(context, (i) => {
      context.given.equal = source.views[i].compare(target.views[i]) === 0;
    });
  },
  // Another polynomial: the result is not compared.
  'zlib.crc32': (context) => {
    if (crc32 === undefined) throw new Skip(`Node.js ${process.version} has no zlib.crc32`);
    const { source } = context.buffers;
    return eachSlot(context, (i) => {
      context.given.crc32 = crc32(source.views[i]);
    });
  },
  'an empty function': (context) => eachSlot(context, () => undefined),
  'Atomics.load': (context) => {
    const words = new Int32Array(new SharedArrayBuffer(4 * context.count));
    return eachSlot(context, (i) => {
      context.given.word = Atomics.load(words, i);
    });
  },
};
