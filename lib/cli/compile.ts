import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A program or a module, and what it is made of. Paths may be relative to `root`. */
export interface Target {
  readonly root: string;
  readonly sources: readonly string[];
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  readonly output: string;
}

/** One of the lists under `native/`, which binding.gyp and CMakeLists.txt read too. */
export function readList(root: string, name: string): string[] {
  return readFileSync(join(root, 'native', name), 'utf8')
    .split('\n')
    .filter(Boolean);
}

/** The C++ compiler as a command line, `$CXX` first; undefined when there is none. */
export function findCompiler(): string[] | undefined {
  const wanted = process.env['CXX']?.split(' ').filter(Boolean) ?? [];
  const candidates = wanted.length > 0 ? [wanted] : [['c++'], ['g++'], ['clang++']];
  return candidates.find(
    ([program = '', ...args]) => spawnSync(program, [...args, '--version']).status === 0,
  );
}

function run([program = '', ...args]: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
      .once('error', reject)
      .once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`this failed: ${[program, ...args].join(' ')}`));
      });
  });
}

/** Compiles every source, as many at a time as there are CPUs, and links them to the output. */
export async function compile(compiler: readonly string[], target: Target): Promise<void> {
  const { root, sources, compileFlags, linkFlags } = target;
  const output = join(root, target.output);
  const objects = mkdtempSync(join(tmpdir(), 'datamover-build-'));
  try {
    const object = (index: number) => join(objects, `${index}.o`);
    const work = sources.entries();
    let failed = false;
    const compileSome = async () => {
      for (const [index, source] of work) {
        if (failed) return;
        const command = [...compiler, ...compileFlags, '-c', source, '-o', object(index)];
        await run(command, root).catch((error: unknown) => {
          failed = true;
          throw error;
        });
      }
    };
    // What has begun is waited for: it writes to the directory that is removed below.
    const ends = await Promise.allSettled(
      Array.from({ length: availableParallelism() }, compileSome),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;

    mkdirSync(dirname(output), { recursive: true });
    // Renamed into place: another process may have the old file loaded.
    const linked = `${output}.${process.pid}`;
    const allObjects = sources.map((_, index) => object(index));
    await run([...compiler, ...allObjects, ...linkFlags, '-o', linked], root);
    renameSync(linked, output);
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}
