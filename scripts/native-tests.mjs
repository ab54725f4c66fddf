// Builds and runs the C++ tests: by CMake, or where there is none by the compiler alone.
// --sanitize=LIST: with these sanitizers, such as address,undefined. Other words select tests.
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
  options: { sanitize: { type: 'string', default: '' } },
});
const sanitize = values.sanitize;
const directory = `build/native-tests${sanitize && `-${sanitize.replaceAll(',', '-')}`}`;

function buildByCMake() {
  const configure = ['-S', '.', '-B', directory, `-DDATAMOVER_SANITIZE=${sanitize}`];
  run('cmake', configure, { quiet: true });
  const parallel = ['--parallel', String(availableParallelism())];
  run('cmake', ['--build', directory, '--config', 'Release', ...parallel], { quiet: true });
}

async function buildByCompiler() {
  const { compile, findCompiler, readList } = createRequire(import.meta.url)(
    '../dist/cli/compile.js',
  );
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
      ...tests.map((name) => `test/native/${name}`),
    ],
    compileFlags: [...readList(root, 'compile_flags.txt'), '-Inative', ...flags],
    linkFlags: ['-pthread', ...flags],
    output: `${directory}/native_tests`,
  });
}

console.log(`native tests${sanitize && ` (${sanitize})`}`);
if (spawnSync('cmake', ['--version']).status === 0) buildByCMake();
else await buildByCompiler();
run(join(root, directory, 'native_tests'), positionals);
