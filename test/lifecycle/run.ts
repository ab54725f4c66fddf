import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { node, runCommand, type ChildResult } from '../support/child';

/** Milliseconds; where a sanitizer slows everything down, more are given. */
const PATIENCE_MS = Number(process.env['DATAMOVER_TEST_PATIENCE_MS'] ?? 20_000);

interface RunOptions {
  /** For Node. */
  readonly flags?: readonly string[];
  /** What ends in any other way than well says so by then, or is killed. */
  readonly patienceMs?: number;
  /** Called at each thing that the program prints, with all that it printed so far. */
  readonly onOutput?: (child: ChildProcess, stdout: string) => void;
}

/** Runs a program of `children/`, which uses the library as it is built. */
export function run(
  program: string,
  args: readonly string[] = [],
  { flags = [], onOutput, patienceMs = PATIENCE_MS }: RunOptions = {},
): Promise<ChildResult> {
  const file = join(__dirname, 'children', `${program}.cjs`);
  return runCommand([node, ...flags, file, ...args], { timeoutMs: patienceMs, onOutput });
}

/** What the program printed last, as JSON; it must have ended well. */
export async function resultOf<T>(...of: Parameters<typeof run>): Promise<T> {
  const { stdout, ...end } = await run(...of);
  expect(end).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
