import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hook, node, runCommand } from '../support/child';
import { newPath } from '../pmem/files';

// Buffers that the language itself does not write to, and that engines would.

const library = join(__dirname, '../../lib/index.ts');

/** For where the language has none: buffers that say that they are immutable. */
const standIn = `
  const made = new WeakSet();
  Object.defineProperties(ArrayBuffer.prototype, {
    immutable: { configurable: true, get() { return made.has(this); } },
    transferToImmutable: { value() { const buffer = structuredClone(this, { transfer: [this] }); made.add(buffer); return buffer; } },
  });`;

const flag = '--js-immutable-arraybuffer';
const hasImmutable = execFileSync(node, ['--v8-options'], { encoding: 'latin1' }).includes(flag);

const program = `
  (async () => {
  const { BttDevice, pmem, mover, syncMover, threadsMover } = require(${JSON.stringify(library)});
  const outcomes = {};
  const bytes = (n) => Buffer.from(new ArrayBuffer(n)).fill(3);
  const immutable = (n) => bytes(n).buffer.transferToImmutable();
  const [a, b, c] = [bytes(64), bytes(64), bytes(64)];
  const makers = {
    buffer: (n) => immutable(n),
    view: (n) => Buffer.from(immutable(n)),
    part: (n) => new DataView(immutable(n + 8), 8, n),
    'view that was read': (n) => { const view = new Uint8Array(immutable(n)); mover.crc32c(view); return view; },
  };
  const writes = {
    copy: (m, x) => m.copy(x(64), a),
    move: (m, x) => m.move(x(64), a),
    fill: (m, x) => m.fill(x(64), 1),
    'dualcast, first': (m, x) => m.dualcast([x(64), a], b),
    'dualcast, second': (m, x) => m.dualcast([a, x(64)], b),
    copyCrc32c: (m, x) => m.copyCrc32c(x(64), a),
    createDelta: (m, x) => m.createDelta(a, b, x(128)),
    applyDelta: (m, x) => m.applyDelta(x(64), Buffer.alloc(10)),
    'dif.insert': (m, x) => m.dif.insert(x(520), Buffer.alloc(512), {}),
    'dif.strip': (m, x) => m.dif.strip(x(512), Buffer.alloc(520), {}),
    'dif.update': (m, x) => m.dif.update(x(520), Buffer.alloc(520), {}, {}),
    register: async (m, x) => m.register(x(64)),
    batch: async (m, x) => { let member; await m.batch((batch) => { member = batch.copy(x(64), a); }).catch(() => {}); return member; },
    'no bytes': (m, x) => m.copy(x(0), Buffer.alloc(0)),
  };
  const reads = {
    copy: async (m, x) => (await m.copy(Buffer.alloc(64), x(64))).equals(a),
    dualcast: async (m, x) => (await m.dualcast([Buffer.alloc(64), Buffer.alloc(64)], x(64)))[1].equals(a),
    equals: (m, x) => m.equals(x(64), a),
    'equals, second': (m, x) => m.equals(a, x(64)),
    compare: async (m, x) => (await m.compare(a, x(64))).equal,
    crc32c: async (m, x) => await m.crc32c(x(64)) === await m.crc32c(a),
    flush: async (m, x) => await m.flush(x(64)) === undefined,
    createDelta: async (m, x) => (await m.createDelta(x(64), a)).equal,
    pattern: async (m, x) => (await m.fill(Buffer.alloc(64), new Uint8Array(x(64).buffer ?? x(64), 0, 8))).equals(a),
  };
  const threads = threadsMover({ threads: 1 });
  for (const [name, make] of Object.entries(makers)) {
    for (const m of [syncMover(), threads]) {
      for (const [write, call] of Object.entries(writes)) {
        const code = await call(m, make).then(() => 'written', (error) => error.code);
        if (code !== 'ERR_MOVER_BUFFER_IMMUTABLE') outcomes[write + ', ' + name] = code;
      }
      for (const [read, call] of Object.entries(reads)) {
        // Twice: the second time the library knows it.
        const one = make(64);
        for (let time = 0; time < 2; time++) {
          const right = await call(m, () => one).then((is) => is, (error) => error.message);
          if (right !== true) outcomes['read: ' + read + ', ' + name] = right;
        }
      }
    }
  }
  const map = await pmem.map(${JSON.stringify(newPath())}, { length: 2 ** 24, create: true });
  const device = await BttDevice.format(map);
  await device.write(0, immutable(4096));
  outcomes['device.read'] = await device.read(0, immutable(4096)).then(() => 'read', (error) => error.code);
  await map.close();
  await threads.close();
  console.log(JSON.stringify(outcomes));
  })();`;

async function outcomesOf(script: string, ...flags: string[]): Promise<unknown> {
  const { stdout, stderr } = await runCommand([node, ...flags, '-r', hook, '-e', script]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const refused = { 'device.read': 'ERR_MOVER_BUFFER_IMMUTABLE' };

test('what says that it is immutable is read, and never written to', async () => {
  expect(await outcomesOf(`${standIn}${program}`)).toEqual(refused);
});

(hasImmutable ? test : test.skip)('so is what the language knows as immutable', async () => {
  expect(await outcomesOf(program, flag)).toEqual(refused);
});
