// Makes what is missing or out of date: dependencies, the native addon, the compiled TypeScript.
// With --all, builds whether or not it is out of date, and the TypeScript from nothing.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { gypArguments, hasHeaders } from './gyp.mjs';
import { root, runNode, runNpm } from './run.mjs';

const all = process.argv.includes('--all');

/** When the file, or anything in the directory, last changed (0: it does not exist). */
function changed(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

/** Does the work unless `output` is newer than all inputs, and marks it as made now. */
function make(what, output, inputs, work) {
  const file = join(root, output);
  const begun = new Date();
  const inputsChanged = Math.max(...inputs.map((input) => changed(join(root, input))));
  if (!all && changed(file) >= inputsChanged) return;
  console.log(`setup: ${what}`);
  work();
  utimesSync(file, begun, begun);
}

/** A file that is new when `value` is another one than last time. */
function remember(output, value) {
  const file = join(root, output);
  const last = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (value === last) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}

/** Where Intel DML is; empty: the addon does without. */
function intelDmlRoot() {
  try {
    return createRequire(import.meta.url)('../dist/cli/intel-dml.js').intelDmlRoot() ?? '';
  } catch (error) {
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
}

function buildAddon() {
  if (hasHeaders || process.platform === 'win32') {
    runNode(gypArguments('configure', 'build'), { quiet: true });
  } else {
    runNode(['dist/cli/main.js', 'build'], { quiet: true });
  }
}

function buildTypeScript() {
  if (all) rmSync(join(root, 'dist'), { recursive: true, force: true });
  runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
}

/** One that is a link is another tree's, which npm would empty. */
const linked = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink();
if (
  linked !== true &&
  changed(join(root, 'node_modules/.package-lock.json')) < changed(join(root, 'package-lock.json'))
) {
  console.log('setup: dependencies (npm ci)');
  runNpm(['ci', '--no-audit', '--no-fund'], { quiet: true });
}
const configuration = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
make('TypeScript', 'dist/index.mjs', ['lib', ...configuration], buildTypeScript);
if (process.platform === 'linux' && process.arch === 'x64') {
  const model = ['native/device_model', 'native/trap_shim', 'native/abi'];
  make('device model', 'build/device-model/trap_shim.so', model, () =>
    runNode(['dist/cli/main.js', 'build', 'device-model'], { quiet: true }),
  );
}
remember('build/intel-dml-root', intelDmlRoot());
make(
  'native addon',
  'build/Release/datamover.node',
  ['native', 'binding.gyp', 'build/intel-dml-root'],
  buildAddon,
);
