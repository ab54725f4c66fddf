import { constants } from 'node:buffer';
import { constants as flags } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MoverError, rangeError } from '../errors';
import { daxDevice, type DaxDevice } from './sysfs';

/** A file that is open to be mapped. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** To map. */
  readonly length: number;
  /** Undefined for a file. */
  readonly device: DaxDevice | undefined;
}

export interface FileOptions {
  readonly length: number | undefined;
  readonly create: boolean;
  /** What is stored is to reach the file. */
  readonly shared: boolean;
}

/**
 * Opens a file, and creates and extends it where that is asked for.
 *
 * @throws what `fs` throws; RangeError for a length that the file does not have; MoverError
 * `ERR_MOVER_UNSUPPORTED` for what cannot be mapped
 */
export async function openFile(path: string, options: FileOptions): Promise<OpenFile> {
  const { create, shared } = options;
  const access = shared ? flags.O_RDWR : flags.O_RDONLY;
  // Without waiting for the other side of a pipe, which is refused below.
  const handle = await open(path, access | (create ? flags.O_CREAT : 0) | flags.O_NONBLOCK);
  try {
    const status = await handle.stat();
    const device = status.isCharacterDevice() ? daxDevice(status.rdev) : undefined;
    if (device === undefined && !status.isFile()) {
      const text = `${path} is neither a file nor a DAX device: it cannot be mapped`;
      throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
    }
    const size = device?.bytes ?? status.size;
    const length = lengthOf(path, size, options, device === undefined);
    if (length > size) await extend(handle, path, length);
    return { handle, length, device };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws RangeError */
function lengthOf(path: string, size: number, options: FileOptions, grows: boolean): number {
  const { length = size, create } = options;
  const what = `length: ${path} has ${String(size)} bytes`;
  if (length === 0) {
    throw rangeError('ERR_OUT_OF_RANGE', `${what}; give a length, and create: true to extend it`);
  }
  if (length > constants.MAX_LENGTH) {
    const most = `a Buffer of this runtime can have ${String(constants.MAX_LENGTH)}`;
    throw rangeError('ERR_OUT_OF_RANGE', `${what}, and ${most}; got ${String(length)}`);
  }
  if (length <= size || (create && grows)) return length;
  const remedy = grows ? '; create: true extends it' : '';
  throw rangeError('ERR_OUT_OF_RANGE', `${what}; got ${String(length)}${remedy}`);
}

/** The size and the name are durable, too, before anybody relies on what is stored. */
async function extend(handle: FileHandle, path: string, length: number): Promise<void> {
  await handle.truncate(length);
  await handle.sync();
  const directory = await open(dirname(path), flags.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
