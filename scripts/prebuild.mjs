// Puts the addon, built and stripped, where the package looks for prebuilt binaries:
// prebuilds/<platform>-<arch>/datamover.<libc>.node on Linux, datamover.node elsewhere.
//
// One binary serves all versions of Node (it uses Node-API 8 and nothing else), so a release needs
// one for each platform, architecture and C library. Make each by this same script on a machine, or
// in a container, of that kind, and gather the prebuilds/ folders before `npm publish`:
//
//   npm ci && npm run prebuild -- --check=2.28
//
// On Linux with glibc, link on the oldest distribution to be supported: the binary needs the glibc
// that it was linked with, or a later one. --check=VERSION refuses a binary that needs a later one
// than VERSION; Node 20 itself needs 2.28. --remove takes this machine's binary away again.
// --output=DIRECTORY puts it into the prebuilds/ there.
//
// Intel DML never travels with the package: where the addon has it, another is compiled without.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root, run, runNode } from './run.mjs';

const { values: options } = parseArgs({
  options: {
    check: { type: 'string' },
    remove: { type: 'boolean' },
    output: { type: 'string', default: root },
  },
});
// npm runs this script before `build`, too: what it needs is made here.
if (!options.remove) runNode(['scripts/setup.mjs']);
const require = createRequire(import.meta.url);
const { prebuiltPath } = require('../dist/addon.js');
const target = join(options.output, prebuiltPath());

/** The latest glibc version among the symbols that the binary needs, as [2, 34]; else undefined. */
function glibcNeeded(binary) {
  if (process.platform !== 'linux' || spawnSync('objdump', ['--version']).status !== 0) return;
  const symbols = run('objdump', ['-T', binary], { quiet: true });
  return [...symbols.matchAll(/GLIBC_(\d+)\.(\d+)/g)]
    .map(([, major, minor]) => [Number(major), Number(minor)])
    .sort(compareVersions)
    .at(-1);
}

function compareVersions(a, b) {
  return a[0] - b[0] || a[1] - b[1];
}

function checkGlibc(needed) {
  if (!options.check || compareVersions(needed, options.check.split('.')) <= 0) return;
  console.error(`more than glibc ${options.check}: link it on an older distribution`);
  process.exitCode = 1;
}

/** The addon, without Intel DML. */
async function plainAddon() {
  const built = join(root, 'build/Release/datamover.node');
  if (require(built).intelDml === undefined) return built;
  delete process.env.DML_ROOT;
  const plain = 'build/without-intel-dml/datamover.node';
  await require('../dist/cli/build.js').build(plain);
  return join(root, plain);
}

async function prebuild() {
  const built = await plainAddon();
  mkdirSync(dirname(target), { recursive: true });
  // Renamed into place: another process may be loading the old one.
  const copy = `${target}.${process.pid}`;
  copyFileSync(built, copy);
  if (process.platform !== 'win32') run('strip', ['-x', copy]);
  renameSync(copy, target);
  const glibc = glibcNeeded(target);
  console.log(`prebuilt ${target}${glibc ? ` (needs glibc ${glibc.join('.')})` : ''}`);
  if (glibc) checkGlibc(glibc);
}

if (options.remove) rmSync(target, { force: true });
else await prebuild();
