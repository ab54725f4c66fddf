// Movers are opened and closed, or dropped; prints the number of the library's threads after each
// step, and checks what was computed.
const assert = require('node:assert');
const { readdirSync, readFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { open, threadsMover } = require('datamover');

const MIB = 1 << 20;

function threads() {
  const names = readdirSync('/proc/self/task').map((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
    } catch {
      return '';
    }
  });
  return names.filter((name) => name === 'datamover').length;
}

/** 100 movers, 10 at a time: half with threads of their own. */
async function passing() {
  let most = 0;
  for (let round = 0; round < 10; round++) {
    const movers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? threadsMover({ threads: 2 }) : open())),
    );
    const targets = movers.map(() => new Uint8Array(MIB));
    const futures = movers.map((mover, n) => mover.fill(targets[n], n + 1));
    for (const future of futures) future.poll();
    most = Math.max(most, threads());
    await Promise.all(movers.map((mover) => mover.close()));
    targets.forEach((target, n) => assert.ok(target.every((byte) => byte === n + 1)));
  }
  return most;
}

async function useAndDrop() {
  const mover = threadsMover({ threads: 1 });
  await mover.fill(new Uint8Array(MIB), 1);
  mover.futures.fill(new Uint8Array(16 * MIB), 1).poll();
}

/** Movers that nobody closes. */
async function dropped() {
  for (let round = 0; round < 10; round++) {
    await useAndDrop();
    globalThis.gc();
    await sleep(1);
  }
}

async function main() {
  const counts = { before: threads() };
  counts.most = await passing();
  await sleep(20);
  counts.after = threads();
  await dropped();
  for (let n = 0; n < 3; n++) {
    globalThis.gc();
    await sleep(20);
  }
  counts.dropped = threads();
  console.log(JSON.stringify(counts));
}

main();
