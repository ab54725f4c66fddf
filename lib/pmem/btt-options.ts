import { randomUUID } from 'node:crypto';
import { checkBoolean, checkInteger, checkNames } from '../check';
import { describe, typeError } from '../errors';
import type { Mover } from '../movers/mover';
import { moverOf } from './mover-of';

export interface BttOptions {
  /**
   * Bytes of a block in the layout, from 512 on; default 4096. In 520 and 4104 a block of 512 or 4096
   * bytes has a data integrity field behind it, which the copy itself inserts, checks and strips:
   * `blockSize` of the device, and what it reads and writes, is without.
   */
  blockSize?: number;
  /** Places for writes that are in flight, beside those of the blocks, 4096 at most; default 256. */
  freeBlocks?: number;
  /** Requests in flight at once, no more than there are free blocks; default: as many. */
  lanes?: number;
  /** Who copies; default: the mover of the map. */
  mover?: Mover;
  /** Of the device; default: a random one. */
  uuid?: string;
  /** Of what the device is in; default: zeros, or that of the pool. */
  parentUuid?: string;
  /**
   * To be formatted: with the header of a pool in front, by which PMDK's `libpmemblk` and `pmempool` know
   * the file. A file that has one keeps it.
   */
  pool?: boolean;
}

const names = ['blockSize', 'freeBlocks', 'lanes', 'mover', 'uuid', 'parentUuid', 'pool'];

/** Blocks larger than these could not be addressed. */
const MOST_BYTES = 2 ** 30;
/** As native code has it: an image that says more is taken for damaged. */
const MOST_FREE = 4096;

/**
 * @param otherwise - who copies where the options do not say
 * @throws TypeError, RangeError for options that make no sense; MoverError for a mover that is closed
 */
export function checkOptions(options: BttOptions, otherwise: Mover): void {
  checkNames(options, names);
  const { blockSize, freeBlocks, lanes, mover, uuid, parentUuid, pool } = options;
  if (blockSize !== undefined) checkInteger('blockSize', blockSize, MOST_BYTES, 512);
  if (freeBlocks !== undefined) checkInteger('freeBlocks', freeBlocks, MOST_FREE, 1);
  if (lanes !== undefined) checkInteger('lanes', lanes, MOST_FREE, 1);
  checkBoolean('pool', pool);
  moverOf(mover, otherwise);
  if (uuid !== undefined) uuidBytes('uuid', uuid);
  if (parentUuid !== undefined) uuidBytes('parentUuid', parentUuid);
}

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws TypeError */
export function uuidBytes(name: string, uuid: string = randomUUID()): Buffer {
  if (typeof uuid === 'string' && pattern.test(uuid)) {
    return Buffer.from(uuid.replaceAll('-', ''), 'hex');
  }
  const text = `${name} must be a UUID such as ${randomUUID()}; got ${describe(uuid)}`;
  throw typeError('ERR_INVALID_ARG_VALUE', text);
}

export const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
