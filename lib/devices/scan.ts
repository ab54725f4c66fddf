import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Attributes, deviceRoot, namesIn, sysfsRoot, type Problem } from './sysfs';

/** More than any device has, or could say in a descriptor. */
const MAX_BYTES = 0xffff_ffff;
const MAX_ENTRIES = 0xffff;
const MAX_PRIORITY = 15;

/** A work queue as the kernel describes it; undefined is what it does not say. */
export interface ScannedQueue {
  readonly name: string;
  /** Of its device file, whether or not there is one. */
  readonly path: string;
  readonly state: string | undefined;
  readonly type: string | undefined;
  readonly mode: string | undefined;
  readonly label: string | undefined;
  readonly driverName: string | undefined;
  readonly group: number | undefined;
  readonly size: number | undefined;
  readonly threshold: number | undefined;
  readonly priority: number | undefined;
  readonly blockOnFault: boolean | undefined;
  readonly maxTransfer: number | undefined;
  readonly maxBatch: number | undefined;
  readonly atsDisabled: boolean | undefined;
  readonly prsDisabled: boolean | undefined;
  readonly operations: bigint | undefined;
  readonly clients: number | undefined;
}

export interface ScannedDevice {
  readonly name: string;
  readonly directory: string;
  readonly version: number | undefined;
  readonly state: string | undefined;
  readonly configurable: boolean | undefined;
  readonly pasidEnabled: boolean | undefined;
  readonly capabilities: bigint | undefined;
  readonly operations: bigint | undefined;
  readonly maxTransfer: number | undefined;
  readonly maxBatch: number | undefined;
  readonly maxQueueEntries: number | undefined;
  readonly numa: number | undefined;
  readonly commandStatus: number | undefined;
  readonly errors: bigint | undefined;
  readonly queues: readonly ScannedQueue[];
  readonly engines: readonly { readonly name: string; readonly group: number | undefined }[];
  readonly groups: readonly string[];
}

export interface Scan {
  readonly root: string;
  readonly found: boolean;
  readonly devices: readonly ScannedDevice[];
  readonly problems: readonly Problem[];
}

/** Everything that the kernel says about its DSA devices. Never throws. */
export function scanDevices(): Scan {
  const root = sysfsRoot();
  const problems: Problem[] = [];
  const names = namesIn(root);
  const devices = names
    .filter((name) => /^dsa\d+$/.test(name))
    .map((name) => scanDevice(name, root, names, problems));
  return { root, found: existsSync(root), devices, problems };
}

function scanDevice(
  name: string,
  root: string,
  beside: readonly string[],
  problems: Problem[],
): ScannedDevice {
  const directory = resolved(join(root, name));
  const attributes = new Attributes(directory, problems);
  const number = name.slice('dsa'.length);
  // Queues, groups and engines stand in the directory of their device, and beside it.
  const children = [...new Set([...namesIn(directory), ...beside])];
  const of = (kind: string): string[] => {
    const pattern = new RegExp(`^${kind}${number}\\.\\d+$`);
    return children.filter((child) => pattern.test(child));
  };
  const directoryOf = (child: string): string => {
    const inside = join(directory, child);
    return existsSync(inside) ? inside : resolved(join(root, child));
  };
  return {
    name,
    directory,
    version: attributes.number('version'),
    state: attributes.text('state'),
    configurable: attributes.flag('configurable'),
    pasidEnabled: attributes.flag('pasid_enabled'),
    capabilities: attributes.register('gen_cap'),
    operations: attributes.bitmap('op_cap'),
    maxTransfer: attributes.number('max_transfer_size', MAX_BYTES, 0),
    maxBatch: attributes.number('max_batch_size', MAX_ENTRIES, 0),
    maxQueueEntries: attributes.number('max_work_queues_size', MAX_ENTRIES, 0),
    numa: attributes.number('numa_node'),
    commandStatus: attributes.number('cmd_status'),
    errors: attributes.bitmap('errors'),
    queues: of('wq').map((queue) => scanQueue(queue, new Attributes(directoryOf(queue), problems))),
    engines: of('engine').map((engine) => ({
      name: engine,
      group: new Attributes(directoryOf(engine), problems).number('group_id'),
    })),
    groups: of('group'),
  };
}

function scanQueue(name: string, attributes: Attributes): ScannedQueue {
  return {
    name,
    path: join(deviceRoot(), name),
    state: attributes.text('state'),
    type: attributes.text('type'),
    mode: attributes.text('mode'),
    label: attributes.text('name'),
    driverName: attributes.text('driver_name'),
    group: attributes.number('group_id'),
    size: attributes.number('size', MAX_ENTRIES, 0),
    threshold: attributes.number('threshold', MAX_ENTRIES, 0),
    priority: attributes.number('priority', MAX_PRIORITY, 0),
    blockOnFault: attributes.flag('block_on_fault'),
    maxTransfer: attributes.number('max_transfer_size', MAX_BYTES, 0),
    maxBatch: attributes.number('max_batch_size', MAX_ENTRIES, 0),
    atsDisabled: attributes.flag('ats_disable'),
    prsDisabled: attributes.flag('prs_disable'),
    operations: attributes.bitmap('op_config'),
    clients: attributes.number('clients'),
  };
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
