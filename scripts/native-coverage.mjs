// Which lines and branches of the C++ core the native tests reach, as clang counts them. Names those that
// they do not, and fails where these are too many: see docs/testing.md.
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { exists } from './arm64.mjs';
import { root, run } from './run.mjs';

/** Per cent. */
const least = { lines: 95, branches: 90 };

const core = ['abi', 'engine', 'memory', 'offload', 'portal'].map((name) => `native/${name}`);
/** Tables that the compiler makes, and instructions that few CPUs have: nothing here can count them. */
const uncounted = '(operation_table|idxd_check)\\.cc|(_polynomial|portal/instructions)\\.h';
const directory = 'build/native-coverage';
const tests = join(directory, 'native_tests');
const counts = join(directory, 'counts');

// Earlier ones lack what the tests need of the standard library.
const [compiler, cov, profdata] = ['clang++-16', 'llvm-cov-16', 'llvm-profdata-16'];
const lacking = ['cmake', compiler, cov].filter((program) => !exists(program));
if (lacking.length > 0) {
  console.log(`coverage of the C++ core skipped: ${lacking.join(', ')} missing`);
  console.log('sh scripts/install-coverage-tools.sh installs them');
  process.exit(0);
}

const configure = ['-DDATAMOVER_COVERAGE=ON', `-DCMAKE_CXX_COMPILER=${compiler}`];
run('cmake', ['-S', '.', '-B', directory, ...configure], { quiet: true });
const parallel = ['--parallel', String(availableParallelism())];
run('cmake', ['--build', directory, '--target', 'native_tests', ...parallel], { quiet: true });

// One file for each process: tests have children.
rmSync(join(root, counts), { recursive: true, force: true });
const env = { ...process.env, LLVM_PROFILE_FILE: join(root, counts, '%p.profraw') };
run(join(root, tests), [], { env, quiet: true });
const profile = join(counts, 'all.profdata');
run(profdata, ['merge', '-o', profile, counts]);
const lcov = run(
  cov,
  [
    'export',
    '--format=lcov',
    `--ignore-filename-regex=${uncounted}`,
    tests,
    `--instr-profile=${profile}`,
    ...core,
  ],
  {
    quiet: true,
  },
);

/** Numbers of the lines as ranges. */
function ranges(lines) {
  const found = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(' ');
}

const sum = { lines: [0, 0], branches: [0, 0] };
for (const record of lcov.split('end_of_record\n')) {
  const fields = record.split('\n').map((line) => line.split(/[:,]/));
  const file = fields.find(([name]) => name === 'SF')?.[1];
  if (file === undefined) continue;
  const missed = { lines: [], branches: [] };
  for (const [name, line, ...rest] of fields) {
    const kind = { DA: 'lines', BRDA: 'branches' }[name];
    if (kind === undefined) continue;
    const reached = Number(rest.at(-1)) > 0;
    sum[kind][0] += reached;
    sum[kind][1]++;
    if (!reached) missed[kind].push(Number(line));
  }
  if (missed.lines.length + missed.branches.length === 0) continue;
  console.log(relative(root, file));
  if (missed.lines.length > 0) console.log(`  lines ${ranges(missed.lines)}`);
  // Where the line itself is not reached, neither are its branches.
  const branches = missed.branches.filter((line) => !missed.lines.includes(line));
  if (branches.length > 0) console.log(`  one way of ${ranges(branches)}`);
}
for (const [kind, [reached, all]] of Object.entries(sum)) {
  const percent = (100 * reached) / all;
  console.log(`${kind}: ${reached} of ${all}, ${percent.toFixed(1)} % (at least ${least[kind]} %)`);
  if (percent < least[kind]) process.exitCode = 1;
}
