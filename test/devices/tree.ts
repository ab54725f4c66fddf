import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Attributes = Readonly<Record<string, string>>;

const device: Attributes = {
  version: '0x100',
  state: 'enabled',
  pasid_enabled: '1',
  gen_cap: '0x40915f0107',
  op_cap: '00000000,00000000,00000000,00000000,00000000,00000000,00000001,003f03ff',
  max_batch_size: '1024',
  max_transfer_size: '2147483648',
  max_work_queues_size: '128',
  max_engines: '4',
  numa_node: '1',
  cmd_status: '0x0',
  errors: '00000000,00000000,00000000,00000000,00000000,00000000,00000000,00000000',
};

const queue: Attributes = {
  state: 'enabled',
  type: 'user',
  mode: 'shared',
  name: 'app',
  driver_name: 'user',
  group_id: '0',
  size: '64',
  threshold: '60',
  priority: '10',
  block_on_fault: '1',
  max_transfer_size: '2097152',
  max_batch_size: '32',
};

/** What differs from a device that works; null: the attribute is not there. */
type Changes = Readonly<Record<string, string | null>>;

export interface TreeOptions {
  readonly device?: Changes;
  readonly queue?: Changes;
  readonly noDeviceFile?: boolean;
  readonly noEngine?: boolean;
}

const absent = (attributes: Attributes): Changes =>
  Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));

/** No attribute at all. */
export const silent: TreeOptions = { device: absent(device), queue: absent(queue) };

/** A sysfs tree and device files of one device with one queue, in a directory of its own. */
export class Tree {
  readonly root = mkdtempSync(join(tmpdir(), 'datamover-tree-'));
  readonly sysfs = join(this.root, 'bus/dsa/devices');
  readonly dev = join(this.root, 'dev');

  constructor(options: TreeOptions = {}) {
    this.add('dsa0', { ...device, ...options.device });
    this.add('dsa0/wq0.0', { ...queue, ...options.queue });
    if (options.noEngine !== true) this.add('dsa0/engine0.0', { group_id: '0' });
    this.add('dsa0/group0.0', { engines: 'engine0.0' });
    mkdirSync(this.dev, { recursive: true });
    if (options.noDeviceFile !== true) writeFileSync(join(this.dev, 'wq0.0'), '');
  }

  /** A directory with attributes, and its place on the bus. */
  add(path: string, attributes: Changes): void {
    const directory = join(this.root, 'pci', path);
    mkdirSync(directory, { recursive: true });
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null) writeFileSync(join(directory, name), `${value}\n`);
    }
    const link = join(this.sysfs, path.split('/').at(-1)!);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(directory, link);
  }

  get env(): { DSA_SYSFS_PATH: string; DSA_DEV_PATH: string } {
    return { DSA_SYSFS_PATH: this.sysfs, DSA_DEV_PATH: this.dev };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Calls with the library looking at the tree. */
export async function looking<T>(
  tree: Pick<Tree, 'env' | 'remove'>,
  body: () => T | Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, tree.env);
  try {
    return await body();
  } finally {
    process.env = before;
    tree.remove();
  }
}
