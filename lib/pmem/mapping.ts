import { addon } from '../addon';
import { MoverError } from '../errors';
import { hasOwn } from '../intrinsics';
import { granularities, type Granularity } from './granularity';
import type { OpenFile } from './file';
import type { PmemAddon } from './pmem-addon';
import { cachesArePersistent } from './sysfs';
import { systemError } from './system-error';

/** What native code has mapped. Only the library has any, so that nobody else can make maps of it. */
export class Mapping {
  /**
   * @param id - the number by which native code knows it
   * @param flushing - what is written back: as the granularity says, but nothing of a file that is in memory alone
   */
  constructor(
    readonly id: number,
    readonly memory: ArrayBuffer,
    readonly granularity: Granularity,
    readonly flushing: Granularity,
    readonly sync: boolean,
  ) {}
}

type Answer = NonNullable<ReturnType<PmemAddon['pmemMap']>>;
const isMapped = (answer: Answer): answer is Extract<Answer, { id: number }> =>
  hasOwn(answer, 'id');

/** @throws MoverError `ERR_MOVER_UNSUPPORTED` for what cannot be mapped, else as `systemError` */
export function mapFile(
  path: string,
  { handle, length, device }: OpenFile,
  shared: boolean,
  forced: Granularity | undefined,
): Mapping {
  const mapping = addon().pmemMap(
    handle.fd,
    length,
    device?.unit ?? 0,
    shared,
    device !== undefined,
    shared && cachesArePersistent(),
    forced === undefined ? -1 : granularities.indexOf(forced),
  );
  if (mapping !== undefined && isMapped(mapping)) {
    const [granularity, flushing] = [mapping.granularity, mapping.flushing].map(
      (index) => granularities[index],
    );
    return new Mapping(mapping.id, mapping.memory, granularity, flushing, mapping.sync);
  }
  if (mapping !== undefined && mapping.step !== 'flush') {
    throw systemError(mapping.errno, mapping.step, path);
  }
  const why =
    mapping === undefined
      ? 'a view of it failed'
      : 'this CPU, or its system, does not let programs write cache lines back';
  throw new MoverError('ERR_MOVER_UNSUPPORTED', `${path} cannot be mapped: ${why}`);
}
