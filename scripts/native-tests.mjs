// Builds and runs the C++ tests: by CMake, or where there is none by the compiler alone.
// --sanitize=LIST: with these sanitizers, such as address,undefined. Other words select tests by their
// names, with an exclamation mark in front: all others.
// --arm64: for arm64 by Debian's cross compiler, run by qemu (packages g++-aarch64-linux-gnu, qemu-user).
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sanitize: { type: 'string', default: '' },
    arm64: { type: 'boolean', default: false },
  },
});
const { arm64, sanitize } = values;
const variant = arm64 ? 'arm64' : sanitize.replaceAll(',', '-');
const directory = `build/native-tests${variant && `-${variant}`}`;

const crossCompiler = 'aarch64-linux-gnu-g++';
const emulator = 'qemu-aarch64';

/** Static, so that the emulator needs no libraries of the other machine. */
const crossOptions = [
  '-DCMAKE_SYSTEM_NAME=Linux',
  '-DCMAKE_SYSTEM_PROCESSOR=aarch64',
  `-DCMAKE_CXX_COMPILER=${crossCompiler}`,
  '-DCMAKE_EXE_LINKER_FLAGS=-static',
];

/** What the emulator does not know: which pages are in memory, and the memory of other processes. */
const beyondEmulation = ['!pages are present', '!model:'];

function buildByCMake() {
  // Looked for anew each time: whoever unsets DML_ROOT wants to be without.
  const configure = ['-S', '.', '-B', directory, '-UDML_DIR', `-DDATAMOVER_SANITIZE=${sanitize}`];
  if (arm64) configure.push(...crossOptions);
  run('cmake', configure, { quiet: true });
  const parallel = ['--parallel', String(availableParallelism())];
  run('cmake', ['--build', directory, '--config', 'Release', ...parallel], { quiet: true });
}

async function buildByCompiler() {
  const require = createRequire(import.meta.url);
  const { compile, findCompiler, readList } = require('../dist/cli/compile.js');
  const dml = require('../dist/cli/intel-dml.js').intelDml(root);
  const compiler = findCompiler();
  if (!compiler) {
    console.error('native tests: neither CMake nor a C++ compiler found');
    process.exit(1);
  }
  const tests = readdirSync(join(root, 'test/native')).filter((name) => name.endsWith('.cc'));
  const deviceModel = readList(root, 'device_model/sources.txt').filter(
    (name) => !name.endsWith('/main.cc'),
  );
  const flags = sanitize
    ? ['-O1', '-g', `-fsanitize=${sanitize}`, '-fno-sanitize-recover=all']
    : [];
  await compile(compiler, {
    root,
    sources: [
      ...readList(root, 'sources.txt'),
      ...(process.platform === 'linux' ? deviceModel : []),
      ...dml.sources,
      ...tests.map((name) => `test/native/${name}`),
    ],
    compileFlags: [
      ...readList(root, 'compile_flags.txt'),
      '-Inative',
      ...dml.compileFlags,
      ...flags,
    ],
    linkFlags: ['-pthread', ...dml.linkFlags, ...flags],
    output: `${directory}/native_tests`,
  });
}

const exists = (program) => spawnSync(program, ['--version']).status === 0;
const lacking = ['cmake', crossCompiler, emulator].filter((program) => arm64 && !exists(program));
if (lacking.length > 0) {
  console.log(`native tests (arm64) skipped: ${lacking.join(', ')} missing`);
  console.log('sh scripts/install-arm64-tools.sh installs them');
  process.exit(0);
}

console.log(`native tests${variant && ` (${variant})`}`);
if (exists('cmake')) buildByCMake();
else await buildByCompiler();
const tests = join(root, directory, 'native_tests');
if (arm64) run(emulator, [tests, ...positionals, ...beyondEmulation]);
else run(tests, positionals);
