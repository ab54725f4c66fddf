import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithModel, Emulation } from '../../support/device-model';
import { Random } from '../../support/random';
import { program, serverForAll, Place } from './block-server';

// The server is right if clients that nobody here wrote take it for a disk.

const KiB = 1024;
const MiB = 1024 * KiB;

/** Resolves to what the program printed; it must have ended well. */
async function run(name: string, ...args: string[]): Promise<string> {
  const child = spawn(name, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (output += text.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: ${output}`);
  return output;
}

function testWith(name: string, title: string, body: () => Promise<void>): void {
  if (existsSync(join('/usr/bin', name))) test(title, body);
  else test.skip(`${title} (skipped: no ${name}: sh scripts/install-block-clients.sh)`, body);
}

/** Commands of qemu-io, which checks the patterns that it reads. */
const qemuIo = (uri: string, ...commands: string[]): Promise<string> =>
  run('qemu-io', '-f', 'raw', ...commands.flatMap((command) => ['-c', command]), uri);

const commands = [
  'write -P 7 0 64k',
  'read -P 7 0 64k',
  'write -P 3 100 1000',
  'read -P 3 100 1000',
  'read -P 7 1100 2000',
  'aio_write -P 5 1M 1M',
  'aio_write -f -P 6 2M 64k',
  'aio_flush',
  'read -P 5 1M 1M',
  'flush',
  'discard 0 32k',
  'read -P 0 0 32k',
  'write -z 40k 8k',
  'read -P 0 40k 8k',
  'read -P 7 48k 16k',
];

describe.each(['sync', 'threads', 'auto'])('mover %s', (mover) => {
  const place = serverForAll('--mover', mover);

  testWith('qemu-io', 'qemu-io writes, reads, flushes and discards', async () => {
    const output = await qemuIo(place.uri, ...commands);
    expect(output).not.toMatch(/failed|error/i);
    expect(output.match(/^(wrote|read|discard) /gm)).toHaveLength(commands.length - 2);
  });
});

describe('the disk', () => {
  const place = serverForAll('--mover', 'threads');

  testWith('nbdinfo', 'nbdinfo knows what it is', async () => {
    const [{ exports }] = [JSON.parse(await run('nbdinfo', '--json', place.uri))];
    expect(exports).toEqual([
      expect.objectContaining({
        'export-name': '',
        'export-size': 64 * MiB,
        description: 'datamover block device, mover threads',
        is_read_only: false,
        can_flush: true,
        can_fua: true,
        can_multi_conn: true,
        can_trim: true,
        can_zero: true,
        block_size_minimum: 1,
        block_size_preferred: 4096,
      }),
    ]);
    expect(await run('nbdinfo', '--list', place.uri)).toContain('export=""');
  });

  testWith('qemu-img', 'qemu-img sees a raw disk', async () => {
    const info = JSON.parse(await run('qemu-img', 'info', '--output=json', place.uri));
    expect(info).toMatchObject({ 'virtual-size': 64 * MiB, format: 'raw' });
  });

  testWith(
    'qemu-img',
    'an image as large as the disk, mostly holes, comes out as it went in',
    async () => {
      const [image, back] = [join(place.directory, 'image'), join(place.directory, 'back')];
      const file = openSync(image, 'w');
      ftruncateSync(file, 64 * MiB);
      const random = new Random(3);
      for (const [at, length] of [
        [0, 512],
        [MiB + 300, 3 * MiB],
        [60 * MiB, 4 * MiB],
      ] as const) {
        writeSync(file, random.bytes(64 * KiB + 1).subarray(1), 0, 64 * KiB, at);
        writeSync(file, Buffer.alloc(length - 512, 'data'), 0, length - 512, at + 512);
      }
      closeSync(file);
      const raw = ['-f', 'raw', '-O', 'raw'];
      await run('qemu-img', 'convert', '-n', '-W', '-m', '8', ...raw, image, place.uri);
      expect(await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', image, place.uri)).toBe(
        'Images are identical.\n',
      );
      await run('qemu-img', 'convert', ...raw, place.uri, back);
      expect(readFileSync(back).equals(readFileSync(image))).toBe(true);
    },
  );

  testWith('qemu-img', 'an image of another format lives on it', async () => {
    await run('qemu-img', 'create', '-f', 'qcow2', place.uri, '48M');
    const qcow = `json:{"driver":"qcow2","file":{"driver":"nbd","server":{"type":"unix","path":"${place.socket}"}}}`;
    await run('qemu-io', '-c', 'write -P 9 10M 200k', '-c', 'read -P 9 10M 200k', qcow);
    expect(await run('qemu-img', 'check', qcow)).toContain('No errors were found');
  });
});

describeWithModel('mover hardware, on the device model', () => {
  testWith('qemu-io', 'qemu-io writes, reads, flushes and discards', async () => {
    const place = new Place();
    const options = [...place.options, '--mover', 'hardware', '--size', '16M'];
    const emulation = new Emulation([], [process.execPath, program, ...options], {
      PMEM2_FORCE_GRANULARITY: 'CACHE_LINE',
    });
    await emulation.printed(`${place.uri} 16777216 bytes, blocks of 4096, mover hardware`);
    await qemuIo(place.uri, ...commands);
    emulation.child.kill('SIGTERM');
    const { code, stderr, statistics } = await emulation.outcome;
    place.remove();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // 1 MiB and more was written, and read, in blocks of 4 KiB.
    const members = Object.values(statistics).map((queue) => queue.members + queue.completed);
    expect(members.reduce((sum, count) => sum + count)).toBeGreaterThan(500);
  });
});
