#!/usr/bin/env node
import { build } from './build';
import { buildDeviceModel, deviceModel } from './device-model';
import { doctor } from './doctor';
import { emulate } from './emulate';

const usage = `Usage: datamover <command>

Commands:
  build                  compile the native addon for this machine with its C++ compiler, without a
                         download
  build device-model     compile the device model in the same way
  doctor [--json]        say what this machine offers, what is missing, and what to type; exit code 0:
                         usable hardware, 1: software only, 2: something is broken
  emulate [OPTIONS] -- COMMAND ARGUMENTS...
                         run a command beside a device model, which it takes for a DSA;
                         emulate --help names the options

Options:
  --help   show this text
`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const line = args.join(' ');
  if (line === '--help' || line === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  if (line === 'build') {
    await build();
    return 0;
  }
  if (line === 'build device-model') {
    await buildDeviceModel();
    console.log(`Built ${deviceModel.program}`);
    return 0;
  }
  if (line === 'doctor' || line === 'doctor --json') return doctor(rest.length > 0);
  if (command === 'emulate' && rest.length > 0) return emulate(rest);
  process.stderr.write(usage);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`datamover: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
