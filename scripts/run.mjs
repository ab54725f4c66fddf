import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

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
