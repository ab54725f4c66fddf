// The main thread ends with jobs under way, in the manner that the argument names.
const { mover, open, Pool, Runtime } = require('datamover');

const MIB = 1 << 20;
const targets = [256 * MIB, 64 * MIB, ...Array.from({ length: 500 }, (_, n) => n * 100)];

/** Jobs of every kind: executed on the spot, in the pool, and without a slot yet. */
async function begin() {
  const narrow = await open({ depth: 2 });
  const blocks = Array.from({ length: 32 }, () => new Pool().alloc(MIB));
  const futures = [
    ...targets.map((bytes) => mover.fill(new Uint8Array(bytes), 1)),
    ...blocks.map((block) => narrow.fill(block, 1)),
    ...blocks.map((block) => mover.crc32c(block)),
  ];
  for (const future of futures) future.poll();
  return Promise.all(futures);
}

const manners = {
  async exit() {
    void begin();
    setTimeout(() => process.exit(3), 5);
  },
  async throw() {
    void begin();
    setTimeout(() => {
      throw new Error('thrown in mid-flight');
    }, 5);
  },
  async reject() {
    void begin();
    setTimeout(() => Promise.reject(new Error('rejected in mid-flight')), 5);
  },
  /** Nobody polls them, so nobody may wait for them either. */
  async lazy() {
    for (const bytes of targets) mover.futures.fill(new Uint8Array(bytes), 1);
  },
  /** Begun, but not driven by the event loop. */
  async polled() {
    for (const bytes of targets) mover.futures.fill(new Uint8Array(bytes), 1).poll();
  },
  async ref() {
    await begin();
    console.log('done');
  },
  async unref() {
    Runtime.default.unref();
    await begin();
    console.log('done');
  },
  /** Asleep when it loses its hold on the process. */
  async 'unref later'() {
    void begin().then(() => console.log('done'));
    setTimeout(() => Runtime.default.unref(), 5);
  },
  async 'unref, then ref'() {
    Runtime.default.unref();
    void begin().then(() => console.log('done'));
    setTimeout(() => Runtime.default.ref(), 1);
    setTimeout(() => {}, 20);
  },
};

process.on('exit', (code) => process.stdout.write(`exit ${code}\n`));
manners[process.argv[2]]();
