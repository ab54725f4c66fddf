// A disk whose transfers are futures: a block device in a file, exported over NBD; see README.md.
import process from 'node:process';
import { Disk } from './disk.mjs';
import { movers, openDevice } from './device.mjs';
import { parse, usage } from './options.mjs';
import { BlockServer } from './server.mjs';
import { Watch } from './watch.mjs';

function given() {
  try {
    return parse(process.argv.slice(2), Object.keys(movers));
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

const uriOf = (address) =>
  typeof address === 'string'
    ? `nbd+unix:///?socket=${encodeURI(address)}`
    : `nbd://${address.address}:${address.port}`;

/** Resolves at the first signal; the second ends the process, as it always does. */
const signalled = () =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve);
  });

async function serve({ where, ...options }) {
  const { device, close } = await openDevice(options);
  try {
    const disk = new Disk(device);
    const { mover } = options;
    const server = new BlockServer(disk, `datamover block device, mover ${mover}`);
    const ends = signalled();
    const address = await server.listen(where);
    console.log(
      `${uriOf(address)} ${disk.size} bytes, blocks of ${disk.blockSize}, mover ${mover}`,
    );
    const watch = new Watch();
    await ends;
    await server.close();
    console.log(watch.summary(server.served));
  } finally {
    await close();
  }
}

try {
  const options = given();
  if (options === undefined) console.log(usage);
  else await serve(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
