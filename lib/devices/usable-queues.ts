import { accessSync, constants, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { scanDevices, type ScannedDevice, type ScannedQueue } from './scan';
import { readAttribute, sysfsRoot } from './sysfs';

/** Bits of a device's general capabilities (GENCAP). */
export const Capability = {
  blockOnFault: 1n << 0n,
  overlapping: 1n << 1n,
  cacheControl: 1n << 2n,
  readback: 1n << 8n,
  drainReadback: 1n << 9n,
} as const;

/** DSA 1.0, whose batches the kernel refuses through write(2). */
const VERSION_1 = 0x100;

/** Larger jobs are cut where lines end. Bytes. */
const LEAST_TRANSFER = 64;

/** A work queue that this process can submit to, with all that submitting needs to know. */
export interface QueueSetup {
  readonly name: string;
  readonly device: string;
  readonly path: string;
  readonly dedicated: boolean;
  /** Entries. */
  readonly size: number;
  /** Bytes of one descriptor. */
  readonly maxTransfer: number;
  /** Members of one batch. */
  readonly maxBatch: number;
  readonly priority: number;
  /** NUMA node, -1 where the kernel does not say. */
  readonly numa: number;
  readonly blockOnFault: boolean;
  readonly overlapping: boolean;
  /** Whether it reads back what it has written, when asked to. */
  readonly readback: boolean;
  /** Bit by opcode. */
  readonly operations: bigint;
  /** Whether the kernel takes batches through write(2). */
  readonly batchByWrite: boolean;
}

/** Why a queue does not serve: errno where the system said so. */
export interface Unusable {
  readonly name: string;
  readonly why: string;
  readonly permission: boolean;
}

/** The kernel releases in which batches of newer devices may go through write(2): from 6.16 on. */
export function kernelTakesBatches(version: number, kernel = release()): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return version !== VERSION_1 && (major > 6 || (major === 6 && minor >= 16));
}

/** Bytes of one descriptor: what the queue says, or else the device, or else what all can do. */
const maxTransferOf = (device: ScannedDevice, queue: ScannedQueue): number =>
  queue.maxTransfer ?? device.maxTransfer ?? 2 ** 21;

/** What is wrong with a queue, as one would say it; undefined when it can be used. */
export function whyUnusable(device: ScannedDevice, queue: ScannedQueue): Unusable | undefined {
  const because = (why: string, permission = false): Unusable => ({
    name: queue.name,
    why,
    permission,
  });
  if (device.state !== 'enabled')
    return because(`${device.name} is ${device.state || 'in no known state'}`);
  if (queue.state !== 'enabled') return because(`it is ${queue.state || 'in no known state'}`);
  if (queue.type !== 'user') return because(`its type is ${queue.type || 'unknown'}, not user`);
  if (queue.driverName !== undefined && queue.driverName !== 'user' && queue.driverName !== '') {
    return because(`its driver is ${queue.driverName}, not user`);
  }
  if (device.pasidEnabled === false) return because('shared virtual memory is off');
  if (queue.mode !== 'shared' && queue.mode !== 'dedicated') {
    return because(`its mode is ${queue.mode ?? 'unknown'}`);
  }
  if ((queue.size ?? 0) < 1) return because('it has no entries');
  if (maxTransferOf(device, queue) < LEAST_TRANSFER) {
    return because(`it takes no more than ${String(maxTransferOf(device, queue))} bytes at once`);
  }
  return accessProblem(queue.path, because);
}

function accessProblem(
  path: string,
  because: (why: string, permission: boolean) => Unusable,
): Unusable | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    // A device model has ordinary files and pipes.
    const stat = statSync(path);
    if (stat.isCharacterDevice() || stat.isFile() || stat.isFIFO()) return undefined;
    return because(`${path} is no device file`, false);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return because(`${path} does not exist`, false);
    return because(`${path} may not be opened (${String(code)})`, true);
  }
}

function setupOf(device: ScannedDevice, queue: ScannedQueue): QueueSetup {
  const { capabilities = 0n, version = VERSION_1 } = device;
  return {
    name: queue.name,
    device: device.name,
    path: queue.path,
    dedicated: queue.mode === 'dedicated',
    size: queue.size ?? 1,
    maxTransfer: maxTransferOf(device, queue),
    maxBatch: queue.maxBatch ?? device.maxBatch ?? 1,
    priority: queue.priority ?? 0,
    numa: device.numa ?? -1,
    blockOnFault: queue.blockOnFault === true,
    overlapping: (capabilities & Capability.overlapping) !== 0n,
    readback: (capabilities & Capability.readback) !== 0n,
    operations: queue.operations ?? device.operations ?? 0n,
    batchByWrite: kernelTakesBatches(version),
  };
}

/**
 * The queues that this process may use now.
 *
 * @param names - of those to look at; default: all
 * @param node - the NUMA node that they have to be of; default: any
 */
export function usableQueues(
  names?: readonly string[],
  node?: number,
): {
  usable: QueueSetup[];
  unusable: Unusable[];
} {
  const usable: QueueSetup[] = [];
  const unusable: Unusable[] = [];
  for (const device of scanDevices().devices) {
    for (const queue of device.queues) {
      if (names !== undefined && !names.includes(queue.name)) continue;
      const problem = whyUnusable(device, queue) ?? elsewhere(device, queue, node);
      if (problem === undefined) usable.push(setupOf(device, queue));
      else unusable.push(problem);
    }
  }
  const known = [...usable, ...unusable].map(({ name }) => name);
  for (const name of names ?? []) {
    if (known.includes(name)) continue;
    unusable.push({ name, why: 'there is no such queue', permission: false });
  }
  return { usable, unusable };
}

function elsewhere(
  { numa = -1 }: ScannedDevice,
  { name }: ScannedQueue,
  node: number | undefined,
): Unusable | undefined {
  if (node === undefined || node === numa) return undefined;
  return { name, why: `it is on NUMA node ${String(numa)}`, permission: false };
}

/** One cheap look at whether a queue still serves. */
export function queueState(name: string): 'enabled' | 'disabled' | 'gone' {
  try {
    const state = readAttribute(join(sysfsRoot(), name, 'state'));
    return state === 'enabled' ? 'enabled' : 'disabled';
  } catch {
    return 'gone';
  }
}
