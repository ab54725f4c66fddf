// Only workers load the library, one after the other: each starts what the last one left.
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

const program = `
  const { parentPort } = require('node:worker_threads');
  const { mover } = require('datamover');
  const target = Buffer.alloc(8 << 20);
  mover.fill(target, 5).then(() => mover.crc32c(target)).then((crc) => parentPort.postMessage(crc));
`;

async function main() {
  const sums = [];
  for (let number = 0; number < 10; number++) {
    const worker = new Worker(program, { eval: true });
    worker.on('message', (sum) => sums.push(sum));
    const [code] = await once(worker, 'exit');
    sums.push(code);
  }
  console.log(JSON.stringify(sums));
}

main();
