// What it costs to keep memory from going while an engine uses it, in nanoseconds: the least of many
// rounds. Run it with the Node that is asked about: node bench/holding.mjs
import { markAsUntransferable } from 'node:worker_threads';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(import.meta.url);
const { addon } = require('../dist/addon.js');
const { hold } = addon();

const ROUNDS = 400;
const BUFFERS = 64;

/** Nanoseconds for each of the buffers, which are made anew for each round. */
function least(bytes, act) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const views = Array.from({ length: BUFFERS }, () => new Uint8Array(new ArrayBuffer(bytes)));
    const held = new Array(BUFFERS);
    const before = process.hrtime.bigint();
    for (let index = 0; index < BUFFERS; index++) held[index] = act(views[index]);
    best = Math.min(best, Number(process.hrtime.bigint() - before));
  }
  return best / BUFFERS;
}

/** Through memory of one's own, for an operation that reads it and one that writes it. */
function bounce(bytes) {
  const own = new Uint8Array(bytes).fill(1);
  const view = new Uint8Array(bytes).fill(1);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.hrtime.bigint();
    own.set(view);
    view.set(own);
    best = Math.min(best, Number(process.hrtime.bigint() - before));
  }
  return best;
}

const rows = {
  'a share in the backing store': least(64, (view) => hold(view)),
  'asking whether it is resizable': least(64, ({ buffer }) => buffer.resizable),
  'asking whether it is detached': least(64, ({ length }) => length !== 0),
  'marking it as untransferable': least(64, ({ buffer }) => markAsUntransferable(buffer)),
};
for (const bytes of [4096, 65_536, 2 ** 20]) rows[`bouncing ${bytes} bytes`] = bounce(bytes);

console.log(`Node ${process.version}, V8 ${process.versions.v8}`);
for (const [name, ns] of Object.entries(rows))
  console.log(name.padEnd(34), ns.toFixed(0).padStart(8));
