import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { namesIn } from '../devices/sysfs';

/** A DAX device: persistent memory without a file system. */
export interface DaxDevice {
  readonly bytes: number;
  /** In which it can be mapped, in bytes. */
  readonly unit: number;
  /** The attribute through which its region is flushed beyond the power-fail domain, if it has one. */
  readonly deepFlush: string | undefined;
}

const REGIONS = 'bus/nd/devices';
const UNIT = 2 ** 21;

function textOf(...path: string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'latin1').trim();
  } catch {
    return undefined;
  }
}

function realpathOf(...path: string[]): string | undefined {
  try {
    return realpathSync(join(...path));
  } catch {
    return undefined;
  }
}

/**
 * What the kernel says of a character device; undefined for one that is no DAX device.
 *
 * @param rdev - its number, as `stat` tells it
 */
export function daxDevice(rdev: number, root = '/sys'): DaxDevice | undefined {
  const major = (rdev >>> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  const directory = realpathOf(root, 'dev/char', `${String(major)}:${String(minor)}`);
  if (directory === undefined) return undefined;
  const subsystem = realpathOf(directory, 'subsystem');
  if (subsystem === undefined || basename(subsystem) !== 'dax') return undefined;
  // Which of both it is depends on the age of the kernel.
  const unit = textOf(directory, 'align') ?? textOf(directory, 'device/align');
  const region = /\/(region\d+)\//.exec(directory)?.[1];
  return {
    bytes: Number(textOf(directory, 'size')),
    unit: Number(unit ?? UNIT),
    deepFlush: region === undefined ? undefined : join(root, REGIONS, region, 'deep_flush'),
  };
}

/** Whether the CPU's caches are inside the power-fail domain of all persistent memory there is (eADR). */
export function cachesArePersistent(root = '/sys'): boolean {
  const names = namesIn(join(root, REGIONS)).filter((name) => /^region\d+$/.test(name));
  const domains = names.map((name) => textOf(root, REGIONS, name, 'persistence_domain'));
  return domains.length > 0 && domains.every((domain) => domain === 'cpu_cache');
}
