// usage: node examples/basic-async.mjs [sync | threads | auto]
// Two copies waited for together, again and again, on a mover of one's choice.
import process from 'node:process';
import { Runtime, open, syncMover, threadsMover } from 'datamover';

const movers = {
  sync: syncMover, //       copies in the first poll
  threads: threadsMover, // copies on threads of its own
  auto: open, //            copies wherever that is fastest
};

const ROUNDS = 5;
const BYTES = 8 * 1024 * 1024; // more than `auto` ever leaves to the calling thread

const choice = process.argv[2] ?? 'auto';
if (!Object.hasOwn(movers, choice)) {
  console.error(`usage: basic-async.mjs [${Object.keys(movers).join(' | ')}]`);
  process.exit(2);
}

const mover = await movers[choice]();
const runtime = new Runtime();
const source = Buffer.alloc(BYTES);
const targets = [Buffer.alloc(BYTES), Buffer.alloc(BYTES)];

for (let round = 1; round <= ROUNDS; round++) {
  source.fill(round);
  // Neither copy begins before the runtime polls it. Those that go on without being polled are
  // begun first, so that they are under way while the others do their work.
  const copies = targets.map((target) => mover.futures.copy(target, source));
  const goOn = copies.every((copy) => copy.has('async'));
  const outputs = await runtime.waitAll(copies);
  const arrived = outputs.every((output) => output.equals(source));
  console.log(`round ${round}: ${goOn ? 'asynchronous' : 'synchronous'}, arrived: ${arrived}`);
}

await runtime.close();
await mover.close();
