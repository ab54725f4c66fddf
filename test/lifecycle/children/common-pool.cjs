// The main thread works while workers that use the same, process-wide pool come and go.
const assert = require('node:assert');
const { once } = require('node:events');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { mover } = require('datamover');

let passing = true;

async function workers() {
  for (let number = 0; number < 8; number++) {
    const worker = new Worker(join(__dirname, 'busy-worker.cjs'), {
      workerData: number % 2 ? 'large' : 'small',
    });
    await once(worker, 'message');
    await sleep(20);
    await worker.terminate();
  }
  passing = false;
}

async function main() {
  const [src, dst] = [Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)];
  let rounds = 0;
  void workers();
  while (passing) {
    src.fill(++rounds);
    const part = (rounds * 4099) % src.length;
    await Promise.all([
      mover.copy(dst.subarray(0, part), src.subarray(0, part)),
      mover.copy(dst.subarray(part), src.subarray(part)),
    ]);
    assert.ok(dst.equals(src), `round ${rounds}`);
  }
  console.log(JSON.stringify({ rounds }));
}

main();
