import { readFileSync, readdirSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join, resolve } from 'node:path';
import { addon } from '../addon';
import { commandStatus } from './command-status';
import { bad, ok, warn, type Finding } from './finding';
import { scanDevices, type ScannedDevice, type ScannedQueue } from './scan';
import { deviceRoot } from './sysfs';
import { kernelTakesBatches, whyUnusable } from './usable-queues';
import { environment } from '../intrinsics';

const sm = 'intel_iommu=on,sm_on';
const configure = `sudo node ${resolve(__dirname, '../../scripts/configure-dsa.mjs')} --apply`;
/** The queues of a device can be configured only while it is disabled. */
const configureAnew = `${configure} --force`;

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Node, and the addon. */
export function checkBinary(): Finding[] {
  const node = ok(`Node.js ${process.version} on ${process.platform}-${process.arch}`);
  try {
    const { kernels, intelDml } = addon();
    const dml =
      intelDml === undefined
        ? ok('Intel DML is not built in', "it is optional; datamover's own kernels do everything")
        : ok(
            `Intel DML ${intelDml} is built in`,
            "engine: 'intel-dml' or DATAMOVER_ENGINE chooses it",
          );
    return [node, ok('the native addon loads', `CRC-32C by ${kernels.crc32c}`), dml];
  } catch (error) {
    return [node, bad('the native addon does not load', String(error), 'npx datamover build')];
  }
}

/** Whether programs see a device model for a DSA; it names the directory that it made. */
export const deviceModelRoot = (): string | undefined => environment('DATAMOVER_DEVICE_MODEL');

/**
 * The CPU, or what stands in for its instructions.
 *
 * @param system - the root of what the kernel says
 */
export function checkCpu(system = '/'): Finding[] {
  const model = deviceModelRoot();
  if (model !== undefined) {
    return [warn(`a device model in ${model} stands for a DSA`, 'nothing below is hardware')];
  }
  if (process.platform !== 'linux') {
    return [warn('the system is not Linux', 'work queues of a DSA are reached on Linux only')];
  }
  const flags = /^flags\s*:(.*)$/m.exec(text(join(system, 'proc/cpuinfo')))?.[1].split(' ') ?? [];
  const has = (flag: string): boolean => flags.includes(flag);
  return [
    has('movdir64b')
      ? ok('the CPU has MOVDIR64B')
      : warn('the CPU lacks MOVDIR64B', 'dedicated queues are submitted to by write()'),
    has('enqcmd')
      ? ok('the CPU has ENQCMD')
      : warn('the CPU lacks ENQCMD', 'shared queues are submitted to by write()'),
    has('waitpkg')
      ? ok('the CPU has UMWAIT')
      : warn('the CPU lacks UMWAIT', 'completions are waited for with short sleeps'),
  ];
}

/** PCI identities of Intel's Data Streaming Accelerators. */
const identities = ['0x0b25', '0x11fb', '0x1212'];

function pciDevices(system: string): number {
  const root = join(system, 'sys/bus/pci/devices');
  try {
    return readdirSync(root).filter(
      (name) =>
        text(join(root, name, 'vendor')).trim() === '0x8086' &&
        identities.includes(text(join(root, name, 'device')).trim()),
    ).length;
  } catch {
    return 0;
  }
}

/**
 * The driver, the devices, the IOMMU; nothing more where there is no device.
 *
 * @param system - the root of what the kernel says, but for the devices themselves
 */
export function checkDevices(system = '/'): Finding[] {
  const { root, found, devices, problems } = scanDevices();
  const findings: Finding[] = problems.map(({ path, problem }) =>
    warn(`${path} ${problem}`, 'it is taken as if it were not there'),
  );
  const present = pciDevices(system);
  if (!found || devices.length === 0) {
    const what = found ? `${root} names no DSA` : `${root} does not exist`;
    if (present === 0) {
      return [...findings, warn(what, 'this machine has no DSA: operations run in software')];
    }
    return [
      ...findings,
      bad(
        `${what}, and the PCI bus has ${String(present)} DSA`,
        'the kernel driver is not loaded, or may not be seen from inside this container',
        'modprobe idxd',
      ),
    ];
  }
  for (const device of devices) findings.push(...checkDevice(device, system));
  return findings;
}

function checkDevice(device: ScannedDevice, system: string): Finding[] {
  const { name, state, pasidEnabled, commandStatus: status = 0, version = 0x100 } = device;
  const findings: Finding[] = [];
  const numbers = `version ${String(version >> 8)}.${String(version & 0xff)}, ${String(device.engines.length)} engines`;
  if (state === 'enabled') findings.push(ok(`${name} is enabled`, numbers));
  else
    findings.push(bad(`${name} is ${state || 'in no known state'}`, 'it takes no work', configure));
  if (pasidEnabled === false) {
    const cmdline = text(join(system, 'proc/cmdline'));
    const meaning = cmdline.includes('sm_on')
      ? 'shared virtual memory is off although the kernel was asked for it: switch VT-d on in the BIOS'
      : 'the device cannot use the addresses of programs';
    findings.push(bad(`${name} has pasid_enabled 0`, meaning, `boot with ${sm}`));
  }
  const problem = commandStatus(status);
  if (problem !== undefined && status > 1) {
    findings.push(warn(`${name} refused its last command`, problem));
  }
  if ((device.errors ?? 0n) !== 0n) {
    findings.push(
      warn(`${name} reports errors`, 'a descriptor was dropped, or could not be answered'),
    );
  }
  if (device.queues.length === 0)
    findings.push(bad(`${name} has no work queues`, 'none is configured', configureAnew));
  for (const queue of device.queues) findings.push(...checkQueue(device, queue, system));
  return findings;
}

function checkQueue(device: ScannedDevice, queue: ScannedQueue, system: string): Finding[] {
  const { name, mode, size = 0, threshold = 0, group } = queue;
  // Most devices have queues that nobody has configured.
  if (queue.state === 'disabled' && (queue.type === 'none' || size === 0)) return [];
  const problem = whyUnusable(device, queue);
  const kind = `${mode ?? 'unknown'}, ${String(size)} entries, driver ${queue.driverName ?? 'not named'}`;
  const findings: Finding[] = [];
  if (problem === undefined) {
    findings.push(ok(`${name} can be used`, kind));
    findings.push(...checkSubmission(device, queue, system));
  } else {
    const remedy = remedyFor(device, queue, problem.why);
    findings.push(bad(`${name} cannot be used: ${problem.why}`, kind, remedy));
  }
  if (mode === 'shared' && size > 0 && (threshold < 1 || threshold > size)) {
    findings.push(
      warn(`${name} has threshold ${String(threshold)}`, `it has to be from 1 to ${String(size)}`),
    );
  }
  const served = device.engines.some((engine) => engine.group === group);
  if (group !== undefined && (group < 0 || !served)) {
    findings.push(
      bad(
        `${name} is in group ${String(group)}, which has no engine`,
        'nobody does its work',
        configureAnew,
      ),
    );
  }
  return findings;
}

/** Undefined: nothing can be done about the queue before something else is done. */
function remedyFor(
  device: ScannedDevice,
  { name, path, state, type, size = 0 }: ScannedQueue,
  why: string,
): string | undefined {
  if (why.includes('may not be opened')) {
    return `sudo chgrp "$(id -gn)" ${path} && sudo chmod 660 ${path}`;
  }
  if (why.includes('does not exist')) {
    return `pass ${path} to the container, as by docker run --device ${path}; or accel-config enable-wq ${device.name}/${name}`;
  }
  if (device.state !== 'enabled' || device.pasidEnabled === false) return undefined;
  if (state !== 'enabled' && type === 'user' && size > 0) {
    return `sudo accel-config enable-wq ${device.name}/${name}`;
  }
  return configureAnew;
}

/** CAP_SYS_RAWIO, without which portals cannot be mapped on newer kernels. */
const SYS_RAWIO = 17n;

function hasRawIo(system: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(text(join(system, 'proc/self/status')))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> SYS_RAWIO) & 1n) === 1n;
}

function checkSubmission(
  device: ScannedDevice,
  { name, path }: ScannedQueue,
  system: string,
): Finding[] {
  const findings: Finding[] = [];
  if (!hasRawIo(system)) {
    const batches = kernelTakesBatches(device.version ?? 0x100)
      ? ''
      : ', and this kernel takes no batches that way';
    findings.push(
      warn(
        `${name}: the process lacks CAP_SYS_RAWIO (kernel ${release()})`,
        `since kernel 6.10 its portal cannot be mapped; write() is used instead${batches}`,
        `sudo setcap cap_sys_rawio+ep ${process.execPath}`,
      ),
    );
  }
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o002) !== 0 && path.startsWith('/dev/')) {
    findings.push(
      warn(`${path} can be written by everybody`, 'name a group instead', `sudo chmod 660 ${path}`),
    );
  }
  return findings;
}

/** Whether there are device files without a description, as in a container. */
export function checkContainer(): Finding[] {
  const { found } = scanDevices();
  try {
    if (!found && readdirSync(deviceRoot()).length > 0) {
      return [
        bad(
          `${deviceRoot()} has device files, and sysfs does not describe them`,
          'the container sees the one and not the other',
          'mount /sys/bus/dsa and /sys/devices into the container, read-only',
        ),
      ];
    }
  } catch {
    // No device files: nothing to compare.
  }
  return [];
}
