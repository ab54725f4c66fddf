import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BttDevice, pmem } from '../../lib';
import { SIZE } from './btt-file';
import { newPath } from './files';

// The layout is right if PMDK takes it for its own, and we take PMDK's for ours.

const install = 'sh scripts/install-pmdk-tools.sh';
const source = join(__dirname, 'children', 'pmemblk.c');

function testWith(name: string, why: string | undefined, body: () => Promise<void>): void {
  if (why === undefined) test(name, body, 60_000);
  else test.skip(`${name} (skipped: ${why})`, body);
}

const found = spawnSync('pmempool', ['--version']).status === 0;
const noTools = found ? undefined : `pmempool is missing: ${install}`;

/** A program over libpmemblk, compiled here; undefined: it cannot be. */
const program = newPath();
const compiled = spawnSync('cc', [source, '-o', program, '-lpmemblk']).status === 0;
const noLibrary = compiled ? undefined : `libpmemblk or a C compiler is missing: ${install}`;

const pmemblk = (...args: string[]): string[] =>
  execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');

/** What the checker says in its last line. */
const checker = (path: string): string =>
  spawnSync('pmempool', ['check', '-v', path], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .at(-1)!;

testWith('pmempool accepts what we format and write', noTools, async () => {
  for (const blockSize of [512, 4096, 5000]) {
    const path = newPath();
    const map = await pmem.map(path, { length: 2 * SIZE, create: true });
    const device = await BttDevice.format(map, { blockSize, pool: true, freeBlocks: 256 });
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => device.write(n % 70, Buffer.alloc(blockSize, n))),
    );
    await device.zero(5);
    await device.markBad(6);
    await device.close();
    expect(checker(path)).toBe(`${path}: consistent`);
    const { stdout } = spawnSync('pmempool', ['info', path], { encoding: 'utf8' });
    expect(stdout).toMatch(/BTT_ARENA_INFO/);
    // It looks, indeed: a block is named twice.
    map.bytes.copy(map.bytes, mapOf(map.bytes) + 8, mapOf(map.bytes), mapOf(map.bytes) + 4);
    await map.close();
    expect(checker(path)).toBe(`${path}: not consistent`);
  }
});

/** Where the map of a pool's first arena is. */
const mapOf = (bytes: Buffer): number => 8192 + Number(bytes.readBigUInt64LE(8192 + 96));

testWith('libpmemblk reads what we wrote, and we read what it wrote', noLibrary, async () => {
  const path = newPath();
  const map = await pmem.map(path, { length: 2 * SIZE, create: true });
  const device = await BttDevice.format(map, { pool: true });
  for (let value = 0; value < 600; value++) {
    await device.write(value % 7, Buffer.alloc(4096, value % 251));
  }
  await device.markBad(8);
  await device.close();
  const reads = ['0', '6', '8', '9'].flatMap((block) => ['read', block]);
  expect(pmemblk(path, ...reads)).toEqual([String(595 % 251), String(594 % 251), 'bad', '0']);
  const changes = 'write 8 77 write 9 78 zero 0 bad 1 write 2 79';
  pmemblk(path, ...changes.split(' '));

  const again = await BttDevice.open(map);
  const first = async (block: number): Promise<number> => (await again.read(block))[0]!;
  expect([await first(8), await first(9), await first(0), await first(2)]).toEqual([77, 78, 0, 79]);
  await expect(again.read(1)).rejects.toMatchObject({ code: 'ERR_BTT_BAD_BLOCK' });
  expect(await again.check()).toEqual({ consistent: true, problems: [] });
  await again.close();
  await map.close();
});

testWith('a pool that pmempool made and libpmemblk formatted', noTools ?? noLibrary, async () => {
  const path = newPath();
  execFileSync('pmempool', ['create', 'blk', '512', '-s', String(2 * SIZE), path]);
  pmemblk(path, 'write', '1000', '5');
  await using map = await pmem.map(path);
  await using device = await BttDevice.open(map);
  expect([device.blockSize, device.lanes]).toEqual([512, 256]);
  expect((await device.read(1000)).equals(Buffer.alloc(512, 5))).toBe(true);
  expect(await device.check()).toEqual({ consistent: true, problems: [] });
});
