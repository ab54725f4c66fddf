// Installs the tarball that `npm pack` makes into an empty project and uses it from every supported
// version of Node, by require and by import; then does to memory there what each version knows to do to
// it (test/hazards). The versions come from the npm registry, as packages.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cache, emptyProject, install, nodeRelease } from './node-release.mjs';
import { root, run, runNode, runNpm } from './run.mjs';

const versions = [20, 22, 24, 26];
const project = join(cache, 'matrix');
const jest = join(root, 'node_modules/jest/bin/jest.js');

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
    run(nodeRelease(major), [join(root, 'test/package', script)], { cwd: project });
  }
  // `npm test` does it with the Node that runs this.
  if (process.version.startsWith(`v${major}.`)) continue;
  runNode([jest, 'test/hazards'], {
    env: { ...process.env, DATAMOVER_TEST_NODE: nodeRelease(major) },
  });
}
