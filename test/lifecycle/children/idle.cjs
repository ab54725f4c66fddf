// Prints CPU milliseconds of the main thread during one long operation, CPU milliseconds of the
// whole process while it has nothing to do, and how long after the last operation it ended.
const { readFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { mover, threadsMover } = require('datamover');

const MIB = 1 << 20;

/** The kernel counts in ticks of 10 ms. */
function mainThreadTicks() {
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

const mainThreadMs =
  process.threadCpuUsage === undefined
    ? mainThreadTicks
    : () => {
        const { user, system } = process.threadCpuUsage();
        return (user + system) / 1000;
      };

function processMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function main() {
  const threads = threadsMover({ threads: 1 });
  const target = new Uint8Array(1024 * MIB);
  const busy = { wall: performance.now(), cpu: mainThreadMs() };
  await threads.fill(target, 1);
  busy.wall = performance.now() - busy.wall;
  busy.cpu = mainThreadMs() - busy.cpu;

  await Promise.all(Array.from({ length: 100 }, () => mover.fill(target.subarray(0, MIB), 2)));
  await sleep(300);
  const idle = { wall: performance.now(), cpu: processMs() };
  await sleep(1000);
  idle.wall = performance.now() - idle.wall;
  idle.cpu = processMs() - idle.cpu;

  await Promise.all([mover.fill(target, 3), threads.nop()]);
  const last = performance.now();
  process.on('exit', () => {
    console.log(JSON.stringify({ busy, idle, exitAfter: performance.now() - last }));
  });
}

main();
