// Packs the package with the addon as it is built now, and installs the tarball into an empty
// project, without scripts:  node scripts/install-packed.mjs [--without-prebuilt] DIRECTORY
// Makes DIRECTORY/package (the contents), DIRECTORY/datamover-<version>.tgz, DIRECTORY/project.
//
// The binary is added to a copy of the contents, so that the repository's own prebuilds/ stays as
// it is while other tests run.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run, runNode, runNpm } from './run.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'without-prebuilt': { type: 'boolean' } },
});
const directory = resolve(positionals[0]);
const contents = join(directory, 'package');
const project = join(directory, 'project');

function pack(what) {
  const listed = runNpm(
    ['pack', what, '--ignore-scripts', '--json', '--pack-destination', directory],
    { quiet: true },
  );
  return JSON.parse(listed)[0].filename;
}

mkdirSync(project, { recursive: true });
run('tar', ['-xzf', pack(root)], { cwd: directory, quiet: true });
rmSync(join(contents, 'prebuilds'), { recursive: true, force: true });
if (!values['without-prebuilt']) {
  runNode(['scripts/prebuild.mjs', `--output=${contents}`], { quiet: true });
}
const tarball = pack(contents);

writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }\n');
const install = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
runNpm([...install, join(directory, tarball)], { cwd: project, quiet: true });
