import { childResult } from '../support/child';

// Hooks of promises and of asynchronous resources are code of the program that runs in the midst of the
// library's: wherever it makes a promise, a timer or a microtask, or settles a promise. Whatever such a
// hook does to the same mover, each operation has its own result, and none touches memory that was given
// away.

jest.setTimeout(200_000);

/** What a hook does, once. */
const acts = {
  'begins others': `nested.push(m.copy(Buffer.alloc(300000), large), m.crc32c(bytes)); const f = m.futures.copy(Buffer.alloc(16), bytes); f.poll(); f.poll(); nested.push(f);`,
  'gives turns': `Runtime.default.poll(); for (const future of futures) future.poll();`,
  'takes tickets': `channel.completed(into);`,
  'begins in the channel': `channel.crc32c(region, 0, 16); channel.submit();`,
  cancels: `for (const future of futures) future.cancel();`,
  'gives memory away': `for (const buffer of [gone, goneLarge]) if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer] });
    globalThis.gc({ type: 'minor' }); canaries = Array.from({ length: 16 }, (_, i) => new Uint8Array(i % 2 ? 65536 : 300000));`,
  awaits: `for (const future of futures) nested.push({ promise: () => future.looks }), future.looks = future.promise();`,
  closes: `const closes = m.close(); nested.push({ promise: () => closes });`,
};

const work = (act: string): string => `
  const { createHook } = require('node:async_hooks');
  const { Runtime } = library;
  let count = 0, at = 0, act;
  let inside = false;
  const event = () => { if (inside || act === undefined || ++count !== at) return; inside = true; act(); inside = false; };
  createHook({ init: event, promiseResolve: event }).enable();
  const unhandled = [];
  process.on('unhandledRejection', (error) => { if (typeof error.code !== 'string' && error.name !== 'AbortError') unhandled.push(error.stack); });
  const within = (promise) => { let timer; return Promise.race([promise, new Promise((resolve) => (timer = setTimeout(resolve, 10000, 'PENDING')))]).finally(() => clearTimeout(timer)); };
  const wrong = [];
  const makers = { open: () => open({ path: 'software' }), sync: () => syncMover(), threads: () => threadsMover({ threads: 1 }), tight: () => threadsMover({ threads: 1, ring: 4 }) };
  for (const [name, make] of Object.entries(makers)) {
    // Until there are no more events.
    for (at = 1, count = 1; at <= count && wrong.length === 0; at++) {
      const m = await make();
      const [bytes, large] = [Buffer.from('123456789'.padEnd(16)), Buffer.alloc(300000, 3)];
      const region = m.register(bytes);
      const channel = m.channel({ depth: 8 });
      const into = new Uint32Array(8);
      let [gone, goneLarge, lost, canaries] = [new ArrayBuffer(65536), new ArrayBuffer(300000), new ArrayBuffer(64), []];
      const [futures, nested, results] = [[], [], []];
      const add = (future, good) => { futures.push(future); results.push(good); return future; };
      await new Promise(setImmediate);
      count = 0;
      act = () => { ${act} };
      try {
        const [a, b, c] = [Buffer.alloc(16), Buffer.alloc(16), Buffer.alloc(300000)];
        add(m.futures.copy(a, bytes), () => a.equals(bytes)).poll();
        add(m.futures.fill(gone, 1), () => true).poll();
        add(m.copy(b, bytes), () => b.equals(bytes));
        add(m.crc32c(bytes.subarray(0, 9)), (crc) => crc === 0xe3069283);
        add(m.copy(c, large), () => c.equals(large));
        add(m.fill(goneLarge, 1), () => true);
        add(m.fill(lost, 1), () => true);
        structuredClone(lost, { transfer: [lost] });
        channel.crc32c(region, 0, 16);
        channel.submit();
        const waits = channel.wait();
        nested.push({ promise: () => waits });
        for (const future of futures) future.poll();
        channel.completed(into);
        add(m.batch((batch) => { batch.nop(); batch.fence(); batch.crc32c(bytes); }), ({ ok }) => ok);
        add(m.drain(), () => true);
        const looks = futures.map((future) => future.promise());
        await new Promise(setImmediate);
        await new Promise(setImmediate);
        act = undefined;
        for (const future of [...looks.map((promise, i) => ({ promise: () => promise, good: results[i] })), ...nested]) {
          const value = await within(future.promise().then((value) => value, (error) => error));
          const failed = value instanceof Error;
          const right = value !== 'PENDING' && (failed ? typeof value.code === 'string' && value.code !== 'ERR_MOVER_DEVICE' || value.name === 'AbortError' : future.good?.(value) ?? true);
          if (!right) wrong.push([name, at, failed ? value.stack : String(value)]);
        }
        if (canaries.some((canary) => canary.some((byte) => byte !== 0))) wrong.push([name, at, 'memory']);
        for (let n = 0; n < 3; n++) { channel.completed(into); await new Promise(setImmediate); }
        if (channel.free !== 8) wrong.push([name, at, 'channel']);
      } catch (error) {
        // The mover may be closed.
        if (typeof error.code !== 'string') wrong.push([name, at, error.stack]);
      }
      act = undefined;
      if ((await within(m.close())) === 'PENDING') wrong.push([name, at, 'close']);
    }
  }
  console.log(JSON.stringify([...wrong, ...unhandled]));
  process.exit();`;

test.each(Object.entries(acts))('a hook that %s', async (_name, act) => {
  const wrong = await childResult<unknown[]>(work(act), ['--expose-gc'], { timeoutMs: 150_000 });
  expect(wrong).toEqual([]);
});

test('a method of the language that gives turns, in the midst of what is settled', async () => {
  const crcs = await childResult<unknown[]>(`
    const { Runtime } = library;
    const m = await open({ path: 'software' });
    const bytes = Buffer.from('123456789');
    const push = Array.prototype.push;
    let inside = false;
    Array.prototype.push = function (...items) {
      if (!inside) { inside = true; Runtime.default.poll(); inside = false; }
      return Reflect.apply(push, this, items);
    };
    const begun = Array.from({ length: 4 }, () => m.crc32c(bytes).promise());
    await new Promise(setImmediate);
    Array.prototype.push = push;
    for (let n = 0; n < 4; n++) begun.push(m.crc32c(bytes).promise());
    const late = new Promise((resolve) => setTimeout(resolve, 5000, 'never').unref());
    const ends = begun.map((crc) => Promise.race([crc.catch((error) => error.stack), late]));
    console.log(JSON.stringify(await Promise.all(ends)));
    process.exit();`);
  expect(crcs).toEqual(Array.from({ length: 8 }, () => 0xe3069283));
});

test('a method of the language that gives memory away, when it was looked at', async () => {
  const wrong = await childResult<unknown[]>(
    `
    const m = syncMover();
    const bytes = 300000;
    const [before, after] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 2)];
    const wrong = [];
    for (let at = 1; at <= 12; at++) {
      let count = 0;
      const record = new ArrayBuffer(bytes * 2);
      const min = Math.min;
      let canaries = [];
      Math.min = (...numbers) => {
        if (++count === at && record.byteLength > 0) {
          structuredClone(record, { transfer: [record] });
          globalThis.gc({ type: 'minor' });
          canaries = Array.from({ length: 8 }, () => new Uint8Array(bytes * 2));
        }
        return min(...numbers);
      };
      const future = m.futures.createDelta(before, after, new Uint8Array(record));
      future.poll();
      future.poll();
      Math.min = min;
      if (canaries.some((canary) => canary.some((byte) => byte !== 0))) wrong.push(at);
    }
    console.log(JSON.stringify(wrong));`,
    ['--expose-gc'],
  );
  expect(wrong).toEqual([]);
});
