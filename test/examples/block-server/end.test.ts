import { existsSync, rmSync, truncateSync } from 'node:fs';
import { evaluate } from '../../bench/run';
import { BlockServer, Place } from './block-server';
import { EIO, ENOSPC, NbdClient, READ, WRITE } from './nbd-client';

const place = new Place();
afterAll(() => place.remove());

const where = { path: place.socket };

test.each(['SIGTERM', 'SIGINT'] as const)(
  'ends on %s with its replies sent, and what was acknowledged is there again',
  async (signal) => {
    const server = await BlockServer.start([...place.options, '--mover', 'threads']);
    const client = await NbdClient.open(where);
    const idle = await NbdClient.open(where);
    const data = (at: number): Buffer => Buffer.alloc(4096, `${signal} ${String(at)}`);
    const writes = Array.from({ length: 400 }, async (_, at) => {
      const reply = await client.request(WRITE, { offset: at * 4096, data: data(at) });
      if (at === 10) server.child.kill(signal);
      return reply;
    });
    const replies = await Promise.all(writes);
    const acknowledged = [...replies.keys()].filter((at) => replies[at]?.error === 0);
    // Who was not answered was not read: all others succeeded.
    expect(replies.filter((reply) => reply !== undefined && reply.error !== 0)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(10);
    await Promise.all([client.closed(), idle.closed()]);
    const { code, stdout, stderr } = await server.end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\n\d+ requests, .* MiB; CPU time/);
    expect(existsSync(place.socket)).toBe(false);

    const again = await BlockServer.start([...place.options, '--mover', 'sync', '--size', '64M']);
    const reader = await NbdClient.open(where);
    for (const at of acknowledged) {
      expect((await reader.read(at * 4096, 4096)).equals(data(at))).toBe(true);
    }
    reader.socket.destroy();
    expect((await again.stop()).code).toBe(0);
  },
);

test('one that does not take its replies does not keep it', async () => {
  const server = await BlockServer.start([...place.options, '--mover', 'threads']);
  const client = await NbdClient.open(where);
  client.pause();
  const reads = Array.from({ length: 40 }, () => client.request(READ, { length: 1024 * 1024 }));
  const other = await NbdClient.open(where);
  await other.read(0, 1);
  expect((await server.stop()).code).toBe(0);
  client.socket.destroy();
  await Promise.all(reads);
});

test('over TCP, on a port that is free, from a file of whatever granularity', async () => {
  const server = await BlockServer.start(['--file', place.file, '--port', '0'], '');
  const port = Number(/^nbd:\/\/127\.0\.0\.1:(\d+) 67108864 bytes/.exec(server.announcement)![1]);
  const client = await NbdClient.open({ host: '127.0.0.1', port });
  await client.write(100, Buffer.from('bytes'));
  expect(await client.read(100, 5)).toEqual(Buffer.from('bytes'));
  await client.disconnect();
  expect((await server.stop()).code).toBe(0);
});

const failures: Record<string, [readonly string[], string]> = {
  'a directory': [['--file', place.directory], 'EISDIR'],
  'what holds no device': [['--file', __filename], 'holds no block device'],
  'a size that it has not': [[...place.options, '--size', '1G'], 'a device of 67108864 bytes'],
  'blocks that it has not': [[...place.options, '--block-size', '512'], 'blockSize'],
  'hardware that is not there': [[...place.options, '--mover', 'hardware'], 'no Intel DSA'],
};

test.each(Object.entries(failures))('cannot serve: %s', async (_name, [options, message]) => {
  const { code, stdout, stderr } = await new BlockServer(options).end;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(message);
});

test('a socket that is in use', async () => {
  const server = await BlockServer.start(place.options);
  const options = ['--file', `${place.file}2`, '--socket', place.socket];
  const { code, stdout, stderr } = await new BlockServer(options).end;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('in use by another server, or left of one that was killed');
  const { stdout: said } = await server.stop();
  expect(said).toMatch(/\n0 requests, .* s; of all threads/);
});

test('a file that has no room for what is written', async () => {
  const server = await BlockServer.start(place.options);
  const client = await NbdClient.open(where);
  truncateSync(place.file, 4096);
  expect(await client.request(WRITE, { data: Buffer.alloc(4096, 1) })).toMatchObject({
    error: ENOSPC,
  });
  expect(await client.request(READ, { length: 4096 })).toMatchObject({ error: EIO });
  client.socket.destroy();
  expect((await server.stop()).code).toBe(0);
  rmSync(place.file);
});

test('--help', async () => {
  const { code, stdout, stderr } = await new BlockServer(['--help']).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('--block-size BYTES');
});

test('says what is wrong with its arguments', () => {
  const messages = evaluate(`
    import { parse } from './examples/block-server/options.mjs';
    const mistakes = [[], ['--file', 'x', '--mover', 'constructor'], ['--file', 'x', '--size', '1e3'],
      ['--file', 'x', '--colour', 'blue'], ['--file', 'x', '--port', '1', '--socket', 'y'],
      ['--file', 'x', '--port', '65536']];
    const said = (args) => { try { parse(args, ['auto', 'sync']); } catch ({ message }) { return message; } };
    console.log(JSON.stringify(mistakes.map(said)));`) as string[];
  expect(messages).toEqual([
    '--file is missing',
    '--mover: constructor is none of auto, sync',
    '--size: 1e3 is no number of bytes',
    expect.stringContaining("Unknown option '--colour'"),
    '--socket and --port: one of them',
    '--port: 65536 is none',
  ]);
});
