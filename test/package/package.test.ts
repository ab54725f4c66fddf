import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prebuiltPath } from '../../lib/addon';
import { expectSuccess, installPacked, root, type Packed } from './packed';

const tools = join(root, 'node_modules/.bin');
let packed: Packed;

beforeAll(() => {
  packed = installPacked();
}, 120_000);

afterAll(() => {
  packed.remove();
});

test('holds a binary for this machine and runs nothing at installation', () => {
  const manifest = JSON.parse(readFileSync(join(packed.contents, 'package.json'), 'utf8'));
  expect(manifest.gypfile).toBe(false);
  expect(Object.keys(manifest.scripts)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^((pre|post)?install|prepare)$/)]),
  );
  expect(existsSync(join(packed.contents, prebuiltPath()))).toBe(true);
});

test('works by require', () => {
  expectSuccess(packed.run(process.execPath, [join(__dirname, 'smoke.cjs')]));
});

test('works by import', () => {
  expectSuccess(packed.run(process.execPath, [join(__dirname, 'smoke.mjs')]));
});

test('exports the same names by require and by import', () => {
  writeFileSync(
    join(packed.project, 'names.mjs'),
    `import { createRequire } from 'node:module';
    const required = createRequire(import.meta.url)('datamover');
    const { __esModule, 'module.exports': whole, ...imported } = await import('datamover');
    console.log(JSON.stringify({
      required: Object.keys(required).sort(),
      imported: Object.keys(imported).sort(),
      different: Object.keys(imported).filter((name) => imported[name] !== required[name]),
    }));`,
  );
  const names = packed.run(process.execPath, ['names.mjs']);
  expectSuccess(names);
  const { required, imported, different } = JSON.parse(names.output);
  expect(required).toContain('mover');
  expect(imported).toEqual(required);
  expect(different).toEqual([]);
});

test('passes publint', () => {
  const publint = join(tools, 'publint');
  expectSuccess(packed.run(publint, ['run', packed.contents, '--pack', 'false', '--strict']));
});

test('has types for require and import in all ways to resolve them', () => {
  expectSuccess(packed.run(join(tools, 'attw'), [packed.tarball]));
}, 60_000);

test('has a command that explains itself', () => {
  const command = join(packed.project, 'node_modules/.bin/datamover');
  const help = packed.run(command, ['--help']);
  expectSuccess(help);
  expect(help.output).toMatch(/build +compile/);
  expect(packed.run(command, ['nonsense']).status).toBe(2);
});
