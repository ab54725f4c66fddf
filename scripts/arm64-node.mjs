// The conformance tests in Node for arm64, with the addon cross-compiled for it, under emulation.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
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

/** As cmake-js would, which knows the headers of one kind of machine only. */
function buildAddon() {
  const { resolve } = createRequire(import.meta.url);
  const headers = [
    join(dirname(resolve('node-api-headers')), 'include'),
    dirname(resolve('node-addon-api')),
  ];
  const addon = join(root, directory, 'build/Release');
  mkdirSync(addon, { recursive: true });
  const options = [
    ...crossOptions,
    '-DCMAKE_JS_VERSION=8',
    `-DCMAKE_JS_INC=${headers.join(';')}`,
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${addon}`,
    '-DDATAMOVER_WERROR=ON',
  ];
  const build = `${directory}/cmake`;
  run('cmake', ['-S', '.', '-B', build, ...options], { quiet: true });
  run('cmake', ['--build', build, '--parallel', String(availableParallelism())], { quiet: true });
}

function filesIn(folder) {
  return readdirSync(join(root, directory, folder))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(directory, folder, name));
}

requireTools('conformance tests in Node for arm64');
console.log('conformance tests in Node for arm64');
buildTree();
buildAddon();
const node = [emulator, '-L', '/usr/aarch64-linux-gnu', nodeRelease(22, 'arm64')];
function test(engine, files) {
  const [program, ...args] = [...node, `${directory}/test/support/plain-run.js`, engine, ...files];
  run(program, args);
}
const random = filesIn('test/conformance/random');
test('inline', [...filesIn('test/conformance'), ...random]);
test('thread pool', random);
