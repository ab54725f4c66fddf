import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directories: string[] = [];
let count = 0;

/** Where files are kept in memory, if there is such a place. */
export const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A path that nothing has yet, in a directory of its own, which goes after the tests of the file. */
export function newPath(parent = memory): string {
  const directory = mkdtempSync(join(parent, 'datamover-pmem-'));
  directories.push(directory);
  return join(directory, `file${String(count++)}`);
}

/** A file of zeros. */
export function newFile(bytes: number, parent?: string): string {
  const path = newPath(parent);
  writeFileSync(path, Buffer.alloc(bytes));
  return path;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
