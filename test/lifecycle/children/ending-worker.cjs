// A worker thread that ends with jobs under way, in the manner that workerData names.
const { parentPort, workerData } = require('node:worker_threads');
const { mover, Runtime } = require('datamover');

const MIB = 1 << 20;
const targets = [64 * MIB, 64 * MIB, ...Array.from({ length: 200 }, (_, n) => n * 1000)];

const end = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('thrown in mid-flight');
  },
  reject: () => Promise.reject(new Error('rejected in mid-flight')),
  unref: () => Runtime.default.unref(),
  finish: () => {},
};

const futures = targets.map((bytes) => mover.fill(new Uint8Array(bytes), 1));
// Begun, so that an engine is at it.
futures[0].poll();
Promise.all(futures).then(() => parentPort.postMessage('done'));
setTimeout(end[workerData], 1);
