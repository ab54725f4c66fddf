import type { Capabilities } from '../movers/capabilities';
import type { OpOptions } from '../movers/options';
import { JobFlag, JobPath } from './constants';
import { ANY_NODE, type JobFields } from './fields';
import { JobRefusal } from './refusal';
import { JobStatus } from './status';

const trafficClasses = JobFlag.Address1Tcb | JobFlag.Address2Tcb | JobFlag.Address3Tcb;

const hex = (flags: number): string => `0x${flags.toString(16)}`;

/** @throws JobRefusal for flags that the operation does not have, or that nobody can honour here */
function checkFlags(flags: number, own: number): void {
  if (!Number.isInteger(flags) || flags < 0 || flags > 0xffff_ffff) {
    throw new JobRefusal(JobStatus.FlagsError, `flags ${String(flags)} are no flags`);
  }
  const foreign = (flags & ~own) >>> 0;
  if (foreign !== 0) {
    const text = `flags ${hex(foreign)} are none of this operation's, ${hex(own)}`;
    throw new JobRefusal(JobStatus.FlagsError, text);
  }
  if ((flags & trafficClasses) !== 0) {
    const text = `flags ${hex(flags & trafficClasses)}: traffic classes cannot be chosen`;
    throw new JobRefusal(JobStatus.TrafficClassBNotAvailable, text);
  }
}

/** As DML: other nodes' queues never serve, and on the automatic path the CPU does. */
function placeOf(node: number, path: JobPath, able: Capabilities): OpOptions {
  if (!Number.isInteger(node) || node < 0 || node > ANY_NODE) {
    throw new JobRefusal(JobStatus.LimitsError, `numaId ${String(node)} is no node`);
  }
  if (node === ANY_NODE || path === JobPath.Software) return {};
  if (able.numaNodes.has(node)) return { numa: node };
  if (path === JobPath.Auto && able.paths.has('software')) return { path: 'software' };
  const text = `no work queue of node ${String(node)} serves this mover`;
  throw new JobRefusal(JobStatus.WorkQueuesNotAvailable, text);
}

function pathOf(path: JobPath, able: Capabilities): OpOptions {
  if (path === JobPath.Hardware) return { path: 'hardware' };
  if (path === JobPath.Auto) return {};
  if (able.paths.has('software')) return { path: 'software' };
  throw new JobRefusal(JobStatus.PathError, 'this mover has no software path');
}

/**
 * How an operation is to be done. What is not demanded is left to the mover's defaults.
 *
 * @param own - flags of the operation
 */
export function optionsOf(
  { flags, numaId }: JobFields,
  own: number,
  path: JobPath,
  able: Capabilities,
): OpOptions {
  checkFlags(flags, own);
  const options = { ...pathOf(path, able), ...placeOf(numaId, path, able) };
  if ((flags & JobFlag.BlockOnFault) !== 0) options.blockOnFault = true;
  if ((flags & JobFlag.PrefetchCache) !== 0) options.cache = 'llc';
  if ((flags & JobFlag.Readback) !== 0) options.readback = true;
  if ((flags & JobFlag.Destination1Durable) !== 0) options.durable = true;
  return options;
}
