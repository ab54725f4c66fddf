// The conformance tests in Node for arm64, with the addon cross-compiled for it, under emulation.
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildAddonFor } from './addon-tree.mjs';
import { crossOptions, emulator, requireTools } from './arm64.mjs';
import { nodeRelease } from './node-release.mjs';
import { root, run, runNode } from './run.mjs';

/** A tree like the repository's, of JavaScript and with an addon of its own. */
const directory = 'build/arm64';

function buildTree() {
  const compiled = ['--noEmit', 'false', '--noCheck', '--outDir', directory];
  runNode(['node_modules/typescript/bin/tsc', ...compiled]);
  const vectors = join(root, directory, 'test/vectors');
  rmSync(vectors, { force: true });
  symlinkSync(join(root, 'test/vectors'), vectors);
}

function filesIn(folder) {
  return readdirSync(join(root, directory, folder))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(directory, folder, name));
}

requireTools('conformance tests in Node for arm64');
console.log('conformance tests in Node for arm64');
buildTree();
buildAddonFor(directory, crossOptions);
const node = [emulator, '-L', '/usr/aarch64-linux-gnu', nodeRelease(22, 'arm64')];
function test(engine, files) {
  const [program, ...args] = [...node, `${directory}/test/support/plain-run.js`, engine, ...files];
  run(program, args);
}
const random = filesIn('test/conformance/random');
test('inline', [...filesIn('test/conformance'), ...random]);
test('thread pool', random);
