// The software engine's own kernels against those of Intel DML's software path, both on the calling
// thread. It needs an addon built with DML: DML_ROOT=/where/it/is npm run build
import { syncMover } from 'datamover';
import { compare } from './measure.mjs';

const KiB = 1024;

/** Work on so many bytes: what `run` gives is a future of one operation. */
const works = {
  copy: (bytes) => {
    const [to, from] = buffers(bytes, bytes);
    return (m) => m.copy(to, from);
  },
  compare: (bytes) => {
    const [a, b] = buffers(bytes, bytes);
    return (m) => m.compare(a, b);
  },
  crc32c: (bytes) => {
    const [data] = buffers(bytes);
    return (m) => m.crc32c(data);
  },
  // One word in 64 differs.
  createDelta: (bytes) => {
    const [before, after] = buffers(bytes, bytes);
    for (let at = 0; at < bytes; at += 512) after[at] ^= 1;
    const record = Buffer.alloc((bytes / 8) * 10);
    return (m) => m.createDelta(before, after, record);
  },
  'dif.insert': (bytes) => {
    const [data] = buffers(bytes);
    const fields = Buffer.alloc((bytes / 512) * 520);
    return (m) => m.dif.insert(fields, data, tags);
  },
  'dif.check': (bytes) => {
    const [data] = buffers(bytes);
    const fields = Buffer.alloc((bytes / 512) * 520);
    finish(own.futures.dif.insert(fields, data, tags));
    return (m) => m.dif.check(fields, tags);
  },
};

const tags = { appTag: 7, refTag: 1 };
const buffers = (...lengths) => lengths.map((length) => Buffer.alloc(length, 'some data'));

function finish(future) {
  future.poll();
  return future.output;
}

/** Calls that take DML about half a millisecond, once both are compiled. */
function repeatsFor(ours, theirs) {
  const warm = performance.now() + 60;
  let milliseconds = 0;
  while (performance.now() < warm) {
    ours();
    const start = performance.now();
    theirs();
    milliseconds = performance.now() - start;
  }
  return Math.max(1, Math.round(0.5 / milliseconds));
}

function measure(name, bytes) {
  const work = works[name](bytes);
  const ours = () => finish(work(own.futures));
  const theirs = () => finish(work(dml.futures));
  const before = dml.stats().software.byIntelDml;
  theirs();
  if (dml.stats().software.byIntelDml === before) throw new Error(`${name} was not done by DML`);
  const { ratio, ...times } = compare(ours, theirs, {
    operations: 1,
    repeats: repeatsFor(ours, theirs),
  });
  const speed = (nanoseconds) => `${(bytes / nanoseconds).toFixed(2)} GB/s`.padStart(12);
  const size = `${bytes / KiB} KiB`.padStart(9);
  const factor = `${(1 / ratio).toFixed(2)}x`.padStart(9);
  console.log(
    `${name.padEnd(12)}${size}  datamover${speed(times.ours)}  Intel DML${speed(times.peer)}${factor}`,
  );
}

let own, dml;
try {
  dml = syncMover({ engine: 'intel-dml' });
  own = syncMover({ engine: 'datamover' });
} catch (error) {
  console.log(`skipped: ${error.message}`);
}
if (dml !== undefined) {
  for (const name of Object.keys(works)) {
    // A delta record reaches no further than 512 KiB.
    const sizes = [4 * KiB, 64 * KiB, (name === 'createDelta' ? 512 : 1024) * KiB];
    for (const bytes of sizes) measure(name, bytes);
  }
  await Promise.all([own.close(), dml.close()]);
}
