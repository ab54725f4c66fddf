import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';

// Every JavaScript snippet of the README runs as a program of its own and prints what is expected.

const root = resolve(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const snippets = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);

const expected = [
  'Move me, and tell me what I was.\n[0-9a-f]{1,8}\ntrue\n',
  '255\n',
  'false 16\ntrue\n',
  'true\n',
  'software \\(2 threads\\) true\n',
  'AbortError\n',
  'true true\n\\*\\*\\*\\*\\*\\*twice \n',
  'RangeError ERR_MOVER_LENGTH\n',
];

test('every snippet has an expectation', () => {
  expect(snippets).toHaveLength(expected.length);
});

test.each(snippets.map((code, index) => [code.split('\n', 1)[0]!, index, code] as const))(
  '%s (%i)',
  (_first, index, code) => {
    const directory = mkdtempSync(join(root, 'build', 'readme-'));
    try {
      const module = /^import /m.test(code);
      const file = join(directory, module ? 'snippet.mjs' : 'snippet.cjs');
      writeFileSync(file, code);
      const run = spawnSync(process.execPath, [file], { cwd: directory, encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(run.stdout).toMatch(new RegExp(`^${expected[index]}$`));
      expect(run.status).toBe(0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
