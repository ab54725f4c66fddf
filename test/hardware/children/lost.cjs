// A mover whose device fails in the middle of the work, and what becomes of the work. At each '---' it
// waits for a file of that name. Arguments: the options of open(); `channel`, if one is to do the work.
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

/** Copies to all targets; what each came to: nothing, or the code of an error. */
const ways = {
  futures: (mover, targets) =>
    Promise.all(
      targets.map((target) =>
        mover.copy(target, source).then(
          () => undefined,
          ({ code }) => code,
        ),
      ),
    ),
  async channel(mover, targets) {
    const channel = mover.channel({ depth: targets.length });
    const from = mover.register(source);
    const tickets = targets.map((target) =>
      channel.copy(mover.register(target), 0, from, 0, source.length),
    );
    const codes = new Array(targets.length);
    const done = new Uint32Array(targets.length);
    for (let left = targets.length; left > 0;) {
      await channel.wait();
      const count = channel.completed(done);
      for (const ticket of done.subarray(0, count)) {
        try {
          channel.result(ticket);
        } catch ({ code }) {
          codes[tickets.indexOf(ticket)] = code;
        }
      }
      left -= count;
    }
    return codes;
  },
};
const way = ways[process.argv[3] ?? 'futures'];

/** What became of so many copies. */
async function copies(mover, count) {
  const outcomes = {};
  const targets = Array.from({ length: count }, () => Buffer.alloc(source.length));
  for (const [i, code] of (await way(mover, targets)).entries()) {
    const outcome = code ?? (targets[i].equals(source) ? 'right' : 'WRONG');
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
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
