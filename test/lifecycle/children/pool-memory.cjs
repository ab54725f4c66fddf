// Ends while an engine works on a pool's memory that was allocated after the engine was opened: in
// the main thread or, with an argument, in a worker.
const { isMainThread, Worker } = require('node:worker_threads');
const { Pool, threadsMover } = require('datamover');

async function work() {
  const mover = threadsMover({ threads: 2 });
  await mover.nop();
  const blocks = Array.from({ length: 8 }, () => new Pool().alloc(32 << 20));
  for (const block of blocks) mover.fill(block, 1).poll();
  // The engines are at it for tens of milliseconds.
  setTimeout(() => process.exit(), 2);
}

if (isMainThread && process.argv[2] !== undefined) new Worker(module.filename);
else work();
