// A mover whose device fails in the middle of the work, and what becomes of the work. At each '---' it
// waits for a file of that name. Argument: the options of open().
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { open } = require('../../../dist');

const source = Buffer.alloc(65536, 'lost and found');
process.on('warning', ({ code }) => console.log(code));

async function pause(name) {
  console.log(`--- ${name}`);
  while (!existsSync(join(process.env.DATAMOVER_DEVICE_MODEL, name))) await setTimeout(5);
}

/** What became of so many copies. */
async function copies(mover, count) {
  const outcomes = {};
  const targets = Array.from({ length: count }, () => Buffer.alloc(source.length));
  await Promise.all(
    targets.map(async (target) => {
      const outcome = await mover.copy(target, source).then(
        () => (target.equals(source) ? 'right' : 'WRONG'),
        ({ code }) => code,
      );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }),
  );
  return JSON.stringify(outcomes);
}

async function main() {
  const mover = await open(JSON.parse(process.argv[2]));
  console.log(await copies(mover, 20));
  await pause('broken');
  console.log(await copies(mover, 20));
  await pause('repaired');
  for (let tries = 0; tries < 400; tries++) {
    const before = mover.stats().descriptors;
    const outcome = await copies(mover, 5);
    if (mover.stats().descriptors > before && outcome === '{"right":5}') break;
    await setTimeout(25);
  }
  console.log(await copies(mover, 20));
  const { inFlight, lost } = mover.stats();
  console.log(JSON.stringify({ inFlight, lost: lost > 0 }));
  await mover.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
