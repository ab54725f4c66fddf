import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Another Node than the one that runs the tests may run the programs that take it. */
export const node = process.env['DATAMOVER_TEST_NODE'] ?? process.execPath;

interface Handling {
  /** It is killed then. */
  readonly timeoutMs?: number;
  /** Called at each thing that it prints, with all that it printed so far. */
  readonly onOutput?: ((child: ChildProcess, stdout: string) => void) | undefined;
}

/** Runs a command to its end. */
export function runCommand(
  [file, ...args]: readonly string[],
  { timeoutMs = 25_000, onOutput }: Handling = {},
): Promise<ChildResult> {
  const child = spawn(file!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(child, stdout);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Lets a plain Node require TypeScript. */
export const hook = join(__dirname, 'typescript.cjs');
const library = join(__dirname, '..', '..', 'lib', 'index.ts');

/**
 * Runs JavaScript in a process of its own, where the names that the library exports are variables.
 *
 * @param script - the body of an async function
 * @param flags - for Node
 */
export function runChild(
  script: string,
  flags: readonly string[] = [],
  handling?: Handling,
): Promise<ChildResult> {
  const program = `
    const library = require(${JSON.stringify(library)});
    const { mover, open, syncMover, threadsMover, Pool, Region, Runtime } = library;
    (async () => {${script}
    })();`;
  return runCommand([process.execPath, ...flags, '-r', hook, '-e', program], handling);
}

/** What the script printed as JSON in its last line; it must have ended by itself and well. */
export async function childResult<T>(
  script: string,
  flags?: readonly string[],
  handling?: Handling,
): Promise<T> {
  const { code, signal, stdout, stderr } = await runChild(script, flags, handling);
  if (code !== 0 || signal !== null) {
    throw new Error(`child ended with code ${code}, signal ${signal}: ${stderr}`);
  }
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
