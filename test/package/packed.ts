import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

export interface Result {
  readonly status: number | null;
  readonly output: string;
}

/** The packed package, and an empty project in which it is installed. */
export interface Packed {
  readonly contents: string;
  readonly project: string;
  readonly tarball: string;
  /** Runs a program in the project. */
  run(program: string, args: string[], env?: NodeJS.ProcessEnv): Result;
  remove(): void;
}

export function installPacked(...options: string[]): Packed {
  const directory = mkdtempSync(join(tmpdir(), 'datamover-package-'));
  const script = join(root, 'scripts/install-packed.mjs');
  execFileSync(process.execPath, [script, ...options, directory], { stdio: 'pipe' });
  const manifest = readFileSync(join(directory, 'package/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const project = join(directory, 'project');
  return {
    contents: join(directory, 'package'),
    project,
    tarball: join(directory, `datamover-${version}.tgz`),
    run(program, args, env = {}) {
      const { status, stdout, stderr } = spawnSync(program, args, {
        cwd: project,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      return { status, output: stdout + stderr };
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Fails with the program's output when it did not succeed. */
export function expectSuccess({ status, output }: Result): void {
  expect(status === 0 ? '' : `status ${String(status)}\n${output}`).toBe('');
}
