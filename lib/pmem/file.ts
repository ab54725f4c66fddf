import { constants } from 'node:buffer';
import { constants as flags } from 'node:fs';
import { open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { MoverError, rangeError } from '../errors';
import type { Path } from './path';
import { daxDevice, type DaxDevice } from './sysfs';

/** A file that is open to be mapped. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** To map. */
  readonly length: number;
  /** Undefined for a file. */
  readonly device: DaxDevice | undefined;
  /** It is not to be mapped after all: closes it, and removes it where it was created for that. */
  discard(): Promise<void>;
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
export async function openFile(path: Path, options: FileOptions): Promise<OpenFile> {
  const { create, shared } = options;
  // Without waiting for the other side of a pipe, which is refused below.
  const mode = (shared ? flags.O_RDWR : flags.O_RDONLY) | flags.O_NONBLOCK;
  const made = create ? await make(path, mode) : undefined;
  const handle = made ?? (await open(path.file, mode | (create ? flags.O_CREAT : 0)));
  const discard = async (): Promise<void> => {
    if (made !== undefined) await remove(path, made);
    await handle.close();
  };
  try {
    const status = await handle.stat();
    const device = status.isCharacterDevice() ? daxDevice(status.rdev) : undefined;
    if (device === undefined && !status.isFile()) {
      const text = `${path.text} is neither a file nor a DAX device: it cannot be mapped`;
      throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
    }
    const size = device?.bytes ?? status.size;
    const length = lengthOf(path.text, size, options, device === undefined);
    if (length > size) await extend(handle, path, length);
    return { handle, length, device, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Creates the file; undefined where there is one. */
async function make({ file }: Path, mode: number): Promise<FileHandle | undefined> {
  try {
    return await open(file, mode | flags.O_CREAT | flags.O_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Unless another has taken its place meanwhile. */
async function remove({ file }: Path, made: FileHandle): Promise<void> {
  const [own, there] = await Promise.all([made.stat(), stat(file).catch(() => undefined)]);
  if (there?.ino === own.ino && there.dev === own.dev) await unlink(file);
}

/** @throws RangeError */
function lengthOf(path: string, size: number, options: FileOptions, grows: boolean): number {
  const { length = size, create, shared } = options;
  const what = `length: ${path} has ${String(size)} bytes`;
  if (length === 0) {
    const remedy = shared
      ? '; give a length, and create: true to extend it'
      : ': there is nothing to map';
    throw rangeError('ERR_OUT_OF_RANGE', `${what}${remedy}`);
  }
  if (length > constants.MAX_LENGTH) {
    const most = `a Buffer of this runtime can have ${String(constants.MAX_LENGTH)}`;
    throw rangeError('ERR_OUT_OF_RANGE', `${what}, and ${most}; got ${String(length)}`);
  }
  if (length <= size || (create && grows)) return length;
  const extended = shared
    ? '; create: true extends it'
    : ', and a private map leaves it as long as it is';
  const remedy = grows ? extended : '';
  throw rangeError('ERR_OUT_OF_RANGE', `${what}; got ${String(length)}${remedy}`);
}

/** The size and the name are durable, too, before anybody relies on what is stored. */
async function extend(handle: FileHandle, path: Path, length: number): Promise<void> {
  await handle.truncate(length);
  await handle.sync();
  const directory = await open(path.directory, flags.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
