// Builds and runs the fuzz targets, one on each CPU at a time:
//   npm run fuzz -- [--seconds N] [--target NAME]... [--keep]
// Most (test/fuzz/targets.h) are run by clang's libFuzzer. What was found before is gone on from
// (build/fuzz/corpus). An input that breaks something is left in build/fuzz; with --keep, inputs that
// reach new code become seeds, in test/fuzz/corpus. The target sysfs (test/fuzz/sysfs.ts) is the
// library's own way to read what the kernel says of devices, and runs in Node.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root, run, runBeside, runNode } from './run.mjs';

const seeds = 'test/fuzz/corpus';
const directory = 'build/fuzz';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: {
      type: 'string',
      multiple: true,
      default: [...readdirSync(join(root, seeds)), 'sysfs'],
    },
    keep: { type: 'boolean', default: false },
  },
});

if (process.platform !== 'linux') {
  console.log('fuzz targets skipped: Linux missing');
  process.exit(0);
}

/** No seed is longer; they are small enough to be tried by every run of the native tests. */
const limits = ['-max_len=1024', '-len_control=0', '-timeout=20', '-verbosity=1'];

function fuzz(target, args) {
  const env = { ...process.env, DATAMOVER_FUZZ_TARGET: target };
  return runBeside(join(root, directory, 'fuzz'), [...limits, ...args], { env });
}

async function fuzzNative(target) {
  const found = `${directory}/corpus/${target}`;
  const kept = `${seeds}/${target}`;
  mkdirSync(join(root, found), { recursive: true });
  const artifacts = `-artifact_prefix=${directory}/${target}-`;
  await fuzz(target, [`-max_total_time=${values.seconds}`, artifacts, found, kept]);
  // Lines of code that are reached, however often.
  if (values.keep) await fuzz(target, ['-merge=1', '-use_counters=0', kept, found]);
}

/** Whether the native targets can be run here. */
function buildNative() {
  const exists = (program) => spawnSync(program, ['--version']).status === 0;
  const lacking = ['cmake', 'clang++'].filter((program) => !exists(program));
  if (lacking.length > 0) {
    console.log(`native fuzz targets skipped: ${lacking.join(', ')} missing`);
    console.log('sh scripts/install-fuzzer.sh installs them');
    return false;
  }
  const build = ['-S', '.', '-B', directory, '-DDATAMOVER_FUZZ=ON', '-DCMAKE_CXX_COMPILER=clang++'];
  run('cmake', build, { quiet: true });
  const parallel = ['--parallel', String(availableParallelism())];
  run('cmake', ['--build', directory, '--target', 'fuzz', ...parallel], { quiet: true });
  return true;
}

function fuzzSysfs() {
  const program = ['-r', './test/support/typescript.cjs', 'test/fuzz/sysfs.ts'];
  // What hangs is killed; which tree it was stands in build/fuzz/sysfs-seed.
  const timeout = (Number(values.seconds) + 60) * 1000;
  return runBeside(process.execPath, [...program, '--seconds', values.seconds], { timeout });
}

const native = values.target.filter((name) => name !== 'sysfs');
const canRun = native.length > 0 && buildNative();
const targets = values.target.filter((name) => name === 'sysfs' || canRun);
if (targets.includes('sysfs')) runNode(['scripts/setup.mjs']);

async function fuzzOnOneCpu() {
  for (let target = targets.shift(); target !== undefined; target = targets.shift()) {
    console.log(`fuzz ${target}: ${values.seconds} s`);
    await (target === 'sysfs' ? fuzzSysfs() : fuzzNative(target));
  }
}

try {
  await Promise.all(Array.from({ length: availableParallelism() }, fuzzOnOneCpu));
} catch {
  // Which it was has been said. Nothing is to go on without it.
  process.exit();
}
