import { join } from 'node:path';
import { childResult } from '../support/child';
import { newPath } from './files';
import { SIZE } from './btt-file';

// What a program does to the futures of requests harms these alone: others have their results, lanes
// are released, and devices close. What its methods throw is reported, as an uncaught exception.

const program = (harm: string): string => `
  const { BttDevice, pmem } = library;
  const { heldMover } = require(${JSON.stringify(join(__dirname, 'held-mover.ts'))});
  process.on('uncaughtException', () => {});

  /** Names of all that the object has and inherits, but for what every object has. */
  function namesOf(object) {
    const names = new Set();
    for (let at = object; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) names.add(name);
    }
    names.delete('constructor');
    return [...names];
  }

  /** Calls its methods, each more than once, and sets what it has. */
  function callAll(future) {
    const others = [undefined, null, 0, true, new Error('own'), { done: true, poll: () => 1 }];
    for (const name of [...namesOf(future), ...namesOf(future)]) {
      for (const other of others) {
        try {
          if (typeof future[name] !== 'function') future[name] = other;
          else Promise.resolve(future[name](other, other)).catch(() => {});
        } catch {}
      }
    }
  }

  /** Has others in the place of its methods and accessors. */
  function replaceAll(future) {
    let asked = 0;
    const get = () => asked++ % 2 === 0;
    for (const name of namesOf(future)) Object.defineProperty(future, name, { get, set() {}, configurable: true });
  }

  function throwAlways(future) {
    const get = () => { throw new Error('own'); };
    for (const name of namesOf(future)) Object.defineProperty(future, name, { get, set: get, configurable: true });
  }

  const harm = ${harm};
  const { mover, pending } = heldMover();
  const map = await pmem.map(${JSON.stringify(newPath())}, { length: ${String(SIZE)}, create: true });
  const device = await BttDevice.format(map, { lanes: 2, mover });
  const block = (value) => Buffer.alloc(4096, value);
  const begin = () => [
    device.write(0, block(1)),
    device.read(1),
    device.zero(2),
    device.markBad(3),
    device.write(4, block(4), { timeoutMs: 1e5 }),
    device.read(5, undefined, { signal: new AbortController().signal }),
  ];
  const harmed = begin();
  const own = device.write(6, block(6));
  for (const future of harmed) harm(future);
  const held = setInterval(() => pending.splice(0).forEach((end) => end()), 1);
  await own;
  for (const future of begin()) {
    harm(future);
    await device.zero(7);
    harm(future);
  }
  const right = block(6).equals(await device.read(6));
  const { consistent } = await device.check();
  await map.close();
  console.log(JSON.stringify({ right, consistent }));
  process.exit();`;

const harms = ['callAll', 'replaceAll', 'throwAlways', 'Object.freeze'];

test.each(harms)(
  '%s, of futures of requests: others go on, and the device closes',
  async (harm) => {
    expect(await childResult(program(harm))).toEqual({ right: true, consistent: true });
  },
);

// A hook of asynchronous resources runs where a device arranges for what it is to do.
test('a hook that closes the device while a request enters', async () => {
  const states = await childResult<string[]>(`
    const { createHook } = require('node:async_hooks');
    const { BttDevice, pmem } = library;
    const map = await pmem.map(${JSON.stringify(newPath())}, { length: ${String(SIZE)}, create: true });
    const device = await BttDevice.format(map);
    let closed, closing = false;
    const close = () => { if (!closing) { closing = true; closed = device.close(); } };
    await new Promise(setImmediate);
    const hook = createHook({ init: close }).enable();
    const write = device.write(0, Buffer.alloc(4096));
    hook.disable();
    const ends = [write.promise(), closed].map((end) => end.then(() => 'well', ({ code }) => code));
    const late = new Promise((resolve) => setTimeout(resolve, 5000, 'never').unref());
    console.log(JSON.stringify(await Promise.all(ends.map((end) => Promise.race([end, late])))));
    process.exit();`);
  expect(states).toEqual(['well', 'well']);
});
