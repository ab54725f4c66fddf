import { execFile, spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program in the repository and ends this process with its exit code if it fails.
 * `quiet`: its output is shown only when it fails. `timeout`: milliseconds; undefined for any time.
 */
export function run(program, args, { cwd = root, env = process.env, quiet = false, timeout } = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
    stdio: quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return stdout ?? '';
  if (quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  console.error(`failed: ${program} ${args.join(' ')}${error ? ` (${error.message})` : ''}`);
  process.exit(status || 1);
}

/** The same beside others, quietly. A failure does not end this process before the promise is there. */
export async function runBeside(program, args, { env = process.env, timeout = 0 } = {}) {
  const options = { cwd: root, env, timeout, killSignal: 'SIGKILL', maxBuffer: 1 << 28 };
  try {
    await promisify(execFile)(program, args, options);
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    console.error(`failed: ${program} ${args.join(' ')}`);
    process.exitCode = error.code > 0 ? error.code : 1;
    throw error;
  }
}

export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** npm as it was called, or from the PATH (where Windows needs its extension and a shell's help). */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return runNode([npm, ...args], options);
  if (process.platform === 'win32') return run('cmd', ['/c', 'npm', ...args], options);
  return run('npm', args, options);
}
