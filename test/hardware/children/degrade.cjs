// Work that a device leaves in the lurch. Argument: how.
const { writeFileSync } = require('node:fs');
const { connect } = require('node:net');
const os = require('node:os');
const { join } = require('node:path');
const { setTimeout } = require('node:timers/promises');

function control(command) {
  return new Promise((resolve) => {
    const socket = connect(join(process.env.DATAMOVER_DEVICE_MODEL, 'control.socket'));
    socket.once('data', () => {
      socket.end();
      resolve();
    });
    socket.write(`${command}\n`);
  });
}

/** What becomes of a copy of so many bytes. */
function copy(mover, bytes, options) {
  const source = Buffer.alloc(bytes, 'degrade');
  const target = Buffer.alloc(bytes);
  return mover.copy(target, source, options).then(
    () => (target.equals(source) ? 'right' : 'WRONG'),
    ({ code }) => code,
  );
}

const copies = (mover, count) =>
  Promise.all(Array.from({ length: count }, () => copy(mover, 65536)));

const scenarios = {
  /** All slots are with a device that answers no more. */
  async slots({ open }) {
    const mover = await open({ path: 'auto', depth: 4, timeoutMs: 200 });
    await control('set stuck 1');
    console.log((await copies(mover, 4)).join());
    console.log((await copies(mover, 9)).join());
    await mover.close();
  },

  /** A job in pieces finds its queue disabled. */
  async pieces({ open }) {
    const mover = await open({ path: 'auto', timeoutMs: 200 });
    await control('disable wq0.0');
    console.log(await copy(mover, 8 << 20));
    await mover.close();
  },

  /** The dedicated queue of two is lost to one, while the other has nothing to do. */
  async idle({ open }) {
    const idle = await open({ path: 'auto', timeoutMs: 200 });
    const busy = await open({ path: 'auto', timeoutMs: 200 });
    await control('set stuck 1');
    console.log(await copy(busy, 65536));
    await control('set stuck 0');
    const { descriptors } = busy.stats();
    while (busy.stats().descriptors === descriptors) {
      await copy(busy, 65536);
      await setTimeout(10);
    }
    console.log(await copy(idle, 65536));
    await Promise.all([idle.close(), busy.close()]);
  },

  /** Only one node's queues serve on. */
  async node({ open }) {
    const mover = await open({ path: 'hardware' });
    console.log(await copy(mover, 65536, { numa: 1 }));
    await control('disable wq1.0');
    console.log((await Promise.all([copy(mover, 65536, { numa: 1 }), copies(mover, 2)])).join());
    await mover.close();
  },

  /** The kernel takes no batches, though its release and the device say so. */
  async batches({ open }) {
    writeFileSync(join(process.env.DSA_SYSFS_PATH, 'dsa0/version'), '0x200\n');
    const mover = await open({ path: 'hardware', submit: 'write' });
    console.log((await copies(mover, 8)).join());
    await mover.close();
  },

  /** One copy of the library sleeps while the other is done. */
  async twice(first) {
    for (const name of Object.keys(require.cache)) {
      if (!name.endsWith('.node')) delete require.cache[name];
    }
    const second = require('../../../dist');
    const slow = await first.open({ path: 'hardware', queues: ['wq0.0'] });
    const fast = await second.open({ path: 'hardware', queues: ['wq0.1'] });
    const outcome = copy(slow, 1 << 20);
    console.log(first === second, await copy(fast, 4096), await outcome);
    await Promise.all([slow.close(), fast.close()]);
  },
};

process.on('warning', ({ code }) => console.log(code));
os.release = () => '6.16.0';
scenarios[process.argv[2]](require('../../../dist')).catch((error) => {
  console.error(error);
  process.exit(1);
});
