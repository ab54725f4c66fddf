// Processes that use the same queues. Argument: which; prints how many copies came out right in each.
const { fork } = require('node:child_process');
const cluster = require('node:cluster');
const { once } = require('node:events');
const { setTimeout } = require('node:timers/promises');
const { open } = require('../../../dist');

const COPIES = 50;

async function copies(mover, text) {
  const source = Buffer.alloc(10_000, text);
  const targets = Array.from({ length: COPIES }, () => Buffer.alloc(source.length));
  await Promise.all(targets.map((target) => mover.copy(target, source)));
  return targets.filter((target) => target.equals(source)).length;
}

/** A queue whose owner was killed may take a moment to be free. */
async function openSoon() {
  for (;;) {
    try {
      return await open({ path: 'hardware' });
    } catch (error) {
      if (!error.message.includes('EBUSY')) throw error;
      await setTimeout(5);
    }
  }
}

const said = async (child) => (await once(child, 'message'))[0];
const ended = async (child) => (await once(child, 'exit'))[1] ?? 'by itself';

const roles = {
  /** Opens the queues for itself, and says what it did. */
  async child() {
    const mover = await openSoon();
    process.send(await copies(mover, `process ${process.pid}`));
    await mover.close();
    process.disconnect();
  },

  /** Never ends. */
  async busy() {
    const mover = await openSoon();
    for (let round = 0; ; round++) {
      await copies(mover, 'busy');
      if (round === 3) process.send('busy');
    }
  },

  /** Children of both kinds are born while their parent is at work. */
  async together() {
    const mover = await open({ path: 'hardware' });
    const mine = copies(mover, 'before');
    const children = [
      ...[1, 2].map(() => fork(module.filename, ['child'])),
      ...[1, 2].map(() => cluster.fork()),
    ];
    const answers = children.map((child) =>
      Promise.all([said(child), ended(child.process ?? child)]),
    );
    const all = [await mine, ...(await Promise.all(answers)), await copies(mover, 'again')];
    await mover.close();
    return all;
  },

  /** Each worker is killed in the middle of its work, and has a successor on the same queue. */
  async successors() {
    const ends = [];
    for (let n = 0; n < 3; n++) {
      const worker = cluster.fork();
      await said(worker);
      worker.process.kill('SIGKILL');
      ends.push(await ended(worker.process));
    }
    const mover = await openSoon();
    return [...ends, await copies(mover, 'last')];
  },
};

async function main() {
  const [, , role] = process.argv;
  if (role === 'successors') cluster.setupPrimary({ args: ['busy'] });
  else if (role === 'together') cluster.setupPrimary({ args: ['child'] });
  const result = await roles[role]();
  if (result === undefined) return;
  console.log(JSON.stringify(result));
  process.exit();
}

main();
