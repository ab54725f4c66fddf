import { open } from 'node:fs/promises';
import { formatBytes } from './format.mjs';

/** The demonstration keeps two copies beside the file. */
const MAX_BYTES = 2 ** 30;

/** There is nothing to work on: exit code 2. */
export class InputError extends Error {}

const reasons = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
};

/** File names may hold anything, a terminal's control characters too. */
const printable = (path) => path.replace(/\p{Cc}/gu, '?');

/** The file, at most its first GiB, in memory from the pool. */
export async function readInput(path, pool) {
  const name = printable(path);
  try {
    const file = await open(path);
    try {
      return await readFile(file, name, pool);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InputError || error.code?.startsWith('ERR_')) throw error;
    throw new InputError(`cannot read ${name}: ${reasons[error.code] ?? printable(error.message)}`);
  }
}

async function readFile(file, name, pool) {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new InputError(`cannot read ${name}: it is a directory`);
  if (!stat.isFile()) throw new InputError(`cannot read ${name}: it is not a regular file`);
  if (stat.size === 0) throw new InputError(`cannot use ${name}: it is empty`);
  const buffer = pool.alloc(Math.min(stat.size, MAX_BYTES));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled);
    if (bytesRead === 0) throw new InputError(`cannot read ${name}: it became shorter meanwhile`);
    filled += bytesRead;
  }
  const rest = stat.size - filled;
  const remark = rest === 0 ? name : `${name}, leaving ${formatBytes(rest)} unread`;
  return { source: buffer, remark };
}
