// clang-format over the C++ sources; --check only looks.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, runNode } from './run.mjs';

const files = ['native', 'test/native', 'test/fuzz', 'bench/addon'].flatMap((directory) =>
  readdirSync(join(root, directory), { recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .map((name) => join(directory, name)),
);
const mode = process.argv.includes('--check') ? ['--dry-run', '-Werror'] : ['-i'];
runNode(['node_modules/clang-format/index.js', '--style=file', ...mode, ...files]);
