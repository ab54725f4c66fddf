// Installs the tarball that `npm pack` makes into an empty project and uses it from every supported
// version of Node, by require and by import. The versions come from the npm registry, as packages.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, run, runNpm } from './run.mjs';

const versions = [20, 22, 24, 26];
const cache = join(root, '.cache');
const project = join(cache, 'matrix');
const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];

function emptyProject(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "name": "empty", "private": true }\n');
}

/** The executable of the latest release of this major version. */
function node(major) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const directory = join(cache, `node-${major}`);
  const executable = join(directory, 'node_modules', name, 'bin', 'node');
  if (!existsSync(executable)) {
    emptyProject(directory);
    runNpm([...install, `${name}@${major}`], { cwd: directory, quiet: true });
  }
  return executable;
}

function installPacked() {
  rmSync(project, { recursive: true, force: true });
  emptyProject(project);
  runNpm(['pack', '--pack-destination', project], { quiet: true });
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'));
  runNpm([...install, '--ignore-scripts', join(project, tarball)], { cwd: project, quiet: true });
}

installPacked();
for (const major of versions) {
  for (const script of ['smoke.cjs', 'smoke.mjs']) {
    run(node(major), [join(root, 'test/package', script)], { cwd: project });
  }
}
