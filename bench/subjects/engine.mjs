// Engines without JavaScript: descriptors that were written once are executed by one native call for
// each gathering. What this takes is the work, and what an engine has to do for a descriptor.
import { createRequire } from 'node:module';
import { benchAddon } from './packages.mjs';
import { Skip } from './skip.mjs';

const require = createRequire(import.meta.url);
const { addon } = require('../../dist/addon.js');
const { InlineRing } = require('../../dist/jobs/inline-ring.js');
const { JobTable } = require('../../dist/jobs/job-table.js');
const { DataOperations } = require('../../dist/movers/data-operations.js');
const { noSettings } = require('../../dist/movers/options.js');

const SUCCESS = 1;

/** What the operation on each slot is made of; behind the last slot comes the first. */
function operandsOf({ operation, buffers, count, depth }) {
  let last;
  const starter = {
    underWay: undefined,
    plain: undefined,
    operate: (operands) => (last = operands),
    work: () => {
      throw new Skip('one descriptor is not enough for this operation');
    },
    failed: (error) => {
      throw error;
    },
  };
  const views = Object.entries(buffers).map(([name, { views: all }]) => [name, all]);
  const begin = operation.begin(
    new DataOperations(starter, noSettings, 'lazy'),
    Object.fromEntries(views),
  );
  return Array.from({ length: Math.max(count, depth) }, (_, at) => {
    begin(at % count);
    return last;
  });
}

/** A ring that is full of descriptors: `run` executes some, `memory` begins with them. */
function fullRing(all) {
  const native = addon();
  const { createInlineRing } = native;
  let made;
  native.createInlineRing = (...values) => (made = createInlineRing(...values));
  const ring = new InlineRing(all.length, new JobTable(64).id);
  native.createInlineRing = createInlineRing;
  for (const operands of all) {
    const { operation, flags, length } = operands;
    const at = ring.prepare(operation.opcode, flags, length);
    operation.encode(ring.words, at, operands);
    ring.commit();
  }
  return { records: ring.records, ...made };
}

/** @param executorOf - gives, of a ring, what executes so many of its descriptors from one on */
const engine = (executorOf) => (context) => {
  const { depth, slots, given } = context;
  const all = operandsOf(context);
  const ring = fullRing(all);
  const execute = executorOf(ring);
  return {
    async: false,
    run() {
      const first = slots.next();
      execute(first, depth);
      given.last = first + depth - 1;
    },
    close() {
      const { operation } = all[given.last];
      if (ring.records.status(given.last) !== SUCCESS)
        throw new Error(
          `${operation.name} has failed, with status ${ring.records.status(given.last)}`,
        );
    },
  };
};

export const engineSubjects = {
  engine: engine(({ run }) => run),
  'Intel DML, engine': engine(({ memory }) => {
    const { executeByDml } = benchAddon().loops;
    if (executeByDml === undefined)
      throw new Skip('Intel DML is missing: DML_ROOT=/where/it/is npm run bench -- --rebuild');
    return (first, count) => {
      if (!executeByDml(memory, first, count)) throw new Skip('Intel DML leaves this to others');
    };
  }),
};

/** A native loop of a library over the slots of two buffers. */
const loop = (library, remedy) => (context) => {
  const { depth, slots, buffers, given, operationName, count } = context;
  const work = benchAddon().loops[library]?.[operationName];
  if (work === undefined) throw new Skip(remedy);
  const [a, b = a] = arranged(buffers);
  const each = ({ whole }) => whole.length / count;
  return {
    async: false,
    run() {
      const result = work(a.whole, each(a), b.whole, each(b), slots.next(), depth);
      if (operationName === 'dif.check' && result !== 1) throw new Error('a field is found bad');
      if (operationName === 'crc32c') given.output = result;
    },
  };
};

/** What is written to first. */
const arranged = ({ target, fields, source }) =>
  [target, fields, source].filter((buffer) => buffer !== undefined);

export const loopPeers = {
  'C library': loop('libc', 'the C library has no such function'),
  'ISA-L, loop': loop(
    'isaL',
    'ISA-L is missing: sh scripts/install-bench-tools.sh, then npm run bench -- --rebuild',
  ),
};
