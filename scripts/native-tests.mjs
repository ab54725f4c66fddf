// Builds and runs the C++ tests: by CMake, or where there is none by the compiler alone.
// --sanitize=LIST: with these sanitizers, such as address,undefined. Other words select tests by their
// names, with an exclamation mark in front: all others.
// --arm64: for arm64, cross-compiled, under emulation.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { crossOptions, emulator, exists, requireTools } from './arm64.mjs';
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

/** What the emulator does not know: which pages are in memory, and the memory of other processes. */
const beyondEmulation = ['!pages are present', '!model:'];

function buildByCMake() {
  // Looked for anew each time: whoever unsets DML_ROOT wants to be without.
  const configure = ['-S', '.', '-B', directory, '-UDML_DIR', `-DDATAMOVER_SANITIZE=${sanitize}`];
  // Static, so that the emulator needs no libraries of the other machine.
  if (arm64) configure.push(...crossOptions, '-DCMAKE_EXE_LINKER_FLAGS=-static');
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
  const sourcesIn = (folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.cc'))
      .map((name) => `${folder}/${name}`);
  const fuzzTargets = sourcesIn('test/fuzz').filter((name) => !name.endsWith('/main.cc'));
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
      ...(process.platform === 'linux' ? [...deviceModel, ...fuzzTargets] : []),
      ...dml.sources,
      ...sourcesIn('test/native'),
    ],
    compileFlags: [
      ...readList(root, 'compile_flags.txt'),
      '-Inative',
      '-Itest',
      ...dml.compileFlags,
      ...flags,
    ],
    linkFlags: ['-pthread', ...dml.linkFlags, ...flags],
    output: `${directory}/native_tests`,
  });
}

if (arm64) requireTools('native tests (arm64)');

console.log(`native tests${variant && ` (${variant})`}`);
if (exists('cmake')) buildByCMake();
else await buildByCompiler();
const tests = join(root, directory, 'native_tests');
if (arm64) run(emulator, [tests, ...positionals, ...beyondEmulation]);
else run(tests, positionals);
