// A program that waits synchronously, and never returns to the event loop, where Node calls
// finalizers. Prints how much memory it had at most, in MiB; the copies have 2 GiB.
const { Runtime, threadsMover } = require('datamover');

const BYTES = 4 << 20;
const mover = threadsMover({ threads: 1 });
const source = Buffer.alloc(BYTES, 1);
let most = 0;
for (let copies = 0; copies < 512; copies++) {
  Runtime.default.waitSync(mover.futures.copy(Buffer.allocUnsafeSlow(BYTES), source));
  most = Math.max(most, process.memoryUsage.rss());
}
console.log(Math.round(most / 2 ** 20));
process.exit();
