import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childResult, runChild } from '../support/child';

// Programs that change the language under the library, each in a process of its own. The library is no
// sandbox; but it does not crash, does not take what nobody gave, and hands out no descriptors.

const lib = (path: string): string => JSON.stringify(join(__dirname, '../../lib', path));

/** Every kind of work, on the movers that there are; what was wrong. */
const work = `
  const bytes = (n, seed) => Buffer.from({ length: n }, (_, i) => (i * seed) & 0xff);
  const wrong = [];
  const check = (what, right) => { if (!right) wrong.push(what); };
  async function useAll(mover, name, n) {
    const [a, b, c] = [bytes(n, 7), bytes(n, 11), bytes(n, 0)];
    const sum = await mover.crc32c(a);
    check(name + ' seed', await mover.crc32c(a.subarray(8), { seed: await mover.crc32c(a.subarray(0, 8)) }) === sum);
    check(name + ' copy', await mover.copy(b, a) === b && Buffer.compare(a, b) === 0);
    check(name + ' view', await mover.copyCrc32c(new DataView(c.buffer, c.byteOffset, n), new Uint16Array(a.buffer, a.byteOffset, n / 2)) === sum);
    check(name + ' equals', await mover.equals(a, c) && (await mover.compare(a, b)).equal);
    await mover.fill(c.subarray(0, 64), 5);
    check(name + ' fill', c[63] === 5 && c[64] === a[64]);
    const { record } = await mover.createDelta(a, c);
    await mover.applyDelta(b, record);
    check(name + ' delta', Buffer.compare(b, c) === 0);
    await mover.dualcast([a, b], c);
    check(name + ' dualcast', Buffer.compare(a, b) === 0);
    const { ok } = await mover.batch((batch) => { batch.fill(a, 1); batch.fence(); batch.copy(b, a); });
    check(name + ' batch', ok && b[n - 1] === 1);
    const sequence = mover.sequence();
    const scratch = sequence.scratch(n);
    sequence.ops.copy(scratch, c);
    sequence.ops.copy(a, scratch);
    await sequence.run();
    check(name + ' sequence', Buffer.compare(a, c) === 0);
    const channel = mover.channel({ depth: 4 });
    const [to, from] = [mover.register(b), mover.register(c)];
    check(name + ' channel', channel.copy(to, 0, from, 0, n) >= 0 && channel.fill(to, 0, 8, 9) >= 0);
    const tickets = new Uint32Array(4);
    let taken = channel.completed(tickets);
    while (taken < 2) { await channel.wait(); taken += channel.completed(tickets); }
    check(name + ' channel copy', b[8] === c[8]);
    const [gone, kept] = [Buffer.alloc(64), Buffer.alloc(64)];
    const lent = new Uint8Array(64);
    const region = mover.register(lent);
    channel.fill(region, 0, 64, 1);
    structuredClone(lent.buffer, { transfer: [lent.buffer] });
    while (channel.completed(tickets) === 0) await channel.wait();
    const pool = new Pool();
    await mover.copy(pool.alloc(64), kept);
    await mover.drain();
  }
  async function useMovers() {
    const loopback = require(${lib('movers/loopback.ts')}).loopbackMover();
    const movers = { sync: syncMover(), threads: threadsMover({ threads: 1 }), open: await open(), mover, loopback };
    for (const name of Object.keys(movers)) {
      await useAll(movers[name], name, 64);
      await useAll(movers[name], name, 65536);
    }
    await Promise.all(Object.values(movers).map((each) => each.close()));
  }`;

/** Names that options have, and names that the library uses inside. */
const names = [
  ...['signal', 'timeoutMs', 'path', 'cache', 'durable', 'readback', 'blockOnFault', 'onFault'],
  ...['numa', 'seed', 'reflectValue', 'reflectData', 'expect', 'keep', 'block', 'invertSeed'],
  ...['depth', 'threads', 'engine', 'queues', 'threshold', 'batching', 'gather', 'max', 'submit'],
  ...['slabBytes', 'align', 'hugepages', 'prefault', 'lock', 'shared', 'drive', 'budget'],
  ...['runtime', 'wake', 'poller', 'spinsBeforeSleep', 'sleepMs'],
  ...['mismatch', 'verb', 'dual', 'partial', 'decides', 'empty', 'succeeded', 'late', 'wakers'],
  ...['unlisten', 'hardware', 'isAdmin', 'plain', 'underWay', 'failed', 'together', 'channel'],
];

test.each([1, 'text', true, { aborted: true }])(
  'Object.prototype has options, %p each: none is taken that nobody gave',
  async (value) => {
    const result = await childResult<unknown>(`${work}
      const names = ${JSON.stringify(names)};
      const { prototype } = Object;
      const calls = { crc: (o) => mover.crc32c(Buffer.from('123456789'), o), nop: (o) => mover.nop(o) };
      const outcome = (future) => Promise.resolve(future).then(
        (result) => result === 0xe3069283 || result === undefined ? 'right' : 'WRONG',
        (error) => /^ERR_INVALID_ARG_(TYPE|VALUE)$/.test(error.code) ? 'refused' : error.code);
      // Node's own loader takes options from there.
      await mover.crc32c(Buffer.alloc(1));
      const found = {};
      const count = (what) => { found[what] = (found[what] ?? 0) + 1; };
      for (const name of names) {
        prototype[name] = ${JSON.stringify(value)};
        for (const call of Object.values(calls)) {
          count('none ' + await outcome(call()));
          count('some ' + await outcome(call({})));
        }
        delete prototype[name];
      }
      for (const name of names) prototype[name] = ${JSON.stringify(value)};
      const all = await outcome(calls.crc());
      for (const name of names) delete prototype[name];
      await useMovers();
      console.log(JSON.stringify({ found: Object.keys(found).sort(), all, wrong }));`);
    expect(result).toEqual({
      found: ['none right', 'some refused', 'some right'],
      all: 'right',
      wrong: [],
    });
  },
);

test('functions on Object.prototype are not called in place of what the library leaves out', async () => {
  const result = await childResult<unknown>(`${work}
    const { moverFrom, FutureState } = library;
    const own = moverFrom({
      name: 'own', capabilities: { operations: ['copy', 'nop'] }, create: () => ({}),
      start: () => true, check: () => FutureState.Complete, finish: () => undefined, close: () => undefined,
    });
    const names = ['plain', 'underWay', 'failed', 'together', 'channel', 'choice', 'measureAll', 'open'];
    names.push('empty', 'succeeded', 'verb', 'partial', 'decides', 'wakers', 'unlisten');
    const called = new Set();
    await mover.crc32c(Buffer.alloc(1));
    for (const name of names) Object.prototype[name] = () => { called.add(name); };
    const [a, b] = [Buffer.alloc(64, 1), Buffer.alloc(64, 2)];
    const { ok } = await own.futures.batch((batch) => { batch.copy(a, b); batch.nop(); });
    const refused = await mover.futures.batch((batch) => { batch.copy(a, null); });
    try { own.channel(); } catch (error) { check(error.code, error.code === 'ERR_MOVER_UNSUPPORTED'); }
    await useMovers();
    for (const name of names) delete Object.prototype[name];
    console.log(JSON.stringify({ ok, refused: refused.ok, called: [...called], wrong }));`);
  expect(result).toEqual({ ok: true, refused: false, called: [], wrong: [] });
});

test('what Math says is not where memory ends', async () => {
  const written = await childResult<unknown>(`
    const m = await open({ path: 'software' });
    await m.nop();
    const bytes = new Uint8Array(16384);
    const written = [];
    for (const name of Object.getOwnPropertyNames(Math)) {
      for (const value of [0, 2 ** 31 - 1, 2 ** 40]) {
        const own = Math[name];
        if (typeof own !== 'function') continue;
        // Not for two numbers, in which Node's own Buffers may believe.
        Math[name] = (...numbers) => (numbers.length === 2 ? Reflect.apply(own, Math, numbers) : value);
        const [to, from] = [m.register(bytes.subarray(0, 64)), m.register(bytes.subarray(4096, 4160).fill(7))];
        Math[name] = own;
        const channel = m.channel({ depth: 4 });
        try { channel.copy(to, 1000, from, 0, 64); channel.submit(); } catch {}
        if (bytes[1000] !== 0) written.push([name, value]);
        bytes[1000] = 0;
      }
    }
    await m.close();
    console.log(JSON.stringify(written));`);
  expect(written).toEqual([]);
});

test('setters on Object.prototype are not handed memory of the library', async () => {
  const result = await childResult<unknown>(`${work}
    const stolen = [];
    for (const name of ['memory', 'address', 'ring', 'claims', 'run']) {
      Object.defineProperty(Object.prototype, name, {
        set(value) { stolen.push(name); Object.defineProperty(this, name, { value, writable: true }); },
        configurable: true,
      });
    }
    await useMovers();
    console.log(JSON.stringify({ stolen, wrong }));`);
  expect(result).toEqual({ stolen: [], wrong: [] });
});

test('setters on Object.prototype are told nothing, and keep nothing from the library', async () => {
  const files = mkdtempSync(join(tmpdir(), 'datamover-hostile-'));
  const result = await childResult<unknown>(`
    const { BttDevice, pmem } = library;
    const told = [];
    const map = (name) => pmem.map(${JSON.stringify(files)} + '/' + name, { length: 2 ** 24, create: true });
    const first = await map('first');
    const found = [];
    const names = ['id', 'memory', 'granularity', 'flushing', 'sync', 'step', 'errno', 'refusal', 'offset',
      'sectorBytes', 'lanes', 'uuid', 'parentUuid', 'layout', 'kernels', 'createTable'];
    const set = (on) => {
      for (const name of names) {
        if (!on) delete Object.prototype[name];
        else Object.defineProperty(Object.prototype, name, {
          configurable: true, get() {}, set(value) { told.push(name, typeof value); },
        });
      }
    };
    set(true);
    const addon = require.cache[Object.keys(require.cache).find((path) => path.endsWith('.node'))].filename;
    const fresh = { exports: {} };
    process.dlopen(fresh, addon);
    const second = await map('second');
    const device = await BttDevice.format(second, { freeBlocks: 2 });
    const damaged = BttDevice.open(first).catch((error) => error.code);
    found.push(await damaged, device.blockSize, device.lanes, typeof fresh.exports.layout);
    second.bytes.writeUInt32LE(9, 2 ** 24 - 8192 + 12);
    Object.defineProperty(Object.prototype, 0, { configurable: true, get() {}, set() {} });
    const { problems } = await device.check();
    delete Object.prototype[0];
    found.push(problems.length, typeof problems[0]);
    await device.close();
    await second.close();
    set(false);
    // Nobody has taken it for the second.
    await first.copy(0, Buffer.from('first'));
    found.push(first.bytes.toString('latin1', 0, 5));
    await first.close();
    console.log(JSON.stringify({ told, found }));`);
  rmSync(files, { recursive: true });
  expect(result).toEqual({
    told: [],
    found: ['ERR_BTT_LAYOUT', 4096, 2, 'object', 2, 'string', 'first'],
  });
});

/**
 * Wraps whatever functions and accessors the language has, and its constructors of views, so that
 * each notes when it sees memory of descriptors, records or rings.
 */
const spies = `
  const native = require(${lib('addon.ts')}).addon();
  const secrets = new WeakSet();
  const { apply, construct, getOwnPropertyDescriptor, defineProperty, ownKeys, getPrototypeOf } = Reflect;
  const bufferOf = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'buffer').get;
  const has = apply.bind(null, WeakSet.prototype.has, secrets);
  const isView = ArrayBuffer.isView;
  for (const name of ['createTable', 'createInlineRing', 'openEngine', 'openHardware']) {
    const original = native[name];
    native[name] = (...given) => {
      const made = original(...given);
      for (const key of ['memory', 'ring', 'claims']) if (made[key]) secrets.add(made[key]);
      return made;
    };
  }
  const seen = {};
  const isSecret = (value) =>
    typeof value === 'object' && value !== null &&
    (has([value]) || (isView(value) && !(value instanceof DataView) && has([apply(bufferOf, value, [])])));
  // Without a call of anything that may be replaced.
  const look = (where, self, given) => {
    if (isSecret(self)) seen[where] = true;
    for (let i = 0; i < given.length; i++) if (isSecret(given[i])) seen[where] = true;
  };
  const spyOn = (object, key, where) => {
    const property = getOwnPropertyDescriptor(object, key);
    if (!property?.configurable) return;
    for (const kind of ['value', 'get', 'set']) {
      const original = property[kind];
      if (typeof original !== 'function' || key === 'constructor') continue;
      property[kind] = function () {
        look(where, this, arguments);
        return new.target ? construct(original, arguments, new.target) : apply(original, this, arguments);
      };
    }
    defineProperty(object, key, property);
  };
  const TypedArray = getPrototypeOf(Uint8Array);
  const classes = { Array, Map, Set, WeakMap, WeakSet, WeakRef, Promise, ArrayBuffer, SharedArrayBuffer,
    DataView, TypedArray, Uint8Array, Buffer, Function, Object, Number, BigInt, String };
  const namespaces = { Atomics, Reflect, Math, Object, Number, Array, ArrayBuffer, Promise, TypedArray };
  function spy() {
    const jobs = [];
    for (const name of Object.keys(classes)) jobs.push([classes[name].prototype, name + '.prototype']);
    for (const name of Object.keys(namespaces)) jobs.push([namespaces[name], name]);
    jobs.push([getPrototypeOf([][Symbol.iterator]()), 'ArrayIterator']);
    for (const [object, where] of jobs) {
      for (const key of ownKeys(object)) {
        if (object === Function.prototype && key === Symbol.hasInstance) continue;
        if (['__proto__', 'Symbol(Symbol.species)', 'length', 'prototype'].includes(String(key))) continue;
        spyOn(object, key, where + '.' + String(key));
      }
    }
    for (const name of ['Int32Array', 'Uint32Array', 'Uint8Array', 'Float64Array', 'DataView']) {
      globalThis[name] = new Proxy(globalThis[name], {
        construct(target, given, to) { look('new ' + name, undefined, given); return construct(target, given, to); },
      });
    }
  }`;

test('replaced functions of the language are not handed memory of the library', async () => {
  const result = await childResult<unknown>(`${work}
    const say = console.log;
    ${spies}
    spy();
    await useMovers();
    say(JSON.stringify({ seen, wrong, spied: isSecret(native.createTable(1).memory) }));
    process.exit(0);`);
  expect(result).toEqual({ seen: {}, wrong: [], spied: true });
});

// The program has the jobs of its choice looked at, in place of those that are executed.
test.each(['open()', 'threadsMover({ threads: 1 })'])(
  'setters at the indices of arrays are handed nothing that decides what is executed: %s',
  async (make) => {
    const result = await childResult<unknown>(`
    const m = await ${make};
    const source = Buffer.alloc(64, 7);
    const other = m.futures.copy(Buffer.alloc(64), source);
    let handed = 0;
    const ranges = [];
    for (let i = 0; i < 200; i++)
      Object.defineProperty(Array.prototype, i, {
        configurable: true,
        get: () => other,
        set(value) {
          handed++;
          if (typeof value?.low === 'number' || typeof value?.probe === 'object') ranges.push(value);
        },
      });
    const gone = new ArrayBuffer(64);
    const region = m.register(gone);
    const channel = m.channel({ depth: 8 });
    const victims = [m.futures.copy(gone, source), m.futures.fill(gone, 1)];
    try { for (let i = 0; i < victims.length; i++) victims[i].poll(); } catch {}
    try { channel.fill(region, 0, 64, 9); } catch {}
    const moved = structuredClone(gone, { transfer: [gone] });
    try { channel.submit(); } catch {}
    for (let n = 0; n < 5; n++)
      for (let i = 0; i < victims.length; i++) { try { victims[i].poll(); } catch {} }
    for (let i = 0; i < 200; i++) delete Array.prototype[i];
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(JSON.stringify({ ranges: ranges.length, touched: Buffer.from(moved).some((byte) => byte !== 0) }));
    process.exit(0);`);
    expect(result).toEqual({ ranges: 0, touched: false });
  },
);

/** What a program may do to the language; the library may refuse to work, or never come to an end. */
const hostilities: Readonly<Record<string, string>> = {
  'indices of arrays swallow': `
    for (let i = 0; i < 64; i++)
      Object.defineProperty(Array.prototype, i, { set() {}, get() {}, configurable: true });`,
  'indices of arrays throw': `
    for (let i = 0; i < 64; i++)
      Object.defineProperty(Array.prototype, i, { set() { throw 1; }, configurable: true });`,
  'indices of objects swallow': `
    for (let i = 0; i < 64; i++)
      Object.defineProperty(Object.prototype, i, { set() {}, get() {}, configurable: true });`,
  'array methods do nothing': `
    for (const name of ['push', 'pop', 'shift', 'splice', 'filter', 'map', 'includes', 'indexOf', 'at'])
      Array.prototype[name] = () => undefined;`,
  'arrays have no iterator':
    'Array.prototype[Symbol.iterator] = () => ({ next: () => ({ done: true }) });',
  'maps and sets do nothing': `
    for (const { prototype } of [Map, Set, WeakMap])
      for (const name of ['get', 'set', 'has', 'add', 'delete']) if (prototype[name]) prototype[name] = () => undefined;`,
  'promises throw': 'Promise.prototype.then = () => { throw new Error("no"); };',
  'typed arrays are of other lengths': `
    for (const name of ['length', 'byteLength', 'byteOffset'])
      Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), name, { get: () => 2 ** 40 });`,
  'buffers are of other lengths, and elsewhere': `
    Object.defineProperty(ArrayBuffer.prototype, 'byteLength', { get: () => 2 ** 40 });
    Object.defineProperty(ArrayBuffer.prototype, 'resizable', { get: () => false });
    Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), 'buffer', { get: () => new ArrayBuffer(8) });`,
  'functions are called otherwise': `
    const { apply } = Reflect;
    Function.prototype.call = function (self, ...given) {
      const result = apply(this, self, given);
      return typeof result === 'number' ? result + 1500 : result;
    };`,
  'every number is an integer': `
    Number.isInteger = Number.isSafeInteger = () => true;
    Math.min = Math.max = Math.abs = () => 0;`,
  'types are told wrong': `
    const { types } = require('node:util');
    for (const name of Object.keys(types)) { try { types[name] = () => true; } catch {} }`,
};

/** Bytes around the operands, which nothing may touch. */
const guarded = `
  const arena = new ArrayBuffer(4096);
  const whole = new Uint8Array(arena);
  whole.fill(0x5a);
  const target = new Uint8Array(arena, 1024, 1024);
  const source = new Uint8Array(arena, 2560, 1024);`;

test.each(Object.keys(hostilities))(
  '%s: nothing crashes, and no other memory is touched',
  async (name) => {
    // It says by its exit code how it went: who knows what else works there.
    const { code, signal } = await runChild(`
    const exit = process.exit.bind(process);
    const now = performance.now.bind(performance);
    ${guarded}
    process.on('uncaughtException', () => {});
    process.on('unhandledRejection', () => {});
    const movers = [syncMover(), threadsMover({ threads: 1 }), mover];
    ${hostilities[name]}
    const end = () => {
      let touched = 0;
      for (let i = 0; i < 4096; i++) if (whole[i] !== 0x5a && (i < 1024 || i >= 2048)) touched++;
      exit(touched === 0 ? 42 : 43);
    };
    const attempts = [
      (m) => m.copy(target, source), (m) => m.fill(target, 1), (m) => m.crc32c(source),
      (m) => m.copy(new DataView(arena, 1024, 1024), source), (m) => m.fill(target.subarray(0, 8), 3),
      (m) => m.fill(m.register(target).slice(NaN, 8), 1), (m) => m.fill(m.register(target).slice(0.5, 8), 1),
      (m) => m.fill(m.register(target).slice(-8, 8), 1),
      (m) => { const c = m.channel(); c.fill(m.register(target), 0, 8, 1); c.submit();
        c.fill(m.register(target), -8, 8, 1); c.submit(); },
      (m) => { const c = m.channel(); c.copy(m.register(target), NaN, m.register(source), 0.5, 8); c.submit(); },
      (m) => m.createDelta(target, source), (m) => m.batch((b) => { b.fill(target, 2); }),
    ];
    for (let round = 0; round < 3; round++)
      for (let each = 0; each < movers.length; each++)
        for (let i = 0; i < attempts.length; i++) {
          try { attempts[i](movers[each]).poll?.(); } catch {}
          try { Runtime.default.poll(); } catch {}
        }
    // Not even timers can be relied on.
    for (const patience = now() + 100; now() < patience;) { try { Runtime.default.poll(); } catch {} }
    end();
  `);
    expect({ signal, code }).toEqual({ signal: null, code: 42 });
  },
);
