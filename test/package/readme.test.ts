import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describeWithModel } from '../support/device-model';

// Every JavaScript snippet of these documents runs as a program of its own and prints what is
// expected.

const root = resolve(__dirname, '../..');

const expected: Readonly<Record<string, readonly string[]>> = {
  'README.md': [
    'Move me, and tell me what I was.\n[0-9a-f]{1,8}\ntrue\n',
    '255\n',
    'false 16\ntrue\n',
    "different 10 true\n{ ok: false, offset: 520, mismatch: \\[ 'guard' \\] }\n",
    'true\n',
    'true ERR_MOVER_LENGTH\n',
    'true 4 undefined true\n',
    '3 2 true\n',
    'true\n',
    'software \\(2 threads\\) true\n',
    'AbortError\n',
    'true true\n\\*\\*\\*\\*\\*\\*twice \n',
    '(byte|cacheline|page) survives\n',
    '7921 7\n',
    'RangeError ERR_MOVER_LENGTH\n',
    'true e3069283\n',
  ],
  'docs/futures.md': [
    'lift-off after 4 polls\n10\na promise, made at the first poll\n',
    'false\nover\n[78]\n',
    'true true\ncomplete from the start\n0\n',
    'abc 3 true \\[ true, true, true, true \\]\n',
    'poller true true 42\n',
    '3\n1 at once\n2 as a result\n3 2\n0 5\n4\n',
    'bytes\n\\*\\*\\*\\*\nERR_MOVER_UNSUPPORTED\n',
  ],
  'docs/coming-from-dml.md': [
    '0 e3069283 123456789\ntrue wanted: sourceFirst and destinationFirst share no byte\n',
    'e3069283 123456789\nERR_MOVER_OVERLAP\n',
    'true 0 true\ntrue true\n',
  ],
  'docs/coming-from-miniasync.md': ['the same\n'],
  'docs/persistent-memory.md': [
    'first order 255\n',
    '42n\n',
    'ERR_MOVER_PAGE_FAULT 96\n0\n',
    '7921 8 0\n\\{ consistent: true, problems: \\[\\] \\}\n',
  ],
  'docs/hardware.md': [
    'false 0\n',
    'ERR_MOVER_NO_DEVICE\n',
    'software - this mover has no work queues\n',
    '',
  ],
};

/** The same, where programs run beside a device model. */
const onTheModel: typeof expected = {
  'docs/hardware.md': [
    'dsa0 wq0.0 shared 64 usable\ndsa0 wq0.1 dedicated 32 usable\ntrue 0\n',
    'hardware \\(wq0.0 mmap, wq0.1 mmap\\)\n',
    'hardware - copy goes to hardware from 4096 bytes on\n',
    '',
  ],
};

const snippetsOf = (document: string): string[] => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);
};

interface Row {
  readonly document: string;
  readonly index: number;
  readonly output: string;
}

const rowsOf = (outputs: typeof expected): Row[] =>
  Object.entries(outputs).flatMap(([document, each]) =>
    each.map((output, index) => ({ document, index, output })),
  );

/** @param beside - what runs the program */
function check({ document, index, output }: Row, ...beside: string[]): void {
  const code = snippetsOf(document)[index]!;
  const directory = mkdtempSync(join(root, 'build', 'readme-'));
  // No DSA of this machine.
  const env = { ...process.env, DSA_SYSFS_PATH: '/nowhere', DSA_DEV_PATH: '/nowhere' };
  try {
    const module = /^import /m.test(code);
    const file = join(directory, module ? 'snippet.mjs' : 'snippet.cjs');
    writeFileSync(file, code);
    const args = [...beside, file];
    const run = spawnSync(process.execPath, args, { cwd: directory, env, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(new RegExp(`^${output}$`));
    expect(run.status).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.each(Object.keys(expected))('every snippet of %s has an expectation', (document) => {
  expect(snippetsOf(document)).toHaveLength(expected[document]!.length);
});

test.each(rowsOf(expected))('$document, snippet $index', (row) => {
  check(row);
});

describeWithModel('on the device model', () => {
  test.each(rowsOf(onTheModel))('$document, snippet $index', (row) => {
    check(row, join(root, 'dist/cli/main.js'), 'emulate', '--', process.execPath);
  });
});
