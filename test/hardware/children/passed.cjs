// Two shared queues, one of which is disabled under work that the other takes. At '---' it waits for a file.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { open } = require('../../../dist');

const source = Buffer.alloc(65536, 'passed over');
process.on('warning', ({ code }) => console.log(code));

async function main() {
  const mover = await open({ path: 'hardware' });
  console.log(mover.stats().queues.serving.join());
  console.log('--- broken');
  while (!existsSync(join(process.env.DATAMOVER_DEVICE_MODEL, 'broken'))) await setTimeout(5);
  // Patience: the review comes each 50 ms of the work.
  const end = performance.now() + 20_000;
  let right = true;
  do {
    const targets = [Buffer.alloc(source.length), Buffer.alloc(source.length)];
    await Promise.all(targets.map((target) => mover.copy(target, source)));
    right &&= targets.every((target) => target.equals(source));
  } while (mover.stats().queues.failed.length === 0 && performance.now() < end);
  const { serving, failed } = mover.stats().queues;
  console.log(JSON.stringify({ serving, failed, right }));
  await mover.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
