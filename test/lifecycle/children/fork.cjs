// Parent and children use the library at once, with the same data, and say what they computed.
const { fork } = require('node:child_process');
const { once } = require('node:events');
const { mover } = require('datamover');

async function compute() {
  const sums = [];
  const [src, dst] = [Buffer.alloc(4 << 20), Buffer.alloc(4 << 20)];
  for (let round = 1; round <= 20; round++) {
    src.fill(round);
    await mover.copy(dst, src);
    sums.push(await mover.crc32c(dst));
  }
  return sums;
}

async function childSums() {
  const child = fork(module.filename, ['child']);
  const exit = once(child, 'exit');
  const [sums] = await once(child, 'message');
  await exit;
  return sums;
}

async function main() {
  // In use before the first child is born, too.
  const before = mover.crc32c(Buffer.alloc(64 << 20));
  const all = await Promise.all([childSums(), compute(), childSums()]);
  await before;
  console.log(JSON.stringify(all));
}

if (process.argv[2] === 'child') compute().then((sums) => process.send(sums));
else main();
