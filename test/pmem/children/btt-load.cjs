// Opens a block device, compares it with the record of what was written to it, and writes on until it
// is killed: btt-load.cjs IMAGE RECORD SEED. Once it has compared, it says so.
const { BttDevice, pmem, syncMover, threadsMover } = require('../../../dist/index.js');

const [image, record, seed] = process.argv.slice(2);
const BLOCKS = 48;

/** Each block is one writer's: what it holds is the last version that was acknowledged, or a later one. */
async function compare(device, begun, acknowledged) {
  for (let block = 0; block < BLOCKS; block++) {
    const bytes = await device.read(block);
    const version = bytes.readUInt32LE(0);
    const whole = bytes.equals(content(device, version));
    if (whole && version >= acknowledged[block] && version <= begun[block]) {
      // From here on it is known which of both it is.
      acknowledged[block] = begun[block] = version;
      continue;
    }
    throw new Error(
      `block ${block} holds version ${version}${whole ? '' : ' in part'}; ` +
        `acknowledged: ${acknowledged[block]}, begun: ${begun[block]}`,
    );
  }
  const { problems } = await device.check();
  if (problems.length > 0 || device.readOnly) throw new Error(`damaged: ${problems.join('; ')}`);
}

function content(device, version) {
  const bytes = Buffer.alloc(device.blockSize);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return words.fill(version) && bytes;
}

async function write(device, begun, acknowledged, blocks) {
  for (let turn = 0; ; turn++) {
    const block = blocks[turn % blocks.length];
    const version = begun[block] + 1;
    const bytes = content(device, version);
    begun[block] = version;
    // Version 0 is what was never written, or zeroed.
    await device.write(block, bytes);
    acknowledged[block] = version;
  }
}

async function main() {
  const chance = Number(seed);
  const mover = chance % 3 === 0 ? threadsMover({ threads: 1 }) : syncMover();
  const forceGranularity = ['byte', 'cacheline', 'page'][chance % 5] ?? 'page';
  const map = await pmem.map(image, { forceGranularity, mover });
  const notes = await pmem.map(record);
  const begun = new Uint32Array(notes.bytes.buffer, 0, BLOCKS);
  const acknowledged = new Uint32Array(notes.bytes.buffer, 2048, BLOCKS);
  const device = await BttDevice.open(map);
  await compare(device, begun, acknowledged);
  process.stdout.write('ready\n');
  const all = Array.from({ length: BLOCKS }, (_, block) => block);
  await Promise.all(
    [0, 1, 2, 3, 4, 5, 6, 7].map((first) =>
      write(
        device,
        begun,
        acknowledged,
        all.filter((block) => block % 8 === first),
      ),
    ),
  );
}

// It does not outlive whoever was to kill it.
process.stdin.on('end', () => process.exit(2)).resume();

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
