// A worker thread that never ends by itself; what it is busy with is said by workerData.
const { parentPort, workerData } = require('node:worker_threads');
const { mover, open, Pool, syncMover, threadsMover } = require('datamover');

const MIB = 1 << 20;

const busy = {
  /** A few jobs that take long. */
  async large() {
    const [dst, src] = [new Uint8Array(64 * MIB), new Uint8Array(64 * MIB)];
    for (;;) await Promise.all([mover.copy(dst, src), mover.crc32c(src)]);
  },

  /** Many jobs of all sizes around the border between inline and pool. */
  async small() {
    const pairs = Array.from({ length: 500 }, (_, n) => [
      new Uint8Array(n * 100 + 1),
      new Uint8Array(n * 100 + 1),
    ]);
    for (;;) await Promise.all(pairs.map(([dst, src]) => mover.copy(dst, src)));
  },

  /** More jobs than there are slots. */
  async waiting() {
    const narrow = await open({ depth: 2 });
    const targets = Array.from({ length: 64 }, () => new Uint8Array(MIB));
    for (;;) await Promise.all(targets.map((target) => narrow.fill(target, 1)));
  },

  /** One long job, during which the event loop sleeps. */
  async sleeping() {
    const target = new Uint8Array(256 * MIB);
    for (;;) await mover.fill(target, 1);
  },

  /** Jobs that complete in quick succession: the event loop polls. */
  async spinning() {
    const threads = threadsMover({ threads: 1 });
    for (;;) await threads.nop();
  },

  /** The thread is inside the addon most of the time. */
  async calling() {
    const sync = syncMover();
    for (;;) {
      for (let n = 0; n < 1000; n++) sync.futures.nop().poll();
      await new Promise(setImmediate);
    }
  },

  /** Inside the addon for aligned memory, and for memory that it has not seen before. */
  async allocating() {
    for (;;) {
      for (let n = 0; n < 50; n++) {
        const block = new Pool().alloc(100_000);
        void mover.copy(block, new Uint8Array(100_000));
      }
      await mover.drain();
    }
  },

  /** Engines come and go. */
  async opening() {
    for (;;) {
      const passing = threadsMover({ threads: 2 });
      await passing.fill(new Uint8Array(MIB), 1);
      await passing.close();
    }
  },
};

parentPort.postMessage('busy');
busy[workerData]();
