// Beside a device model: copies, so many under way. Prints nanoseconds of one as JSON.
import { open, Pool } from 'datamover';

const [bytes, depth, count] = process.argv.slice(2).map(Number);

const mover = await open({ path: 'hardware' });
const memory = new Pool({ align: 4096, prefault: true }).alloc(2 * bytes * depth, 4096);

/** Begins the next one when the last is complete. */
async function copyOn(at, times) {
  const target = memory.subarray(at, at + bytes);
  const source = memory.subarray(at + bytes, at + 2 * bytes);
  for (let i = 0; i < times; i++) await mover.copy(target, source);
}

await copyOn(0, 1);
const start = performance.now();
await Promise.all(Array.from({ length: depth }, (_, i) => copyOn(2 * bytes * i, count / depth)));
const nanoseconds = ((performance.now() - start) * 1e6) / count;
console.log(JSON.stringify({ nanoseconds }));
await mover.close();
