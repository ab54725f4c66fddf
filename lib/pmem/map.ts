import type { PathLike } from 'node:fs';
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkObject,
  noOptions,
} from '../check';
import { MoverError, typeError } from '../errors';
import type { Mover } from '../movers/mover';
import { mover as standard } from '../movers/open';
import { openFile } from './file';
import { forcedGranularity, granularities, isCoarser, type Granularity } from './granularity';
import { mapFile } from './mapping';
import { moverOf } from './mover-of';
import { pathOf } from './path';
import { PmemMap } from './pmem-map';

export interface MapOptions {
  /** Bytes from the beginning of the file on. Default: all that it has. */
  length?: number;
  /** Create the file where there is none, and extend it where it is shorter than `length`, with a hole. */
  create?: boolean;
  /** Who copies and fills. Default: the mover of this agent. */
  mover?: Mover;
  /** The coarsest granularity that will do; default `page`, which every file has. */
  require?: Granularity;
  /**
   * What is written stays in this process, and nothing is ever durable: of granularity `byte`, where
   * there is nothing to wait for. The file need not be writable.
   */
  private?: boolean;
  /**
   * The granularity, whatever the file has: for tests of what programs do on another. Durable is what
   * completes only where it is no finer than the true one. Default: the environment's
   * `PMEM2_FORCE_GRANULARITY` (`BYTE`, `CACHE_LINE` or `PAGE`), if it is set.
   */
  forceGranularity?: Granularity;
}

const names = ['length', 'create', 'mover', 'require', 'private', 'forceGranularity'];

/** Of @see pmem. */
async function map(path: PathLike, options: MapOptions = noOptions): Promise<PmemMap> {
  const where = pathOf(path);
  checkObject('options', options);
  checkNames(options, names);
  const { length } = options;
  if (length !== undefined) checkInteger('length', length, Number.MAX_SAFE_INTEGER, 1);
  const create = checkBoolean('create', options.create) ?? false;
  const shared = checkBoolean('private', options.private) !== true;
  const mover = moverOf(options.mover, standard);
  const coarsest = checkChoice('require', options.require, granularities) ?? 'page';
  const forced = forcedGranularity(options.forceGranularity);
  if (create && !shared) {
    const text = 'create: a private map leaves its file alone, and creates none';
    throw typeError('ERR_INVALID_ARG_VALUE', text);
  }
  if (process.platform === 'win32') {
    const text = 'files cannot be mapped on Windows yet';
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
  }
  const file = await openFile(where, { length, create, shared });
  try {
    const { text } = where;
    const mapping = mapFile(text, file, shared, forced);
    const made = new PmemMap(mapping, text, mover, shared, file.device?.deepFlush);
    if (isCoarser(made.granularity, coarsest)) {
      await made.close();
      throw tooCoarse(made, coarsest);
    }
    await file.handle.close();
    return made;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function tooCoarse({ path, granularity }: PmemMap, coarsest: Granularity): MoverError {
  const text = `${path} has granularity '${granularity}', which is coarser than the '${coarsest}' that is required: it is not on persistent memory`;
  return new MoverError('ERR_MOVER_UNSUPPORTED', text);
}

/** Files and DAX devices as memory, whose operations complete when they are durable. */
export const pmem = Object.freeze({
  /**
   * Maps a file or a DAX device, from its beginning on, for reading and writing. A file that was created
   * for it, and is refused then, is removed.
   *
   * @throws what `fs` throws for a file that cannot be opened, created or extended, or where the system
   * has too little of something; MoverError `ERR_MOVER_UNSUPPORTED` for what cannot be mapped, and where
   * `require` cannot be met, `ERR_MOVER_CLOSED` for a mover that is closed; TypeError, RangeError for
   * options that make no sense, and for a length that the file does not have
   */
  map,
});
