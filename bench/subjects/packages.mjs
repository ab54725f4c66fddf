// Peers from npm and native peers of the bench's own addon. What is missing is skipped with the reason.
import { createRequire } from 'node:module';
import { eachSlot } from './node.mjs';
import { Skip } from './skip.mjs';

const require = createRequire(new URL('../peers/package.json', import.meta.url));

function load(name, remedy) {
  try {
    return require(name);
  } catch (error) {
    throw new Skip(`${name} cannot be loaded (${error.message.split('\n')[0]}): ${remedy}`);
  }
}

const installed = (name) => load(name, 'npm run bench installs it');

export function benchAddon() {
  return load('../addon/build/Release/bench.node', 'npm run bench builds it with a C++ compiler');
}

function isaL() {
  const { isaL } = benchAddon();
  if (isaL !== undefined) return isaL;
  throw new Skip(
    'ISA-L is missing: sh scripts/install-bench-tools.sh, then npm run bench -- --rebuild',
  );
}

const checksum = (of) => (context) => {
  const crc = of();
  const { source } = context.buffers;
  return eachSlot(context, (i) => {
    context.given.output = crc(source.views[i]);
  });
};

/** Promises of jobs on libuv's pool. */
const asyncWorker = (begin) => (context) => {
  const { depth, slots, buffers } = context;
  const work = begin(benchAddon(), buffers);
  const pending = new Array(depth);
  return {
    async: true,
    async run() {
      const first = slots.next();
      for (let i = 0; i < depth; i++) pending[i] = work(first + i);
      await (depth === 1 ? pending[0] : Promise.all(pending));
    },
  };
};

const asyncWorkers = {
  copy: asyncWorker(({ copyAsync }, { target, source }) => {
    return (i) => copyAsync(target.views[i], source.views[i]);
  }),
  fill: asyncWorker(({ fillAsync }, { target }) => {
    return (i) => fillAsync(target.views[i], 7);
  }),
};

const isaLs = {
  crc32c: checksum(() => isaL().crc32c),
  'dif.insert': (context) => {
    const { insertFields } = isaL();
    const { fields, source } = context.buffers;
    return eachSlot(context, (i) => insertFields(fields.views[i], source.views[i]));
  },
  'dif.check': (context) => {
    const { checkFields } = isaL();
    const { fields } = context.buffers;
    return eachSlot(context, (i) => {
      if (!checkFields(fields.views[i])) throw new Error('ISA-L finds a field bad');
    });
  },
};

export const packagePeers = {
  '@node-rs/crc32': checksum(() => installed('@node-rs/crc32').crc32c),
  'aws-crt': checksum(() => installed('aws-crt').checksums.crc32c),
  'ISA-L': (context) => isaLs[context.operationName](context),
  AsyncWorker: (context) => asyncWorkers[context.operationName](context),
  'empty native call': (context) => {
    const { empty } = benchAddon();
    return { ...eachSlot(context, () => empty()), otherWork: true };
  },
};
