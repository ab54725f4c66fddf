import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

/** Runs node in the repository. */
export function node(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/** What a module in the repository's root prints, which is JSON. */
export function evaluate(script: string): any {
  const { status, stdout, stderr } = node('--input-type=module', '--eval', script);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
