import { constants } from 'node:os';
import { addon } from '../addon';
import { checkObject } from '../check';
import { MoverError, rangeError, typeError } from '../errors';
import { hasOwn } from '../intrinsics';
import { uuidBytes, type BttOptions } from './btt-options';
import type { BttOpened, BttRefused } from './pmem-addon';
import { insideOf, mappingOf, type Inside, type PmemMap } from './pmem-map';
import { systemError } from './system-error';

const openOver = 'open a block device over';

/** By the numbers of `btt::Refusal`. */
const refusals: readonly ((map: PmemMap, errno: number) => Error)[] = [
  ({ path }) =>
    unsupported(`the map of ${path} is private: nothing that is written would reach the file`),
  ({ path }) => {
    const text = `${path} is in use: a block device is open over it, in another process or, to be formatted, in this one`;
    return new MoverError('ERR_BTT_IN_USE', text);
  },
  ({ path, bytes }) => {
    const text = `blockSize, freeBlocks: ${path} with its ${String(bytes.length)} bytes is too small; a device needs 16 MiB (a pool 8 KiB more), and room for twice as many blocks as are free`;
    return rangeError('ERR_OUT_OF_RANGE', text);
  },
  ({ path }) => layoutError(`${path} holds no block device, or a damaged one: format() makes one`),
  ({ path }) =>
    layoutError(`the map of ${path} is shorter than the device that another thread has open`),
  ({ path }, errno) => {
    if (errno === constants.errno.ENOSPC) return systemError(errno, openOver, path);
    const text = `${path} was truncated under its map: lengthen it, and map it again`;
    return new MoverError('ERR_MOVER_PAGE_FAULT', text);
  },
  ({ path }, errno) => systemError(errno, openOver, path),
];

const unsupported = (text: string): Error => new MoverError('ERR_MOVER_UNSUPPORTED', text);
const layoutError = (text: string): Error => new MoverError('ERR_BTT_LAYOUT', text);

/** @throws TypeError for what is no map */
export function checkMap(map: PmemMap): Inside {
  checkObject('map', map, false);
  const inside = insideOf(map);
  if (inside !== undefined) return inside;
  throw typeError('ERR_INVALID_ARG_TYPE', 'map must be a map, as pmem.map() makes them');
}

const DEFAULT_BLOCK = 4096;
const DEFAULT_FREE = 256;

/** Lays out a device, and opens it. */
export function formatDevice(map: PmemMap, options: BttOptions): Promise<BttOpened> {
  const known = poolOf(map);
  const { blockSize = known?.blockSize ?? DEFAULT_BLOCK, freeBlocks = DEFAULT_FREE } = options;
  if (known !== undefined && known.blockSize !== blockSize) {
    const text = `blockSize: ${map.path} is a pool of blocks of ${String(known.blockSize)} bytes; got ${String(blockSize)}`;
    return Promise.reject(layoutError(text));
  }
  if (known !== undefined && options.pool === false) {
    const text = `pool: ${map.path} is a pool, and stays one: begin with a new file`;
    return Promise.reject(layoutError(text));
  }
  const uuid = uuidBytes('uuid', options.uuid);
  const pool = known === undefined && options.pool === true;
  const parentUuid =
    options.parentUuid !== undefined || pool
      ? uuidBytes('parentUuid', options.parentUuid)
      : (known?.uuid ?? Buffer.alloc(16));
  return openDevice(map, { blockSize, freeBlocks, uuid, parentUuid, pool });
}

/** Opens the device that is there. What the options say of it has to be so. */
export async function openFormatted(map: PmemMap, options: BttOptions): Promise<BttOpened> {
  const opened = await openDevice(map, asItIs);
  const { blockSize, freeBlocks, uuid, parentUuid, pool } = options;
  const is = (name: 'uuid' | 'parentUuid', wanted: string | undefined): boolean =>
    wanted === undefined || uuidBytes(name, wanted).equals(opened[name]);
  const differs = [
    blockSize === undefined || blockSize === opened.sectorBytes ? '' : 'blockSize',
    freeBlocks === undefined || freeBlocks === opened.lanes ? '' : 'freeBlocks',
    is('uuid', uuid) ? '' : 'uuid',
    is('parentUuid', parentUuid) ? '' : 'parentUuid',
    pool === undefined || pool === (poolOf(map) !== undefined) ? '' : 'pool',
  ].filter(Boolean);
  if (differs.length === 0) return opened;
  addon().bttClose(opened.id);
  throw layoutError(
    `${map.path} holds another block device than was asked for: ${differs.join(', ')}`,
  );
}

/** How a device is laid out. */
interface Layout {
  /** 0: as it is. */
  readonly blockSize: number;
  readonly freeBlocks: number;
  readonly uuid: Uint8Array;
  readonly parentUuid: Uint8Array;
  readonly pool: boolean;
}

const none = new Uint8Array();
const asItIs: Layout = { blockSize: 0, freeBlocks: 0, uuid: none, parentUuid: none, pool: false };

const isOpened = (answer: BttOpened | BttRefused): answer is BttOpened => hasOwn(answer, 'id');

async function openDevice(map: PmemMap, layout: Layout): Promise<BttOpened> {
  const mapping = mappingOf(map);
  const { blockSize, freeBlocks, uuid, parentUuid, pool } = layout;
  const opened = await new Promise<BttOpened | BttRefused>((done) => {
    addon().bttOpen(mapping, blockSize, freeBlocks, uuid, parentUuid, pool, done);
  });
  if (isOpened(opened)) return opened;
  throw refusals[opened.refusal](map, opened.errno);
}

/** The header of a pool of libpmemblk, which has a block device behind it; undefined where there is none. */
function poolOf(map: PmemMap): { blockSize: number; uuid: Buffer } | undefined {
  const { bytes } = checkMap(map);
  if (bytes.length < 8192 || bytes.toString('latin1', 0, 8) !== 'PMEMBLK\0') return undefined;
  return { blockSize: bytes.readUInt32LE(4096), uuid: Buffer.from(bytes.subarray(24, 40)) };
}
