import { Capability, whyUnusable } from './usable-queues';
import { scanDevices, type ScannedDevice, type ScannedQueue } from './scan';

/** A work queue of a device. */
export interface QueueInfo {
  /** As the kernel calls it, such as `wq0.1`. */
  readonly name: string;
  /** As it was called when it was configured. */
  readonly label: string;
  /** Of its device file. */
  readonly path: string;
  readonly state: string;
  readonly type: string;
  readonly mode: 'shared' | 'dedicated';
  /** Entries. */
  readonly size: number;
  /** Entries up to which a shared queue takes descriptors of user programs. */
  readonly threshold: number;
  /** From 0 to 15; the highest goes first. */
  readonly priority: number;
  readonly group: number;
  /** Bytes of one descriptor. */
  readonly maxTransfer: number;
  /** Members of one batch. */
  readonly maxBatch: number;
  readonly blockOnFault: boolean;
  /** Whether this process can submit to it, as far as can be seen without trying. */
  readonly usable: boolean;
  /** Why not. */
  readonly why?: string;
}

/** A Data Streaming Accelerator. */
export interface DeviceInfo {
  readonly name: string;
  /** Such as `1.0`. */
  readonly version: string;
  readonly state: string;
  /** NUMA node, -1 where the kernel does not say. */
  readonly numa: number;
  /** Bytes of one descriptor. */
  readonly maxTransfer: number;
  /** Members of one batch. */
  readonly maxBatch: number;
  /** What it can beyond the basics: `blockOnFault`, `overlapping`, `cacheControl`, `readback`, `drainReadback`. */
  readonly features: ReadonlySet<string>;
  readonly engines: number;
  readonly queues: readonly QueueInfo[];
}

/** The accelerators of this machine, whether or not they can be used. Reads files, never throws. */
export function devices(): readonly DeviceInfo[] {
  return scanDevices().devices.map(deviceInfo);
}

function deviceInfo(device: ScannedDevice): DeviceInfo {
  const { version = 0x100, capabilities = 0n } = device;
  const features = Object.entries(Capability)
    .filter(([, bit]) => (capabilities & bit) !== 0n)
    .map(([name]) => name);
  return {
    name: device.name,
    version: `${String(version >> 8)}.${String(version & 0xff)}`,
    state: device.state ?? 'unknown',
    numa: device.numa ?? -1,
    maxTransfer: device.maxTransfer ?? 0,
    maxBatch: device.maxBatch ?? 1,
    features: new Set(features),
    engines: device.engines.length,
    queues: device.queues.map((queue) => queueInfo(device, queue)),
  };
}

function queueInfo(device: ScannedDevice, queue: ScannedQueue): QueueInfo {
  const problem = whyUnusable(device, queue);
  return {
    name: queue.name,
    label: queue.label ?? '',
    path: queue.path,
    state: queue.state ?? 'unknown',
    type: queue.type ?? 'none',
    mode: queue.mode === 'dedicated' ? 'dedicated' : 'shared',
    size: queue.size ?? 0,
    threshold: queue.threshold ?? 0,
    priority: queue.priority ?? 0,
    group: queue.group ?? -1,
    maxTransfer: queue.maxTransfer ?? 0,
    maxBatch: queue.maxBatch ?? 1,
    blockOnFault: queue.blockOnFault === true,
    usable: problem === undefined,
    ...(problem === undefined ? {} : { why: problem.why }),
  };
}
