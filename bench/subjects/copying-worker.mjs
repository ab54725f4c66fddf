// Copies what it is asked for: by counters in shared memory, or by messages with the buffers.
import { parentPort, workerData } from 'node:worker_threads';

function copyByMessage({ target, source }) {
  new Uint8Array(target).set(new Uint8Array(source));
  parentPort.postMessage({ target, source }, [target, source]);
}

function copyByCounter({ control, memory, bytes, count }) {
  const views = (buffer) =>
    Array.from({ length: count }, (_, i) => Buffer.from(buffer, i * bytes, bytes));
  const [targets, sources] = [views(memory.target), views(memory.source)];
  for (let done = 0, next = 0; ;) {
    Atomics.wait(control, 0, done);
    for (const asked = Atomics.load(control, 0); done !== asked; done = (done + 1) | 0) {
      targets[next].set(sources[next]);
      next = (next + 1) % count;
    }
    Atomics.store(control, 1, done);
    Atomics.notify(control, 1);
  }
}

parentPort.postMessage('ready');
if (workerData.control === undefined) parentPort.on('message', copyByMessage);
else copyByCounter(workerData);
