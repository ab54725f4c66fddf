#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { build } from './build';

const usage = `Usage: datamover <command>

Commands:
  build    compile the native addon for this machine with its C++ compiler, without a download

Options:
  --help   show this text
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length !== 1 || positionals[0] !== 'build') {
    process.stderr.write(usage);
    return 2;
  }
  await build();
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`datamover: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
