// How late a 1 ms timer comes while 4 GiB are moved in jobs of 64 MiB, and what the main thread
// spends on one long job; plain Buffer.copy of the same blocks for comparison.
import { readFileSync } from 'node:fs';
import { open } from 'datamover';

const block = 64 * 2 ** 20;
const jobs = 64;
const source = Buffer.alloc(block, 1);
const targets = [Buffer.alloc(block), Buffer.alloc(block)];
const mover = await open();

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Delays of a 1 ms timer beyond the millisecond, while `work` runs. */
async function delays(name, bytes, work) {
  const late = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  late.sort((a, b) => a - b);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(late, share).toFixed(2));
  const speed = bytes === 0 ? '' : `, ${(bytes / seconds / 1e9).toFixed(1)} GB/s`;
  console.log(`${name}: delay p50 ${p50} ms, p99 ${p99} ms, max ${max} ms${speed}`);
}

/** CPU time of the main thread so far, in clock ticks of 10 ms; Linux only. */
function mainThreadTicks() {
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ')[1];
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return user + system;
}

await Promise.all(targets.map((target) => mover.copy(target, source)));
await delays('idle loop', 0, () => new Promise((resolve) => setTimeout(resolve, 1000)));
await delays('Buffer.copy', jobs * block, async () => {
  for (let job = 0; job < jobs; job++) {
    source.copy(targets[job % 2]);
    await new Promise(setImmediate);
  }
});
await delays('datamover, one job at a time', jobs * block, async () => {
  for (let job = 0; job < jobs; job++) await mover.copy(targets[job % 2], source);
});
await delays('datamover, two jobs at a time', jobs * block, async () => {
  for (let job = 0; job < jobs; job += 2) {
    await Promise.all(targets.map((target) => mover.copy(target, source)));
  }
});

if (process.platform === 'linux') {
  const long = Buffer.alloc(2 ** 30);
  await mover.fill(long, 1);
  const [before, start] = [mainThreadTicks(), performance.now()];
  for (let round = 0; round < 8; round++) await mover.fill(long, round);
  const wall = performance.now() - start;
  const share = ((mainThreadTicks() - before) * 1000) / wall;
  console.log(`main thread during fills of 1 GiB: ${share.toFixed(1)} % of a core`);
}
await mover.close();
