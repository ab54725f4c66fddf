import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { MoverError } from '../errors';
import { granularities, type Granularity } from './granularity';
import type { OpenFile } from './file';
import { cachesArePersistent } from './sysfs';

/** What native code has mapped. */
export interface Mapping {
  /** The number by which native code knows it. */
  readonly id: number;
  readonly memory: ArrayBuffer;
  readonly granularity: Granularity;
  /** What is written back: as the granularity says, but nothing of a file that is in memory alone. */
  readonly flushing: Granularity;
  readonly sync: boolean;
}

const reasons: Readonly<Record<string, string>> = {
  flush: 'this CPU, or its system, does not let programs write cache lines back',
};

/** @throws MoverError `ERR_MOVER_UNSUPPORTED` where the system refuses */
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
  if (mapping !== undefined && 'id' in mapping) {
    const [granularity, flushing] = [mapping.granularity, mapping.flushing].map(
      (index) => granularities[index],
    );
    return { ...mapping, granularity, flushing };
  }
  const why =
    mapping === undefined
      ? 'a view of it failed'
      : (reasons[mapping.step] ??
        `${mapping.step} failed with ${getSystemErrorName(-mapping.errno)}`);
  throw new MoverError('ERR_MOVER_UNSUPPORTED', `${path} cannot be mapped: ${why}`);
}
