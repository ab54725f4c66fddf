// Peers that copy in a worker thread of Node.js.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Words of the memory by which main thread and worker agree. */
const Word = { Asked: 0, Done: 1, Count: 2 };

async function start(workerData) {
  const worker = new Worker(new URL('./copying-worker.mjs', import.meta.url), { workerData });
  await once(worker, 'message');
  return worker;
}

/** The worker sleeps in Atomics.wait, the main thread waits in Atomics.waitAsync. */
async function sharedMemory({ buffers, count, bytes, depth, slots }) {
  const control = new Int32Array(new SharedArrayBuffer(4 * Word.Count));
  const memory = { target: buffers.target.whole.buffer, source: buffers.source.whole.buffer };
  const worker = await start({ control, memory, bytes, count });
  return {
    async: true,
    async run() {
      slots.next();
      const asked = (Atomics.add(control, Word.Asked, depth) + depth) | 0;
      Atomics.notify(control, Word.Asked);
      for (let done; (done = Atomics.load(control, Word.Done)) !== asked;) {
        const { async, value } = Atomics.waitAsync(control, Word.Done, done);
        if (async) await value;
      }
    },
    close: () => worker.terminate(),
  };
}

/** Both buffers are transferred to the worker, and back: it has memory of its own. */
async function postMessage({ bytes, depth }) {
  const worker = await start({});
  const free = Array.from({ length: depth }, () => ({
    target: new ArrayBuffer(bytes),
    source: new ArrayBuffer(bytes),
  }));
  let finished;
  worker.on('message', (pair) => {
    free.push(pair);
    if (free.length === depth) finished();
  });
  return {
    async: true,
    otherWork: true,
    run: () =>
      new Promise((resolve) => {
        finished = resolve;
        const pairs = free.splice(0);
        for (const pair of pairs) worker.postMessage(pair, [pair.target, pair.source]);
      }),
    close: () => worker.terminate(),
  };
}

export const workerPeers = {
  'worker, SharedArrayBuffer': sharedMemory,
  'worker, postMessage': postMessage,
};
