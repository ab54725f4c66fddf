import { closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../intrinsics';

/** Where the kernel describes its accelerators; `DSA_SYSFS_PATH` says otherwise. */
export const sysfsRoot = (): string => environment('DSA_SYSFS_PATH') || '/sys/bus/dsa/devices';

/** Where the device files of work queues are; `DSA_DEV_PATH` says otherwise. */
export const deviceRoot = (): string => environment('DSA_DEV_PATH') || '/dev/dsa';

/** The kernel gives an attribute no more. Bytes. */
const PAGE = 4096;

/**
 * What an attribute says; throws where it cannot be read. A tree may hold anything: pipes that nobody
 * writes to, devices that it is enough to open, and texts without an end.
 */
export function readAttribute(path: string): string {
  if (!statSync(path).isFile()) throw new Error('it is no ordinary file');
  // Should it have become a pipe meanwhile, nothing is waited for.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(PAGE + 1);
    const length = readSync(file, bytes);
    if (length > PAGE) throw new Error(`it has more than ${String(PAGE)} bytes`);
    return bytes.toString('latin1', 0, length).trim();
  } finally {
    closeSync(file);
  }
}

/** Something in the tree that is not as it should be. */
export interface Problem {
  readonly path: string;
  readonly problem: string;
}

/**
 * The attributes of one directory. What is not there is undefined, as older kernels and other devices
 * have fewer; what cannot be read or understood is undefined, too, and noted.
 */
export class Attributes {
  constructor(
    readonly directory: string,
    private readonly problems: Problem[],
  ) {}

  text(name: string): string | undefined {
    const path = join(this.directory, name);
    try {
      // Some of it is shown to people, and must not speak to their terminals.
      return readAttribute(path).replace(/[^\x20-\x7e]/g, '?');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // Attributes that a device does not support say so with these.
      const absent = ['ENOENT', 'EOPNOTSUPP', 'ENOTSUP', 'ENXIO'].includes(code ?? '');
      if (!absent) this.problems.push({ path, problem: `cannot be read: ${code ?? message}` });
      return undefined;
    }
  }

  /** A number in decimal, or in hexadecimal with its prefix; -1 often stands for none. */
  number(name: string, max = 0xffff_ffff, min = -1): number | undefined {
    const number = this.#understood(name, /^(-?\d+|0x[0-9a-f]+)$/i, Number);
    if (number === undefined || (number >= min && number <= max)) return number;
    const range = `which is not from ${String(min)} to ${String(max)}`;
    this.#odd(name, `says ${String(number)}, ${range}`);
    return undefined;
  }

  /** A number of 64 bits. */
  register(name: string): bigint | undefined {
    return this.#understood(name, /^(0|0x[0-9a-f]{1,16})$/i, BigInt);
  }

  flag(name: string): boolean | undefined {
    return this.#understood(name, /^[01]$/, (text) => text === '1');
  }

  /** Groups of eight hexadecimal digits, the most significant first. */
  bitmap(name: string): bigint | undefined {
    return this.#understood(name, /^[0-9a-f]{1,8}(,[0-9a-f]{8})*$/i, (text) =>
      BigInt(`0x${text.replaceAll(',', '')}`),
    );
  }

  #understood<T>(name: string, pattern: RegExp, read: (text: string) => T): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (pattern.test(text)) return read(text);
    this.#odd(name, `says '${text.slice(0, 40)}', which makes no sense here`);
    return undefined;
  }

  #odd(name: string, problem: string): void {
    this.problems.push({ path: join(this.directory, name), problem });
  }
}

const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * Names in a directory, in the order of their numbers; none where it does not exist. A device file of
 * an open queue stands among the devices, too, with a `!` in its name.
 */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.includes('!'))
      .sort(byNumber.compare);
  } catch {
    return [];
  }
}
