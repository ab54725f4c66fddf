import { serverForAll } from './block-server';
import { infoRequest, NbdClient, READ, type OptionAnswer } from './nbd-client';

// The reply types and information types of the protocol.
const ACK = 1;
const SERVER = 2;
const INFO = 3;
const UNSUPPORTED = 0x8000_0001;
const INVALID = 0x8000_0003;
const UNKNOWN = 0x8000_0006;

const LIST = 3;
const ABORT = 2;
const GO = 7;
const INFO_OPTION = 6;

const BYTES = 64n * 1024n * 1024n;
const FLAGS = 0b1_0110_1101;

const place = serverForAll('--mover', 'threads');

async function greeted(flags?: number): Promise<NbdClient> {
  const client = new NbdClient({ path: place.socket });
  await client.greet(flags);
  return client;
}

const types = (answers: readonly OptionAnswer[]): number[] => answers.map(({ type }) => type);

/** Information of a reply, by its type. */
function itemsOf(answers: readonly OptionAnswer[]): Map<number, Buffer> {
  const infos = answers.filter(({ type }) => type === INFO);
  return new Map(infos.map(({ data }) => [data.readUInt16BE(0), data.subarray(2)]));
}

function expectExport(bytes: Buffer): void {
  expect(bytes.readBigUInt64BE(0)).toBe(BYTES);
  expect(bytes.readUInt16BE(8)).toBe(FLAGS);
}

test('greets as the fixed newstyle has it', async () => {
  const client = new NbdClient({ path: place.socket });
  const greeting = await client.greet();
  expect(greeting.toString('latin1')).toBe('NBDMAGICIHAVEOPT\0\x03');
  client.socket.destroy();
});

test('lists its export', async () => {
  const client = await greeted();
  const answers = await client.ask(LIST);
  expect(types(answers)).toEqual([SERVER, ACK]);
  expect(answers[0]!.data).toEqual(Buffer.alloc(4));
  expect(types(await client.ask(LIST, Buffer.from('data')))).toEqual([INVALID]);
  expect(types(await client.ask(LIST))).toEqual([SERVER, ACK]);
  client.socket.destroy();
});

test('describes its export, and then lets go', async () => {
  const client = await greeted();
  for (const option of [INFO_OPTION, GO]) {
    const answers = await client.ask(option, infoRequest('', [1, 2, 3]));
    expect(types(answers)).toEqual([INFO, INFO, INFO, INFO, ACK]);
    const items = itemsOf(answers);
    expectExport(items.get(0)!);
    expect(items.get(1)).toEqual(Buffer.alloc(0));
    expect(items.get(2)!.toString()).toBe('datamover block device, mover threads');
    const sizes = [0, 4, 8].map((at) => items.get(3)!.readUInt32BE(at));
    expect(sizes).toEqual([1, 4096, 32 * 1024 * 1024]);
  }
  client.socket.destroy();
});

test('only what is asked for is described', async () => {
  const client = await greeted();
  expect([...itemsOf(await client.ask(INFO_OPTION, infoRequest('', []))).keys()]).toEqual([0]);
  const answers = await client.ask(INFO_OPTION, infoRequest('', [3, 99]));
  expect([...itemsOf(answers).keys()]).toEqual([0, 3]);
  client.socket.destroy();
});

test.each([
  ['empty', Buffer.alloc(0)],
  ['a name that is longer than all', Buffer.from('\xff\xff\xff\xf0abcdef', 'latin1')],
  ['more items than there are', infoRequest('', [1, 2]).subarray(0, 8)],
  ['bytes behind the last item', Buffer.concat([infoRequest('', [1]), Buffer.alloc(1)])],
])('a description is refused, and the next granted: %s', async (_name, data) => {
  const client = await greeted();
  expect(types(await client.ask(GO, data))).toEqual([INVALID]);
  expect(types(await client.ask(GO, infoRequest('another', [])))).toEqual([UNKNOWN]);
  expect(types(await client.ask(GO, infoRequest('', [])))).toEqual([INFO, ACK]);
  client.socket.destroy();
});

test.each([
  ['TLS', 5],
  ['structured replies', 8],
  ['metadata contexts', 10],
  ['an unknown option', 0xffff_ffff],
])('%s are not supported', async (_name, option) => {
  const client = await greeted();
  expect(types(await client.ask(option, Buffer.from('with data')))).toEqual([UNSUPPORTED]);
  expect(types(await client.ask(LIST))).toEqual([SERVER, ACK]);
  client.socket.destroy();
});

test('an abort is acknowledged', async () => {
  const client = await greeted();
  expect(types(await client.ask(ABORT))).toEqual([ACK]);
  await client.closed();
});

test.each([
  ['without zeroes', 3, 10],
  ['with zeroes', 1, 134],
  ['of a client that is not fixed', 0, 134],
])('the old way to an export, %s', async (_name, flags, bytes) => {
  const client = await greeted(flags);
  client.socket.write(Buffer.from('IHAVEOPT\0\0\0\x01\0\0\0\0', 'latin1'));
  const answer = await client.take(bytes);
  expectExport(answer!);
  expect(answer!.subarray(10)).toEqual(Buffer.alloc(bytes - 10));
  client.socket.destroy();
});

test('the old way has no error for an export that is not there', async () => {
  const client = await greeted();
  client.socket.write(Buffer.from('IHAVEOPT\0\0\0\x01\0\0\0\x01x', 'latin1'));
  expect(await client.take(1)).toBeUndefined();
});

test('after all of that it serves', async () => {
  const client = await NbdClient.open({ path: place.socket });
  expect(await client.request(READ, { length: 4 })).toEqual({ error: 0, data: Buffer.alloc(4) });
  await client.disconnect();
});
