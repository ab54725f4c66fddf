import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ChildResult } from '../support/child';

/** Another Node than the one that runs the tests may run the programs. */
const node = process.env['DATAMOVER_TEST_NODE'] ?? process.execPath;

/** Milliseconds; where a sanitizer slows everything down, more are given. */
const PATIENCE_MS = Number(process.env['DATAMOVER_TEST_PATIENCE_MS'] ?? 20_000);

interface RunOptions {
  /** For Node. */
  readonly flags?: readonly string[];
  /** Called at each thing that the program prints, with all that it printed so far. */
  readonly onOutput?: (child: ChildProcess, stdout: string) => void;
  /** A process that ended in any other way than well says so on its own, or is killed by then. */
  readonly patienceMs?: number;
}

/** Runs a program of `children/`, which uses the library as it is built. */
export function run(
  program: string,
  args: readonly string[] = [],
  { flags = [], onOutput, patienceMs = PATIENCE_MS }: RunOptions = {},
): Promise<ChildResult> {
  const file = join(__dirname, 'children', `${program}.cjs`);
  const child = spawn(node, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
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
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** What the program printed last, as JSON; it must have ended well. */
export async function resultOf<T>(...of: Parameters<typeof run>): Promise<T> {
  const { stdout, ...end } = await run(...of);
  expect(end).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
