// Contexts come and go, each with a copy of the library, in the main thread and in workers that are
// terminated. Prints how many operations ended well in the main thread. Runs with --expose-gc.
const assert = require('node:assert');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const vm = require('node:vm');
const { isMainThread, parentPort, Worker } = require('node:worker_threads');
const { runInContext } = require('./in-context.cjs');

const CONTEXTS = 5;
const WORKERS = 5;
let ended = 0;

/** Nobody has the context any more, nor its copy of the library, when this returns. */
function passing(number) {
  const { library, context } = runInContext();
  const memory = (bytes) => vm.runInContext(`new Uint8Array(${bytes})`, context);
  const own = library.threadsMover({ threads: 1 });
  for (const [mover, bytes] of [
    [own, 4 << 20],
    [library.mover, 1 << 20],
    [library.mover, 64],
  ]) {
    mover.fill(memory(bytes), number).then((filled) => {
      assert.ok(filled.every((byte) => byte === number));
      ended++;
    });
  }
  own.futures.fill(memory(4 << 20), number).poll();
}

async function main() {
  for (let number = 1; number <= CONTEXTS; number++) {
    passing(number);
    globalThis.gc();
    await sleep(1);
  }
  if (!isMainThread) {
    parentPort.postMessage('busy');
    for (;;) {
      passing(0);
      await sleep(0);
    }
  }
  for (let number = 1; number <= WORKERS; number++) {
    const worker = new Worker(module.filename);
    await once(worker, 'message');
    assert.equal(await worker.terminate(), 1);
  }
  while (ended < 3 * CONTEXTS) await sleep(1);
  globalThis.gc();
  console.log(ended);
}

main();
