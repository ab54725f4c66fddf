import { childResult } from '../support/child';

// Programs that cut the library off in its midst, or change its futures, and what comes of the operations
// of others: each must have its own result, none may be written to memory that was given away, and
// closing must come to its end.

jest.setTimeout(100_000);

/** Each movers, each way; then other operations, whose results are known, and canaries. */
const afterwards = (cut: string): string => `
  const vm = require('node:vm');
  process.on('uncaughtException', () => undefined);
  process.on('unhandledRejection', () => undefined);
  const known = { 123456789: 0xe3069283, 'hello world': 0xc99465aa, abc: 0x364b3fb7 };
  const within = (promise, ms = 6000) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, 'PENDING'))]);
  const quiet = (future) => void future.then(undefined, () => undefined);
  const turn = () => new Promise(setImmediate);
  const movers = { open: () => open(), sync: () => syncMover(), threads: () => threadsMover({ threads: 1 }), tight: () => threadsMover({ threads: 1, ring: 4 }) };
  const wrong = [];
  for (const [name, make] of Object.entries(movers)) {
    const m = await make();
    const bytes = Buffer.from('some bytes here!');
    const region = m.register(bytes);
    const channel = m.channel({ depth: 16 });
    const into = new Uint32Array(16);
    for (let round = 0; round < 10; round++) {
      try { ${cut} } catch (error) { wrong.push([name, 'cut', error.stack]); }
      if (round % 3 === 0) await turn();
      for (let ticket = 0; ticket < 40; ticket++) try { channel.status(ticket); channel.result(ticket); } catch { }
      for (const [text, crc] of Object.entries(known)) {
        const got = await within(m.crc32c(Buffer.from(text)));
        if (got !== crc) wrong.push([name, round, text, String(got)]);
      }
      if (wrong.length > 0) break;
      let gone = new ArrayBuffer(65536);
      const fill = m.fill(gone, 0xee);
      structuredClone(gone, { transfer: [gone] });
      gone = undefined;
      globalThis.gc();
      const canaries = Array.from({ length: 16 }, () => new Uint8Array(65536));
      await within(fill.then(() => 'done', () => 'failed'));
      if (canaries.some((canary) => canary.some((byte) => byte !== 0))) wrong.push([name, round, 'canaries']);
    }
    for (let n = 0; n < 5; n++) { channel.completed(into); await turn(); }
    if (channel.free !== 16) wrong.push([name, 'channel', channel.free]);
    if ((await within(m.close())) === 'PENDING') wrong.push([name, 'close', m.stats().inFlight]);
  }
  console.log(JSON.stringify(wrong));
  process.exit();`;

const lazily = `() => { const f = m.futures.copy(Buffer.allocUnsafe(16), bytes); f.poll(); f.poll(); }`;
const inChannel = `() => { channel.crc32c(region, 0, 16); channel.submit(); channel.completed(into); }`;
const eagerly = `() => { quiet(m.copy(Buffer.allocUnsafe(16), bytes)); }`;

const together = `() => { quiet(m.batch((b) => { b.nop(); b.crc32c(bytes); })); quiet(m.drain()); quiet(library.all([m.futures.nop()])); }`;
const byHand = `() => { quiet(m.futures.nop()); library.Runtime.default.poll(); }`;

const cuts: readonly [string, string][] = [
  ...Object.entries({ lazily, inChannel, eagerly, together, byHand }).flatMap(
    ([way, work]): [string, string][] => [
      [
        `a full stack, ${way}`,
        `const work = ${work};
      let left = 60;
      const deeper = () => { try { deeper(); } catch { } if (left-- > 0) work(); };
      try { deeper(); } catch { }`,
      ],
      [
        `the time limit of a script, ${way}`,
        `try { vm.runInNewContext('for (;;) work()', { work: ${work} }, { timeout: 1 + (round % 3) }); } catch { }`,
      ],
    ],
  ),
  [
    'futures that are frozen',
    'for (const f of [m.crc32c(bytes), m.futures.crc32c(bytes), m.batch((b) => { b.nop(); })]) { Object.freeze(f); f.poll(); }',
  ],
  [
    'futures without their methods',
    `for (const f of [m.crc32c(bytes), m.fill(Buffer.alloc(64), 1)]) Object.setPrototypeOf(f, null);`,
  ],
  [
    'futures whose methods throw',
    `const fail = () => { throw new Error('own'); };
    for (const f of [m.crc32c(bytes), m.fill(Buffer.alloc(64), 1)])
      for (const name of ['complete', 'fail', 'stop', 'promise', 'drive']) f[name] = fail;`,
  ],
  [
    'signals whose members throw',
    `const fail = () => { throw new Error('signal'); };
    for (const own of [{ removeEventListener: fail }, { addEventListener: fail }, { get reason() { fail(); } }]) {
      const signal = { aborted: false, reason: undefined, addEventListener() { }, removeEventListener() { } };
      Object.defineProperties(signal, Object.getOwnPropertyDescriptors(own));
      const f = m.crc32c(bytes, { signal });
      const lazy = m.futures.copy(Buffer.alloc(16), bytes, { signal });
      let asked = 0;
      Object.defineProperty(signal, 'aborted', { get() { if (asked++ % 2) fail(); lazy.poll(); return false; } });
      lazy.poll();
      quiet(f);
    }`,
  ],
  [
    'reasons that are revoked proxies',
    `const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const controller = new AbortController();
    for (let n = 0; n < 6; n++) quiet(m.crc32c(bytes, { signal: controller.signal }));
    controller.abort(proxy);`,
  ],
  [
    'expectations with methods of their own',
    `const expect = ['equal'];
    expect.map = () => ({ reduce: () => ({ valueOf() { throw new Error('encode'); } }) });
    quiet(m.createDelta(Buffer.alloc(64), Buffer.alloc(64), undefined, { expect }));`,
  ],
  [
    'wakers that take from the channel',
    `const f = m.futures.nop();
    f.poll(new library.Notifier({ wake() { channel.completed(into); } }));
    channel.crc32c(region, 0, 9);
    channel.submit();
    f.poll();
    channel.completed(into);`,
  ],
];

test.each(cuts)('others are not harmed by %s', async (_name, cut) => {
  expect(await childResult(afterwards(cut), ['--expose-gc', '--stack-size=200'])).toEqual([]);
});

test('what nobody got, since a script was stopped in its midst, is no unhandled rejection', async () => {
  const script = `
    const vm = require('node:vm');
    const strays = [];
    process.on('unhandledRejection', (error) => strays.push(error.message));
    const source = Buffer.alloc(100, 7);
    const target = Buffer.alloc(100);
    const m = await open();
    const works = {
      batch: () => m.batch((b) => { b.copy(target, source); }),
      sequence: () => {
        const s = m.sequence();
        s.ops.copy(target, source);
        s.ops.crc32c(target);
        return s.run();
      },
    };
    for (const work of Object.values(works)) {
      for (let round = 0; round < 60; round++) {
        try { vm.runInNewContext('for (;;) work()', { work: () => { work(); } }, { timeout: 1 }); } catch { }
        await new Promise(setImmediate);
      }
    }
    await m.close();
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    console.log(JSON.stringify(strays));
    process.exit();`;
  expect(await childResult(script)).toEqual([]);
});
