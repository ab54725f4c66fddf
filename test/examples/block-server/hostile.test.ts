import { readFileSync } from 'node:fs';
import { Random } from '../../support/random';
import { serverForAll } from './block-server';
import { infoRequest, NbdClient, option, READ, request, WRITE } from './nbd-client';

// Clients that do not keep to the protocol: each is cut off or refused, and others are served meanwhile.

const MiB = 1024 * 1024;

const place = serverForAll('--mover', 'threads');
const where = { path: place.socket };

let witness: NbdClient;
const mark = Buffer.from('still here');
beforeAll(async () => {
  witness = await NbdClient.open(where);
  await witness.write(63 * MiB, mark);
});
afterEach(async () => {
  expect(await witness.read(63 * MiB, mark.length)).toEqual(mark);
});
afterAll(() => witness.disconnect());

const clientFlags = Buffer.from([0, 0, 0, 3]);
const go = option(7, infoRequest('', []));

/** Sends bytes to a new connection. */
function sent(...bytes: Buffer[]): NbdClient {
  const client = new NbdClient(where);
  client.socket.write(Buffer.concat(bytes));
  return client;
}

const hugeOption = Buffer.from(go.subarray(0, 16));
hugeOption.writeUInt32BE(0xffff_ffff, 12);

test.each([
  ['flags that nobody knows', [Buffer.from('ffffffff', 'hex')]],
  ['no option', [clientFlags, Buffer.alloc(64, 'garbage')]],
  ['an option with more data than names have', [clientFlags, hugeOption]],
  ['no request', [clientFlags, go, Buffer.alloc(28, 'garbage')]],
  ['more data than may be', [clientFlags, go, request(WRITE, 0n, { length: 32 * MiB + 1 })]],
])('is cut off: %s', async (_name, bytes) => {
  await sent(...bytes).closed();
});

test.each([
  ['in its flags', [clientFlags.subarray(0, 2)]],
  ['in an option', [clientFlags, go.subarray(0, 10)]],
  ['in the data of an option', [clientFlags, go.subarray(0, 20)]],
  ['in a request', [clientFlags, go, request(READ, 0n).subarray(0, 27)]],
  ['in the data of a write', [clientFlags, go, request(WRITE, 0n, { length: 4096 }), mark]],
])('goes %s', async (_name, bytes) => {
  const client = sent(...bytes);
  client.socket.end();
  await client.closed();
});

test('a write whose data does not all come is none', async () => {
  const before = await witness.read(0, 4096);
  const client = sent(clientFlags, go, request(WRITE, 0n, { length: 4096 }), Buffer.alloc(4095, 1));
  client.socket.end();
  await client.closed();
  expect(await witness.read(0, 4096)).toEqual(before);
});

test('goes with requests under way', async () => {
  const requests = Array.from({ length: 100 }, (_, at) =>
    request(WRITE, BigInt(at), { offset: at * 4096, data: Buffer.alloc(4096, at) }),
  );
  for (let round = 0; round < 10; round++) {
    const client = sent(clientFlags, go, ...requests);
    await client.take(18);
    client.socket.destroy();
  }
});

test('one that half closes has its replies all the same', async () => {
  const client = sent(clientFlags, go, request(READ, 5n, { length: 3 }));
  client.socket.end();
  // The greeting, information and acknowledgement, a reply.
  const all = await client.take(18 + 20 + 12 + 20 + 16 + 3);
  expect(all?.readBigUInt64BE(18 + 20 + 12 + 20 + 8)).toBe(5n);
  await client.closed();
});

/** Of memory that a process has, in MiB. */
function residentMiB(): number {
  const pids = readFileSync('/proc/self/task/' + String(process.pid) + '/children', 'utf8');
  const statuses = pids
    .trim()
    .split(' ')
    .map((pid) => readFileSync(`/proc/${pid}/status`, 'utf8'));
  const sizes = statuses.map((text) => Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0));
  return Math.max(...sizes) / 1024;
}

test('one that reads no replies is read no more requests', async () => {
  const client = await NbdClient.open(where);
  const before = process.platform === 'linux' ? residentMiB() : 0;
  client.pause();
  const replies = Array.from({ length: 120 }, (_, at) =>
    client.request(READ, { offset: (at % 63) * MiB, length: MiB }),
  );
  // Others go on.
  for (let at = 0; at < 50; at++) await witness.read(63 * MiB, mark.length);
  // 120 MiB were asked for.
  if (process.platform === 'linux') expect(residentMiB() - before).toBeLessThan(80);
  client.resume();
  const errors = (await Promise.all(replies)).map((reply) => reply?.error);
  expect(errors).toEqual(new Array(120).fill(0));
  await client.disconnect();
});

test('garbage of all kinds', async () => {
  const random = new Random(2026);
  // None of what is left of these writes where the witness looks.
  const good = Buffer.concat([
    clientFlags,
    option(6, infoRequest('', [0, 3])),
    go,
    request(READ, 1n, { length: 4096 }),
    request(WRITE, 2n, { data: Buffer.alloc(512, 1) }),
    request(READ, 3n, { length: 4096 }),
  ]);
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(good.subarray(0, 1 + random.below(good.length)));
    for (let flips = random.below(4); flips > 0; flips--) {
      // Bytes of an offset or a length may lead to the witness: these are left alone.
      const at = random.below(Math.min(bytes.length, 90));
      bytes[at] = random.below(256);
    }
    const client = sent(bytes, random.bytes(random.below(64)));
    client.socket.end();
    await client.closed();
  }
});
