import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeviceModel, deviceModel, isDeviceModelBuilt, noDeviceModel } from './device-model';

/**
 * `datamover emulate`: runs a command beside a device model, which it takes for a DSA.
 *
 * @param args - options of the model, `--`, the command
 * @returns the exit code of the command
 */
export async function emulate(args: readonly string[]): Promise<number> {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  const own = options.find((option) => option === '--root' || option === '--shim');
  if (own !== undefined) throw new Error(`emulate sets ${own} itself`);
  if (!options.includes('--help') && (end < 0 || end + 1 === args.length)) {
    throw new Error('emulate needs a command: emulate [OPTIONS] -- COMMAND ARGUMENTS...');
  }
  const problem = noDeviceModel();
  if (problem !== undefined) throw new Error(problem);
  if (!isDeviceModelBuilt()) {
    console.error('Compiling the device model, once ...');
    await buildDeviceModel();
  }
  const { program, shim } = deviceModel;
  const root = mkdtempSync(join(tmpdir(), 'datamover-'));
  try {
    return await run(program, ['--root', root, '--shim', shim, ...args]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    // They reach the child, too, and it ends when its command does.
    const wait = (): void => undefined;
    process.on('SIGINT', wait).on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject).once('exit', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal!]);
    });
  });
}
