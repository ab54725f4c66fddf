import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * Builds the addon into a tree like the repository's, where the library finds it. As cmake-js would,
 * which knows the headers of one kind of machine only.
 *
 * @param directory - of the tree
 * @param options - for CMake
 */
export function buildAddonFor(directory, options) {
  const { resolve } = createRequire(import.meta.url);
  const headers = [
    join(dirname(resolve('node-api-headers')), 'include'),
    dirname(resolve('node-addon-api')),
  ];
  const addon = join(root, directory, 'build/Release');
  mkdirSync(addon, { recursive: true });
  const all = [
    ...options,
    '-DCMAKE_JS_VERSION=8',
    `-DCMAKE_JS_INC=${headers.join(';')}`,
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${addon}`,
    '-DDATAMOVER_WERROR=ON',
  ];
  const build = `${directory}/cmake`;
  run('cmake', ['-S', '.', '-B', build, ...all], { quiet: true });
  run('cmake', ['--build', build, '--parallel', String(availableParallelism())], { quiet: true });
}
