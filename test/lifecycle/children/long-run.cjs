// Does as many operations as the argument says, a few at a time by turns on several engines and in
// several ways, and prints how large the process and its heap were after each tenth, in bytes. Runs
// with --expose-gc.
const assert = require('node:assert');
const { open, syncMover, threadsMover } = require('datamover');
const { loopbackMover } = require('../../../dist/movers/loopback');

/** Operations of one engine in one way before it is another's turn. */
const TURN = 512;
const AT_ONCE = 64;

const source = Buffer.alloc(8192, 7);
const target = Buffer.alloc(8192);

/** Most are small: what is done of itself at each operation counts. */
const lengthOf = (n) => (n % 16 === 0 ? 8192 : 64);
const operands = (n) => [target.subarray(0, lengthOf(n)), source.subarray(0, lengthOf(n))];

/** Ways to do a turn's operations on a mover. */
const ways = {
  async eager(mover) {
    for (let n = 0; n < TURN; n += AT_ONCE) {
      const futures = [];
      for (let i = 0; i < AT_ONCE; i++) futures.push(mover.copy(...operands(i)));
      await Promise.all(futures);
    }
  },
  async 'eager, not kept'(mover) {
    for (let n = 0; n < TURN; n++) {
      mover.crc32c(source.subarray(0, lengthOf(n)));
      if (n % AT_ONCE === AT_ONCE - 1) await mover.drain();
    }
  },
  async lazy(mover) {
    for (let n = 0; n < TURN; n += AT_ONCE) {
      const futures = [];
      for (let i = 0; i < AT_ONCE; i++) futures.push(mover.futures.copy(...operands(i)));
      for (const future of futures) future.poll();
      await Promise.all(futures);
    }
  },
  async 'lazy, not kept'(mover) {
    for (let n = 0; n < TURN; n++) {
      const future = mover.futures.fill(operands(n)[0], 7);
      if (n % 2 === 0) future.poll();
      if (n % AT_ONCE === AT_ONCE - 1) await mover.drain();
    }
  },
  async batch(mover) {
    for (let n = 0; n < TURN; n += AT_ONCE) {
      const { ok } = await mover.batch((batch) => {
        for (let i = 0; i < AT_ONCE; i++) batch.copy(...operands(i));
      });
      assert(ok);
    }
  },
  async channel(mover, { channel, to, from, tickets }) {
    for (let begun = 0, ended = 0; ended < TURN;) {
      while (begun < TURN && channel.free > 0) {
        channel.copy(to, 0, from, 0, lengthOf(begun));
        begun++;
      }
      channel.submit();
      const count = channel.completed(tickets);
      for (let i = 0; i < count; i++) assert.equal(channel.status(tickets[i]), 1);
      ended += count;
      if (count === 0) await channel.wait();
    }
  },
};

async function settled() {
  for (let n = 0; n < 3; n++) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external };
}

async function main() {
  const operations = Number(process.argv[2]);
  const movers = [
    syncMover(),
    threadsMover({ threads: 2 }),
    await open(),
    loopbackMover(),
    loopbackMover({ faultEvery: 7, maxBatch: 8 }),
  ];
  const contexts = movers.map((mover) => ({
    channel: mover.channel({ depth: AT_ONCE }),
    to: mover.register(target),
    from: mover.register(source),
    tickets: new Uint32Array(AT_ONCE),
  }));
  const samples = [];
  const TENTHS = 10;
  let done = 0;
  for (let tenth = 1; tenth <= TENTHS; tenth++) {
    while (done < (operations * tenth) / TENTHS) {
      for (const way of Object.values(ways)) {
        for (const [index, mover] of movers.entries()) {
          await way(mover, contexts[index]);
          done += TURN;
        }
      }
    }
    samples.push(await settled());
  }
  for (const { channel } of contexts) channel[Symbol.dispose]();
  for (const mover of movers) await mover.close();
  console.log(JSON.stringify({ done, samples }));
}

main();
