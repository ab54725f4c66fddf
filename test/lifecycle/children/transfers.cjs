// Memory under an engine's work loses its owner in the manner that the argument names, and the new
// owner is collected. Prints how the operations ended; null where this Node cannot do it at all or
// not safely. Runs with --expose-gc.
const { once } = require('node:events');
const { MessageChannel, Worker } = require('node:worker_threads');
const { threadsMover } = require('datamover');

const MIB = 1 << 20;

const receiver = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => {
    if (message === 'end') return process.exit();
    message = undefined;
    globalThis.gc();
  });`;

const manners = {
  /** Nobody else ever holds it. */
  dropped: () => () => {},
  clone: () => (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
  /** A message that is never received. */
  port: () => {
    const { port1 } = new MessageChannel();
    return (buffer) => port1.postMessage(buffer, [buffer]);
  },
  worker: () => {
    const worker = new Worker(receiver, { eval: true });
    const take = (buffer) => worker.postMessage(buffer, [buffer]);
    take.end = () => {
      worker.postMessage('end');
      return once(worker, 'exit');
    };
    return take;
  },
  'to nothing': () => (buffer) => void buffer.transfer(0),
  /** With another length, V8 may take the memory over or leave it. */
  resized: () => (buffer) => void buffer.transfer(buffer.byteLength + MIB),
  shrunk: () => (buffer) => void buffer.transfer(1),
};

/** Node 20 has no transfer(); that of Node 22 moves memory in place, under whoever holds it. */
function possible(manner) {
  const major = parseInt(process.versions.node, 10);
  if (manner === 'to nothing') return major >= 22;
  return !['resized', 'shrunk'].includes(manner) || major >= 24;
}

async function main() {
  if (!possible(process.argv[2])) return console.log('null');
  const mover = threadsMover({ threads: 2 });
  const take = manners[process.argv[2]]();
  const ends = {};
  const look = (future) =>
    future.then(
      () => (ends.success = (ends.success ?? 0) + 1),
      ({ code }) => (ends[code] = (ends[code] ?? 0) + 1),
    );
  for (let round = 0; round < 6; round++) {
    // The first jobs hold up the others: those are under way or in line when their memory goes.
    const sizes = [64 * MIB, 64 * MIB, ...Array.from({ length: 60 }, (_, n) => (n + 1) * 20_000)];
    const looks = sizes.map((bytes, n) => {
      let [dst, src] = [new Uint8Array(bytes), new Uint8Array(bytes)];
      const future = n % 3 === 0 ? mover.fill(dst, 7) : mover.copy(dst, src);
      future.poll();
      take(n % 2 ? dst.buffer : src.buffer);
      return look(future);
    });
    globalThis.gc();
    globalThis.gc();
    await Promise.all(looks);
  }
  await take.end?.();
  await mover.close();
  console.log(JSON.stringify(ends));
}

main();
