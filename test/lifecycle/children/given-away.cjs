// A worker moves memory of the library's into buffers that nothing keeps from being posted, gives these
// away, and ends. Whoever has them goes on using them. Prints what each of their bytes was, and is.
const { once } = require('node:events');
const { rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { isMainThread, parentPort, Worker } = require('node:worker_threads');
const { mover, pmem, Pool } = require('datamover');

const BYTES = 1 << 16;
const path = join(tmpdir(), `given-away-${process.pid}`);

const sumOf = (buffers) =>
  buffers.flatMap((buffer) => [...new Uint8Array(buffer)]).reduce((sum, byte) => sum + byte, 0);

async function give() {
  const pool = new Pool({ slabBytes: BYTES });
  const blocks = Array.from({ length: 4 }, () => pool.alloc(BYTES));
  const maps =
    process.platform === 'win32' ? [] : [await pmem.map(path, { length: BYTES, create: true })];
  const given = [...blocks, ...maps.map(({ bytes }) => bytes)].map((bytes) => {
    bytes.fill(1);
    // Before Node 22 there is no way, and what is posted is a copy.
    return bytes.buffer.transfer?.() ?? bytes.buffer;
  });
  // An operation of its own that goes on, on memory which nobody has any more.
  mover.fill(pool.alloc(BYTES), 2).poll();
  parentPort.postMessage(given, given);
}

async function take() {
  const worker = new Worker(module.filename);
  const ended = once(worker, 'exit');
  const [given] = await once(worker, 'message');
  await ended;
  const held = sumOf(given);
  for (const buffer of given) await mover.fill(buffer, 2);
  console.log(JSON.stringify([held / BYTES / given.length, sumOf(given) / BYTES / given.length]));
  rmSync(path, { force: true });
}

if (isMainThread) take();
else give();
