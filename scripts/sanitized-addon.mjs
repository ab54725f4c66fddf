// The conformance and life cycle tests in Node, with an addon that was built under AddressSanitizer and
// UndefinedBehaviorSanitizer (by gcc). Other words are what jest is given instead of these tests.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { buildAddonFor } from './addon-tree.mjs';
import { root, run } from './run.mjs';

/** A tree like the repository's, with an addon of its own, which never comes near build/Release. */
const directory = 'build/sanitized';
const reports = join(root, directory, 'reports');

const exists = (program) => spawnSync(program, ['--version']).status === 0;
const lacking = ['cmake', 'g++'].filter((program) => !exists(program));
if (lacking.length > 0 || process.platform !== 'linux') {
  console.log(`sanitized addon skipped: ${lacking.join(', ') || 'Linux'} missing`);
  process.exit(0);
}

function buildTree() {
  for (const name of ['lib', 'test', 'dist', 'package.json', 'jest.config.mjs', 'tsconfig.json']) {
    const copy = join(root, directory, name);
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(root, name), copy, { recursive: true });
  }
  const modules = join(root, directory, 'node_modules');
  rmSync(modules, { force: true });
  symlinkSync(join(root, 'node_modules'), modules);
}

/** Node is not built with the sanitizer, so its runtime has to be there before all else. */
const runtime = spawnSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' });
const environment = {
  ...process.env,
  DATAMOVER_TEST_PATIENCE_MS: '100000',
  LD_PRELOAD: runtime.stdout.trim(),
  ASAN_OPTIONS: [
    // Children's reports, too, whatever becomes of what they print.
    `log_path=${reports}/report`,
    // Node and V8 free little when a process ends; what grows is measured by test/lifecycle/long-run.
    'detect_leaks=0',
    // Whether the system has so much memory is asked by tests: a refusal is an answer.
    'allocator_may_return_null=1',
    // As it is by default: native/portal/trial.cc has handlers of its own for as long as it tries an
    // instruction, and passes on what is not its own.
    'allow_user_segv_handler=1',
  ].join(':'),
  UBSAN_OPTIONS: `log_path=${reports}/report:print_stacktrace=1`,
};

function sanitized(args, options = {}) {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const { status } = spawnSync(process.execPath, args, {
    cwd: join(root, directory),
    env: environment,
    stdio: 'inherit',
    ...options,
  });
  const texts = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
  return { status, texts };
}

/** Who finds nothing has to be able to find something. */
function expectOverflow() {
  const { status, texts } = sanitized(['test/support/overflow.cjs'], { stdio: 'ignore' });
  if (status !== 0 && texts.some((text) => text.includes('heap-buffer-overflow'))) return;
  console.error(`a move of a byte too many was not seen (exit code ${status})\n${texts.join('')}`);
  process.exit(1);
}

console.log('addon under AddressSanitizer and UndefinedBehaviorSanitizer');
run(process.execPath, ['scripts/setup.mjs']);
buildTree();
buildAddonFor(directory, ['-DCMAKE_CXX_COMPILER=g++', '-DDATAMOVER_SANITIZE=address,undefined']);
expectOverflow();
const words = process.argv.slice(2);
const tests = words.length > 0 ? words : ['test/conformance', 'test/lifecycle'];
// The sanitizer keeps what was freed, so here a process grows.
const jest = ['--maxWorkers=100%', '--testTimeout=120000', '--testPathIgnorePatterns', 'long-run'];
const { status, texts } = sanitized([
  'node_modules/jest/bin/jest.js',
  ...jest,
  '--testPathPatterns',
  ...tests,
]);
for (const text of texts) console.error(text);
if (texts.length > 0) console.error(`${texts.length} reports of the sanitizers`);
process.exitCode = status !== 0 || texts.length > 0 ? 1 : 0;
