// Useful work while a copy is under way, in both tenses: polled by hand, and awaited.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Notifier, threadsMover } from 'datamover';

const BYTES = 32 * 1024 * 1024;
const PRIMES_BELOW = 20_000;

const mover = threadsMover({ threads: 1 });
const source = Buffer.alloc(BYTES, 'useful');
const target = Buffer.alloc(BYTES);

/** The useful work: counts primes, and lets its caller look up after every hundred numbers. */
function* countPrimes() {
  const composite = new Uint8Array(PRIMES_BELOW);
  let primes = 0;
  for (let number = 2; number < PRIMES_BELOW; number++) {
    if (number % 100 === 0) yield;
    if (composite[number]) continue;
    primes++;
    for (let multiple = number * number; multiple < PRIMES_BELOW; multiple += number) {
      composite[multiple] = 1;
    }
  }
  return primes;
}

// By hand. The future says where its completion will be seen; to look there is to read memory, which
// costs a few nanoseconds, so that one may look often. One more poll takes the result.
const notifier = new Notifier({ poller: true });
const copy = mover.futures.copy(target, source);
copy.poll(notifier);
const primes = countPrimes();
let step = primes.next();
while (!notifier.slot.done) if (!step.done) step = primes.next();
copy.poll();
console.log('by hand: copied', copy.output.equals(source));
while (!step.done) step = primes.next();
console.log('by hand: primes', step.value);

// Awaited. Both go on by themselves, as long as the work leaves the event loop its turns.
async function countInTurns() {
  const primes = countPrimes();
  let step = primes.next();
  for (; !step.done; step = primes.next()) await nextTurn();
  return step.value;
}
target.fill(0);
const [copied, count] = await Promise.all([mover.copy(target, source), countInTurns()]);
console.log('awaited: copied', copied.equals(source));
console.log('awaited: primes', count);

await mover.close();
