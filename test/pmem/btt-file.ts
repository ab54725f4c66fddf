import { pmem, type MapOptions, type PmemMap } from '../../lib';
import { newPath } from './files';

/** The smallest image. */
export const SIZE = 16 * 2 ** 20;

export const newMap = (options: MapOptions = {}): Promise<PmemMap> =>
  pmem.map(newPath(), { length: SIZE, create: true, ...options });
