// Installs the tarball that `npm pack` makes into an empty project and uses it from every supported
// version of Node, by require and by import. The versions come from the npm registry, as packages.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, emptyProject, install, nodeRelease } from './node-release.mjs';
import { root, run, runNpm } from './run.mjs';

const versions = [20, 22, 24, 26];
const project = join(cache, 'matrix');

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
}
