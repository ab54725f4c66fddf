// Builds and runs the fuzz targets (test/fuzz/targets.h) by clang's libFuzzer, one after the other:
//   npm run fuzz -- [--seconds N] [--target NAME]... [--keep]
// What was found before is gone on from (build/fuzz/corpus). An input that breaks something is left
// in build/fuzz; with --keep, inputs that reach new code become seeds, in test/fuzz/corpus.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';

const seeds = 'test/fuzz/corpus';
const directory = 'build/fuzz';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: readdirSync(join(root, seeds)) },
    keep: { type: 'boolean', default: false },
  },
});

const exists = (program) => spawnSync(program, ['--version']).status === 0;
const lacking = ['cmake', 'clang++'].filter((program) => !exists(program));
if (lacking.length > 0 || process.platform !== 'linux') {
  console.log(`fuzz targets skipped: ${lacking.join(', ') || 'Linux'} missing`);
  console.log('sh scripts/install-fuzzer.sh installs them');
  process.exit(0);
}

/** No seed is longer; they are small enough to be tried by every run of the native tests. */
const limits = ['-max_len=1024', '-timeout=20', '-verbosity=1'];

function fuzz(target, args) {
  const env = { ...process.env, DATAMOVER_FUZZ_TARGET: target };
  run(`${directory}/fuzz`, [...limits, ...args], { env, quiet: true });
}

const build = ['-S', '.', '-B', directory, '-DDATAMOVER_FUZZ=ON', '-DCMAKE_CXX_COMPILER=clang++'];
run('cmake', build, { quiet: true });
const parallel = ['--parallel', String(availableParallelism())];
run('cmake', ['--build', directory, '--target', 'fuzz', ...parallel], { quiet: true });
for (const target of values.target) {
  const found = `${directory}/corpus/${target}`;
  const kept = `${seeds}/${target}`;
  mkdirSync(join(root, found), { recursive: true });
  console.log(`fuzz ${target}: ${values.seconds} s`);
  const artifacts = `-artifact_prefix=${directory}/${target}-`;
  fuzz(target, [`-max_total_time=${values.seconds}`, artifacts, found, kept]);
  // Lines of code that are reached, however often.
  if (values.keep) fuzz(target, ['-merge=1', '-use_counters=0', kept, found]);
}
