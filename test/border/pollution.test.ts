import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childResult } from '../support/child';

// Data that reaches Object.prototype (`__proto__` in JSON) gives every object properties. Whatever name
// the library reads anywhere, what it does is the same, or it refuses an option that nobody gave.

const library = join(__dirname, '../../lib');

/** What the language itself reads of objects that it is given: then nothing works, with or without us. */
const ofTheLanguage = [
  'get',
  'set',
  'value',
  'writable',
  'enumerable',
  'configurable',
  'then',
  'return',
];

/** Names of properties that the library may read, as its text says them; and places in arrays. */
function namesRead(): string[] {
  const names = new Set(['-1', '0', '1', '2']);
  for (const file of readdirSync(library, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.startsWith('cli')) continue;
    const text = readFileSync(join(library, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    for (const [, name] of text.matchAll(/(?:\.|[{,]\s*|['"])([A-Za-z]\w*)\b/g)) names.add(name!);
  }
  return [...names].filter((name) => !(name in {}) && !ofTheLanguage.includes(name));
}

/** Operations of all kinds, each with what it comes to; nothing of Node has its turn meanwhile. */
const operations = `
  const { moverFrom, chain, all, Job, JobOperation, Notifier } = library;
  const own = moverFrom({
    name: 'own',
    capabilities: { operations: ['copy', 'fill', 'nop'] },
    create: (op, args) => ({ op, args }),
    start: () => true,
    check: () => 1,
    finish({ op, args }) {
      if (op === 'copy') args.src.copy(args.dst);
      if (op === 'fill') args.dst.fill(Number(args.pattern & 255n));
    },
    drop: undefined,
    close: undefined,
  });
  const digits = Buffer.from('123456789');
  const source = Buffer.alloc(64, 7);
  const data = Buffer.alloc(512 * 1024 + 16);
  const sum = 0xe3069283;
  const wait = (future) => { if (!future.done) Runtime.default.waitSync(future); return future.output; };
  const failure = (future) => {
    try { if (!future.done) Runtime.default.waitSync(future); } catch {}
    const own = (name) => Object.hasOwn(future.error, name) ? future.error[name] : undefined;
    const details = ['status', 'bytesCompleted', 'fault', 'index'].map(own);
    const right = own('code') === 'ERR_MOVER_DELTA' || details.every((each) => each === undefined);
    return right ? own('code') : JSON.stringify(details);
  };
  let refused = 0;
  function useAll(futures, mover, found) {
    const note = (what, run) => {
      let got;
      try { got = run(); }
      catch (error) {
        const causes = [error, Object.hasOwn(error, 'cause') ? error.cause : error];
        if (causes.some((each) => each?.code === 'ERR_INVALID_ARG_VALUE' && String(each.message).startsWith('Object.prototype has'))) {
          refused++;
          return;
        }
        got = String(error?.stack).slice(0, 300);
      }
      if (got !== true) found.push(what + ': ' + String(got));
    };
    const to = Buffer.alloc(64);
    note('copy', () => wait(futures.copy(to, source)) === to && to.equals(source));
    note('options', () => wait(futures.fill(to, 1, {})) === to && to[63] === 1);
    note('refused', () => failure(futures.copy(to, digits)) === 'ERR_MOVER_LENGTH');
    note('cancelled', () => { const future = futures.copy(to, source); return future.cancel() && future.error.name === 'AbortError'; });
    note('notifier', () => { const future = futures.nop(); future.poll(new Notifier({ wake() {}, poller: true })); return wait(future) === undefined; });
    note('chain', () => wait(chain(futures.copy(to, source)).tap(() => {}).next(() => 5).recover(() => 6).lastly(() => {})) === 5);
    note('chain that fails', () => wait(chain(futures.copy(to, digits)).next(() => 5).recover(() => 6)) === 6);
    note('all', () => wait(all([futures.copy(to, source), futures.nop()])).length === 2);
    note('batch', () => {
      const { ok, completed } = wait(futures.batch((batch) => { batch.copy(to, source); batch.fence(); batch.copy(to, source); }));
      return ok === true && completed === 2;
    });
    note('sequence', () => {
      const sequence = mover.futures.sequence();
      const scratch = sequence.scratch(64);
      sequence.ops.copy(scratch, source);
      sequence.ops.copy(to, scratch);
      sequence.ops.copy(to.subarray(0, 32), to.subarray(32));
      return wait(sequence.run()).steps === 3 && to.equals(source);
    });
    if (mover === own) return;
    note('crc', () => wait(futures.crc32c(digits)) === sum);
    note('compare', () => wait(futures.compare(source, to)).equal === true);
    note('delta', () => wait(futures.createDelta(source, Buffer.alloc(64))).outcome === 'different');
    note('delta that is none', () => failure(futures.applyDelta(to, Buffer.alloc(20, 255))) === 'ERR_MOVER_DELTA' || 'other');
    note('dif', () => wait(futures.dif.insert(Buffer.alloc(520), Buffer.alloc(512), {})).ok === true);
    note('dualcast', () => wait(futures.dualcast([to, Buffer.alloc(64)], source)) !== undefined);
    note('view', () => wait(mover.with().futures.copy(to, source)) === to);
    note('explain', () => mover.explain('copy', 64).path === 'software');
    note('channel', () => {
      const channel = mover.channel();
      const ticket = channel.crc32c(mover.register(digits), 0, 9);
      const into = new Uint32Array(1);
      while (channel.completed(into) === 0);
      const right = channel.result(ticket) === sum;
      channel[Symbol.dispose]();
      return right;
    });
    note('job', () => {
      const job = new Job(mover);
      job.operation = JobOperation.MemMove;
      [job.sourceFirst, job.destinationFirst, job.sourceLength] = [source, to, 64];
      const status = job.executeSync();
      if (status !== 0) throw job.error;
      return true;
    });
    if (mover === opened) return;
    note('delta in windows', () => {
      const { record, outcome } = wait(futures.createDelta(data.subarray(1), data.subarray(0, -1)));
      return outcome === 'equal' && record.length === 0;
    });
    note('closed', () => failure(closed.futures.copy(to, source)) === 'ERR_MOVER_CLOSED');
  }
  const closed = syncMover();
  void closed.close();
  const threads = threadsMover({ threads: 1 });
  const opened = await open();`;

/** Of the child: what `found` has at the end was wrong. */
const searches = `
  const names = ${JSON.stringify(namesRead())};
  const values = [1, null, {}, () => 1].map((value) => ({ value, writable: true }));
  const getters = (name) => ({
    get() { throw new Error('read ' + name); },
    set(value) { Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); },
  });
  const found = {};
  const options = new Set();
  const round = (into) => {
    const sync = syncMover();
    for (const mover of [sync, threads, opened, own]) useAll(mover.futures, mover, into);
    void sync.close();
  };
  // Many names at once, and fewer where that makes a difference, down to the one that does.
  const search = async (names, kind) => {
    const into = [];
    refused = 0;
    for (const name of names) {
      const property = typeof kind === 'function' ? kind(name) : kind;
      Object.defineProperty(Object.prototype, name, { ...property, configurable: true, enumerable: true });
    }
    round(into);
    for (const name of names) delete Object.prototype[name];
    await new Promise(setImmediate);
    if (into.length + refused === 0) return;
    if (names.length === 1) {
      if (refused > 0) options.add(names[0]);
      if (into.length > 0) (found[names[0]] ??= []).push(into[0]);
      return;
    }
    const half = names.length >> 1;
    await search(names.slice(0, half), kind);
    await search(names.slice(half), kind);
  };
  const searchAll = async (kind) => {
    // A name that is refused hides what others do.
    const rest = names.filter((name) => !options.has(name));
    for (const name of options) await search([name], kind);
    for (let at = 0; at < rest.length; at += 256) await search(rest.slice(at, at + 256), kind);
  };`;

test('Object.prototype has something by each name that is read: all works, or says what is wrong', async () => {
  const result = await childResult<unknown>(
    `${operations}
    ${searches}
    let unhandled = '';
    process.on('unhandledRejection', (error) => { unhandled += error.stack; });
    const before = [];
    round(before);
    for (const kind of [...values, getters]) await searchAll(kind);
    console.log(JSON.stringify({ before, found, unhandled, names: names.length > 1000, options: options.size > 10 }));
    process.exit();`,
    [],
    { timeoutMs: 120_000 },
  );
  expect(result).toEqual({ before: [], found: {}, unhandled: '', names: true, options: true });
}, 120_000);
