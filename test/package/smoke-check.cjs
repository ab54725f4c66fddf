const assert = require('node:assert/strict');

/** A checksum by the default mover and a copy by the thread pool, with known results. */
module.exports = async function check({ mover, threadsMover }, how) {
  assert.equal(await mover.crc32c(Buffer.from('123456789')), 0xe3069283);
  const source = Buffer.alloc(1 << 20, 'datamover');
  const destination = Buffer.alloc(source.length);
  const threads = threadsMover();
  await threads.copy(destination, source);
  await threads.close();
  assert.ok(destination.equals(source));
  console.log(`${how} works on Node ${process.version}`);
};
