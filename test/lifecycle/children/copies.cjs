// Several copies of the library in one thread: required anew, and run in other contexts.
const assert = require('node:assert');
const { dirname } = require('node:path');
const vm = require('node:vm');
const { runInContext } = require('./in-context.cjs');

const directory = dirname(require.resolve('datamover'));

function requireAnew() {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(directory)) delete require.cache[file];
  }
  return require('datamover');
}

async function main() {
  const contexts = [runInContext(), runInContext()];
  const libraries = [requireAnew(), requireAnew(), ...contexts.map(({ library }) => library)];
  assert.equal(new Set(libraries.map(({ Runtime }) => Runtime.default)).size, libraries.length);
  const [src, dst] = [Buffer.alloc(16 << 20, 3), Buffer.alloc(16 << 20)];
  const quarter = dst.length / libraries.length;
  for (let round = 1; round <= 5; round++) {
    src.fill(round);
    await Promise.all(
      libraries.map(({ mover }, n) => {
        const part = [n * quarter, (n + 1) * quarter];
        return mover.copy(dst.subarray(...part), src.subarray(...part));
      }),
    );
    assert.ok(dst.equals(src));
  }
  // Memory that belongs to another context.
  for (const { library, context } of contexts) {
    const foreign = vm.runInContext('new Uint8Array(100000)', context);
    await libraries[0].mover.fill(foreign, 9);
    assert.equal(await library.mover.crc32c(foreign), await libraries[0].mover.crc32c(foreign));
    assert.equal(foreign[99_999], 9);
  }
  console.log('true');
}

main();
