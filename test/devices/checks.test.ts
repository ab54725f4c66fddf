import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkContainer, checkCpu, checkDevices } from '../../lib/devices/checks';
import type { Finding } from '../../lib/devices/finding';
import { on } from '../support/platform';
import { looking, silent, Tree, type TreeOptions } from './tree';

type Files = Readonly<Record<string, string>>;

/** A machine of which these files tell. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'datamover-machine-'));

  constructor(files: Files) {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), content);
    }
  }

  /** What is there instead of a device tree. */
  readonly env = { DSA_SYSFS_PATH: '/nowhere', DSA_DEV_PATH: '/nowhere' };

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

const lines = (findings: readonly Finding[]): string[] =>
  findings.map(({ level, what }) => `${level} ${what}`);

const onCpu = (files: Files): Promise<string[]> => {
  const machine = new Machine(files);
  return looking(machine, () => {
    delete process.env['DATAMOVER_DEVICE_MODEL'];
    return lines(checkCpu(machine.root));
  });
};

test('instructions that the CPU has, and those that it lacks', async () => {
  const cpu = (flags: string): Files => ({ 'proc/cpuinfo': `model\t: x\nflags\t\t: ${flags}\n` });
  expect(await onCpu(cpu('fpu movdir64b enqcmd waitpkg'))).toEqual([
    'ok the CPU has MOVDIR64B',
    'ok the CPU has ENQCMD',
    'ok the CPU has UMWAIT',
  ]);
  const lacking = [
    'warn the CPU lacks MOVDIR64B',
    'warn the CPU lacks ENQCMD',
    'warn the CPU lacks UMWAIT',
  ];
  expect(await onCpu(cpu('fpu movdiri enqcmd2'))).toEqual(lacking);
  expect(await onCpu({ 'proc/cpuinfo': 'Features\t: fp asimd\n' })).toEqual(lacking);
  expect(await onCpu({})).toEqual(lacking);
});

test('another system has no work queues', async () => {
  const findings = await on('darwin', 'arm64', () => onCpu({}));
  expect(findings).toEqual(['warn the system is not Linux']);
});

const pci = (vendor: string, device: string): Files => ({
  'sys/bus/pci/devices/0000:6a:01.0/vendor': `${vendor}\n`,
  'sys/bus/pci/devices/0000:6a:01.0/device': `${device}\n`,
});

test.each<[string, Files, string]>([
  ['no bus', {}, 'warn /nowhere does not exist'],
  ['other devices', pci('0x8086', '0x0cfe'), 'warn /nowhere does not exist'],
  ['that of another maker', pci('0x10de', '0x0b25'), 'warn /nowhere does not exist'],
  ['a DSA', pci('0x8086', '0x0b25'), 'error /nowhere does not exist, and the PCI bus has 1 DSA'],
])('without a driver, and on the bus %s', async (_name, files, line) => {
  const machine = new Machine(files);
  await looking(machine, () => {
    const [finding, ...more] = checkDevices(machine.root);
    expect(lines([finding!])).toEqual([line]);
    expect(finding!.remedy).toBe(line.startsWith('error') ? 'modprobe idxd' : undefined);
    expect(more).toEqual([]);
  });
});

test('a driver without a device, though there is one', async () => {
  const machine = new Machine({ ...pci('0x8086', '0x11fb'), 'sysfs/iax1': '' });
  Object.assign(machine.env, { DSA_SYSFS_PATH: join(machine.root, 'sysfs') });
  await looking(machine, () => {
    expect(lines(checkDevices(machine.root))).toEqual([
      `error ${machine.root}/sysfs names no DSA, and the PCI bus has 1 DSA`,
    ]);
  });
});

/** What is said of a device tree on a machine. */
function onMachine(files: Files, options: TreeOptions): Promise<readonly Finding[]> {
  const machine = new Machine(files);
  return looking(new Tree(options), () => {
    try {
      return checkDevices(machine.root);
    } finally {
      machine.remove();
    }
  });
}

test.each<[string, string, RegExp]>([
  ['the kernel was not asked for it', 'quiet', /the device cannot use the addresses of programs/],
  ['the kernel was asked for it', 'intel_iommu=on,sm_on', /switch VT-d on in the BIOS/],
])('no shared virtual memory: %s', async (_name, cmdline, meaning) => {
  const options = { device: { pasid_enabled: '0' } };
  const findings = await onMachine({ 'proc/cmdline': cmdline }, options);
  const finding = findings.find(({ what }) => what === 'dsa0 has pasid_enabled 0');
  expect(finding).toMatchObject({ level: 'error', remedy: 'boot with intel_iommu=on,sm_on' });
  expect(finding!.meaning).toMatch(meaning);
});

describe('a process that', () => {
  const status = (capabilities: string): Files => ({
    'proc/self/status': `Name:\tnode\nCapEff:\t${capabilities}\n`,
  });
  const said = async (files: Files): Promise<string[]> =>
    lines(await onMachine(files, {})).filter((line) => line.includes('CAP_SYS_RAWIO'));

  test('has CAP_SYS_RAWIO', async () => {
    expect(await said(status('0000000000020000'))).toEqual([]);
    expect(await said(status('000001ffffffffff'))).toEqual([]);
  });

  test('lacks it', async () => {
    const lacking = [
      expect.stringMatching(/^warn wq0\.0: the process lacks CAP_SYS_RAWIO/) as unknown,
    ];
    expect(await said(status('000001fffffdffff'))).toEqual(lacking);
    expect(await said({})).toEqual(lacking);
  });
});

/** Only these are said to be open to everybody. */
const inDev = process.platform === 'linux' ? test : test.skip;

inDev('a device file that everybody can write to', async () => {
  const dev = mkdtempSync('/dev/shm/datamover-dev-');
  const queue = join(dev, 'wq0.0');
  writeFileSync(queue, '');
  const tree = new Tree({ noDeviceFile: true });
  const said = (mode: number): string[] => {
    chmodSync(queue, mode);
    return lines(checkDevices()).filter((line) => line.includes('by everybody'));
  };
  try {
    await looking({ env: { ...tree.env, DSA_DEV_PATH: dev }, remove: () => tree.remove() }, () => {
      expect(said(0o666)).toEqual([`warn ${queue} can be written by everybody`]);
      expect(said(0o660)).toEqual([]);
    });
  } finally {
    rmSync(dev, { recursive: true });
  }
});

test('a device file that the description lacks: the container sees one and not the other', async () => {
  const machine = new Machine({ 'dev/wq0.0': '' });
  Object.assign(machine.env, { DSA_DEV_PATH: join(machine.root, 'dev') });
  await looking(machine, () => {
    expect(lines(checkContainer())).toEqual([
      `error ${machine.root}/dev has device files, and sysfs does not describe them`,
    ]);
    rmSync(join(machine.root, 'dev/wq0.0'));
    expect(checkContainer()).toEqual([]);
    rmSync(join(machine.root, 'dev'), { recursive: true });
    expect(checkContainer()).toEqual([]);
  });
});

test('thresholds that a shared queue cannot have', async () => {
  const said = async (threshold: string | null): Promise<string[]> =>
    lines(await onMachine({}, { queue: { threshold } })).filter((line) =>
      line.includes('threshold'),
    );
  expect(await said('1')).toEqual([]);
  expect(await said('64')).toEqual([]);
  expect(await said('65')).toEqual(['warn wq0.0 has threshold 65']);
  expect(await said('0')).toEqual(['warn wq0.0 has threshold 0']);
  expect(await said(null)).toEqual(['warn wq0.0 has threshold 0']);
});

test('queues that nobody has configured are not spoken of', async () => {
  const said = async (queue: Record<string, string | null>): Promise<string[]> =>
    lines(await onMachine({}, { queue: { state: 'disabled', ...queue } })).filter((line) =>
      line.includes('wq0.0'),
    );
  expect(await said({ type: 'none' })).toEqual([]);
  expect(await said({ size: '0' })).toEqual([]);
  expect(await said({ size: null })).toEqual([]);
  expect(await said({})).toEqual(['error wq0.0 cannot be used: it is disabled']);
});

test('a device and a queue of which the kernel says nothing', async () => {
  expect(lines(await onMachine({}, silent))).toEqual([
    'error dsa0 is in no known state',
    'error wq0.0 cannot be used: dsa0 is in no known state',
  ]);
});

test('a device without queues', async () => {
  const tree = new Tree();
  rmSync(join(tree.root, 'pci/dsa0/wq0.0'), { recursive: true });
  rmSync(join(tree.sysfs, 'wq0.0'));
  await looking(tree, () => {
    const finding = checkDevices().find(({ what }) => what === 'dsa0 has no work queues');
    expect(finding?.remedy).toMatch(/--apply --force$/);
  });
});
