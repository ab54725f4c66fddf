import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, runNpm } from './run.mjs';

/** What is fetched once and used again. */
export const cache = join(root, '.cache');

export const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];

/** Makes the directory a project of its own, so that packages are installed into it. */
export function emptyProject(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "name": "empty", "private": true }\n');
}

/** The executable of Node's latest release of this major version, which the npm registry has as a package. */
export function nodeRelease(major, arch = process.arch) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${arch}`;
  const directory = join(cache, `node-${major}${arch === process.arch ? '' : `-${arch}`}`);
  const executable = join(directory, 'node_modules', name, 'bin', 'node');
  if (!existsSync(executable)) {
    emptyProject(directory);
    // It may be meant for another machine than this one.
    const anyway = ['--force', '--ignore-scripts'];
    runNpm([...install, ...anyway, `${name}@${major}`], { cwd: directory, quiet: true });
  }
  return executable;
}
