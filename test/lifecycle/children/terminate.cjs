// Starts groups of workers that are busy with what the arguments name, and terminates them at various
// moments: one in five while it may still be loading the library. Meanwhile this thread is at work on the
// pool that it shares with them.
const assert = require('node:assert');
const { once } = require('node:events');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { mover } = require('datamover');

const [count, together, ...kinds] = process.argv.slice(2);

async function passing(number) {
  const kind = kinds[number % kinds.length];
  const worker = new Worker(join(__dirname, 'busy-worker.cjs'), { workerData: kind });
  worker.on('error', (error) => assert.ifError(error));
  if (number % 5 === 4) {
    await sleep(10 + ((number * 7) % 40));
    await worker.terminate();
  } else {
    await once(worker, 'message');
    await sleep((number * 13) % 50);
    assert.equal(await worker.terminate(), 1);
  }
}

let passed = false;

async function work() {
  const [source, target] = [Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)];
  let round = 0;
  while (!passed) {
    source.fill(++round);
    const part = (round * 4099) % source.length;
    await Promise.all([
      mover.copy(target.subarray(0, part), source.subarray(0, part)),
      mover.copy(target.subarray(part), source.subarray(part)),
    ]);
    assert.ok(target.equals(source), `round ${round}`);
  }
  return round;
}

async function main() {
  const working = work();
  for (let first = 0; first < Number(count); first += Number(together)) {
    await Promise.all(Array.from({ length: Number(together) }, (_, n) => passing(first + n)));
  }
  passed = true;
  assert.ok((await working) > 0);
  assert.equal(mover.stats().inFlight, 0);
  console.log('"all ended"');
}

main();
