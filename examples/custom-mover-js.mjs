// An engine of one's own behind a mover: plain JavaScript, which works a slice in every poll.
import { FutureState, Runtime, moverFrom } from 'datamover';

/** Bytes of a slice, a multiple of the eight bytes of a pattern. */
const SLICE = 16 * 1024;

/** What each operation does with the bytes from `begin` to `end`; the output counts in the end. */
const kernels = {
  copy: ({ dst, src }, begin, end) => dst.set(src.subarray(begin, end), begin),
  fill: ({ dst, pattern }, begin, end) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(pattern);
    dst.fill(bytes, begin, end);
  },
  equals: ({ a, b }, begin, end) => a.subarray(begin, end).equals(b.subarray(begin, end)),
};

/** A backend for `moverFrom`. A handle is an operation and how far it has come. */
class SliceEngine {
  name = 'plain JavaScript';
  capabilities = { operations: Object.keys(kernels), depth: 2 };
  #running = 0;

  /** Arguments have been checked by now: the lengths fit, the memory is there. */
  create(op, args) {
    const { length } = args.dst ?? args.a;
    return { kernel: kernels[op], args, length, at: 0, running: false, output: undefined };
  }

  /** False: there are enough under way; the next poll tries again. */
  start(handle) {
    if (this.#running === this.capabilities.depth) return false;
    this.#running++;
    handle.running = true;
    return true;
  }

  check(handle) {
    const { kernel, args, at, length } = handle;
    const end = Math.min(at + SLICE, length);
    handle.output = kernel(args, at, end);
    handle.at = handle.output === false ? length : end;
    return handle.at < length ? FutureState.Running : FutureState.Complete;
  }

  finish(handle) {
    this.drop(handle);
    return handle.output;
  }

  /** Instead of `finish`, for an operation that was cancelled, or failed, or that nobody finished. */
  drop({ running }) {
    if (running) this.#running--;
  }
}

const mover = moverFrom(new SliceEngine());
console.log('mover:', mover.name, [...mover.capabilities.operations]);

// It has both tenses, and checks arguments as all movers do.
const source = Buffer.alloc(100_000, 'JavaScript');
const target = Buffer.alloc(source.length);
await mover.copy(target, source);
console.log('copy:', target.equals(source));
await mover
  .copy(target, source.subarray(1))
  .promise()
  .catch(({ code }) => console.log('copy:', code));
await mover
  .crc32c(source)
  .promise()
  .catch(({ code }) => console.log('crc32c:', code));

// Polled by hand: 7 slices are 7 polls.
const fill = mover.futures.fill(target, 0x0102030405060708n);
let polls = 1;
while (fill.poll() !== FutureState.Complete) polls++;
console.log('fill:', target.readBigUInt64LE(99_992).toString(16), 'polls', polls);

// Two at a time; the others stay idle until there is room.
const futures = Array.from({ length: 4 }, () => mover.futures.equals(source, Buffer.from(source)));
for (const future of futures) future.poll();
console.log(
  'states:',
  futures.map(({ state }) => state),
);
console.log('equals:', await Runtime.default.waitAll(futures));

await mover.close();
