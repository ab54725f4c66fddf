import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const operations = ['copy', 'compare', 'fill', 'dualcast', 'crc32c', 'copyCrc32c'];
const directory = mkdtempSync(join(tmpdir(), 'datamover-demo-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const demo = (...args: string[]) => run('examples/demo/main.mjs', ...args);

function input(name: string, bytes: number): string {
  const path = join(directory, name);
  writeFileSync(
    path,
    Uint8Array.from({ length: bytes }, (_, at) => Math.imul(at + 1, 0x9e37_79b1) >>> 24),
  );
  return path;
}

test.each([
  ['one byte', 1, '0.0005'],
  ['a page', 4096, '1'],
  ['an odd length for several threads', 300_001, '4'],
])('verifies every operation on %s', (name, bytes, total) => {
  const { status, stdout, stderr } = demo(input(name, bytes), '--total', total);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const operation of operations) {
    expect(stdout).toMatch(new RegExp(`^${operation} +plain Buffer calls .*, verified$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${operation} +datamover .*, verified$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${operation} +[0-9.]+ \\w+( +[0-9.]+){8} +yes$`, 'm'));
  }
  expect(stdout).toMatch(/^Engine: .*\(\d+ threads\)/m);
  expect(stdout).toMatch(/^Why: no Intel DSA: \//m);
});

test('writes neither control characters nor long lines into a pipe', () => {
  const { stdout, stderr } = demo(input('a \x1b[31m name', 10_000), '--total', '1');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/a \?\[31m name/);
  expect(stdout).not.toMatch(/[^\n\P{Cc}]/u);
  const table = stdout.split('\n').filter((line) => !line.startsWith('Read '));
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
});

/** A mover that does everything right, then spoils the outcome of one operation. */
const spoiledDemo = `
  import { mover } from 'datamover';
  import { demo } from './examples/demo/demo.mjs';
  const [operation, file] = process.argv.slice(1);
  const spoil = {
    copy: (value, [target]) => { target[5] ^= 1; return value; },
    compare: (value) => ({ ...value, offset: value.offset - 1 }),
    fill: (value, [target]) => { target[target.length - 1] ^= 1; return value; },
    dualcast: (value, [[, second]]) => { second[0] ^= 1; return value; },
    crc32c: (value) => (value ^ 1) >>> 0,
    copyCrc32c: (value, [, source]) => { source[9]++; return value; },
    reject: () => { throw new Error('out of order'); },
  };
  const name = operation === 'reject' ? 'copy' : operation;
  const spoiled = {
    name: mover.name,
    futures: mover.futures,
    ...Object.fromEntries(${JSON.stringify(operations)}.map((each) => [each, async (...args) => {
      const value = await mover[each](...args);
      return each === name ? spoil[operation](value, args) : value;
    }])),
  };
  process.exitCode = await demo([file, '--total', '1'], spoiled);
`;

test.each([...operations, 'reject'])('fails when %s goes wrong', (operation) => {
  const file = input('spoiled', 20_000);
  const { status, stdout } = run('--input-type=module', '--eval', spoiledDemo, operation, file);
  expect(status).toBe(1);
  const name = operation === 'reject' ? 'copy' : operation;
  expect(stdout).toMatch(new RegExp(`^WRONG: ${name} by datamover: `, 'm'));
  expect(stdout).toMatch(new RegExp(`^${name} .* NO$`, 'm'));
  expect(stdout).not.toMatch(/all verified/i);
});

test.each([
  ['a missing file', [join(directory, 'nowhere')], /there is no such file/],
  ['a directory', [directory], /it is a directory/],
  ['an empty file', [input('empty', 0)], /it is empty/],
  ['a device', ['/dev/null'], /it is not a regular file/],
  ['a senseless total', ['--total', 'much'], /--total must be a number/],
  ['an unknown option', ['--nonsense'], /usage: /],
  ['two files', ['a', 'b'], /one file at a time/],
])('refuses %s in one line', (_what, args, reason) => {
  const { status, stdout, stderr } = demo(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(reason);
  expect(stderr).toMatch(/^demo: [^\n]+\n$/);
});
