// Operands and futures that only the library holds, while the collector runs and what it frees is
// used again at once. Prints how many results were looked at. Runs with --expose-gc.
const assert = require('node:assert');
const { open, syncMover, threadsMover } = require('datamover');

const sizes = [10, 5_000, 20_000, 300_000, 4 << 20];

function litter() {
  globalThis.gc();
  for (const bytes of sizes) new Uint8Array(bytes).fill(0xff);
}

async function main() {
  const sync = syncMover();
  const movers = [threadsMover({ threads: 2 }), await open({ depth: 8 })];
  let results = 0;
  for (let round = 1; round <= 5; round++) {
    for (const mover of movers) {
      const begun = sizes.map((bytes) => {
        mover.fill(new Uint8Array(bytes), 0xff).poll();
        return {
          copy: mover.copy(new Uint8Array(bytes), new Uint8Array(bytes).fill(round)),
          crc: mover.crc32c(new Uint8Array(bytes).fill(round)),
        };
      });
      litter();
      await null;
      litter();
      for (const { copy, crc } of begun) {
        const copied = await copy;
        assert.ok(copied.every((byte) => byte === round));
        assert.equal(await crc, await sync.crc32c(copied));
        results += 2;
      }
    }
  }
  await Promise.all(movers.map((mover) => mover.close()));
  console.log(results);
}

main();
