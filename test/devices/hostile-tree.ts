import { spawnSync } from 'node:child_process';
import assert from 'node:assert';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { devices, open } from '../../lib';
import { checkContainer, checkDevices } from '../../lib/devices/checks';
import type { Finding } from '../../lib/devices/finding';
import { noDevice } from '../../lib/devices/no-device';
import { scanDevices, type ScannedQueue } from '../../lib/devices/scan';
import { queueState, usableQueues, type QueueSetup } from '../../lib/devices/usable-queues';
import { Random } from '../support/random';
import { Tree } from './tree';

/** What stands where an attribute, a directory or a device file should be. */
const stands = [
  'text',
  'text',
  'text',
  'text',
  'nothing',
  'directory',
  'pipe',
  'loop',
  'endless',
  'terminal',
  'dangling',
] as const;

/** Of texts: what is nearly right, and what is far from it. */
const texts = [
  ...['', '0', '1', '2', '-1', '-2', '00', '15', '16', '63', '64', '65535', '65536', '1e3', '1.5'],
  ...['0x', '0x10', '0X1F', '-0x1', '0x1g', '+1', '١', 'NaN', 'Infinity', '1 1', '1\n2', '\t1 '],
  ...['4294967295', '4294967296', '9007199254740993', '18446744073709551616', '0xffffffffffffffff'],
  ...['enabled', 'disabled', 'enabled\0', 'enabled enabled', 'user', 'shared', 'dedicated'],
  ...['00000000,00000001', '0,', ',', '00000001,1', '\x1b[2J', '\0', '\xff\xfe', '$(true)', "';`"],
  ...['toString', '__proto__', 'constructor', '0x1_0', '1n'],
];

function text(random: Random): Buffer {
  const kind = random.below(8);
  if (kind === 0) return random.bytes(random.below(64));
  if (kind === 1) return Buffer.alloc(4090 + random.below(16), '9');
  if (kind === 2) return Buffer.alloc(1 << random.below(18), '0a,\n '[random.below(5)]);
  const repeated = kind === 3 ? random.below(400) : 1;
  const chosen = texts[random.below(texts.length)]!.repeat(repeated);
  return Buffer.from(random.below(4) === 0 ? chosen : `${chosen}\n`, 'latin1');
}

/** A name that something in a directory of devices might have. */
function name(random: Random): string {
  const kind = ['dsa', 'wq', 'engine', 'group', 'iax', 'dsa!wq'][random.below(6)]!;
  const numbers = [
    '',
    '0',
    '1',
    '00',
    '-1',
    '0.0',
    '0.1',
    '1.0',
    '0.0.0',
    '9'.repeat(99),
    '0x1',
    '٠',
  ];
  return `${kind}${numbers[random.below(numbers.length)]!}`;
}

/** A tree of a device, a queue and an engine, in which some things were replaced and others added. */
export class HostileTree {
  readonly #tree = new Tree();
  /** Each of them a path, and what stands there now. */
  readonly changes: string[] = [];

  constructor(random: Random) {
    const { root, sysfs, dev } = this.#tree;
    const places = ['pci/dsa0', 'pci/dsa0/wq0.0', 'pci/dsa0/engine0.0'].flatMap((place) => {
      const directory = join(root, place);
      return [directory, ...readdirSync(directory).map((each) => join(directory, each))];
    });
    const links = readdirSync(sysfs).map((each) => join(sysfs, each));
    for (let count = 1 + random.below(4); count > 0; count--) {
      const kind = random.below(16);
      if (kind === 0) this.#put(random.below(2) === 0 ? sysfs : dev, random);
      else if (kind === 1) this.#put(join(dev, 'wq0.0'), random);
      else if (kind < 4) this.#put(links[random.below(links.length)]!, random);
      else if (kind < 6) this.#add(random);
      else this.#put(places[random.below(places.length)]!, random);
    }
  }

  get env(): { DSA_SYSFS_PATH: string; DSA_DEV_PATH: string } {
    return this.#tree.env;
  }

  remove(): void {
    this.#tree.remove();
  }

  /** Something that is not of this tree's device, or claims to be. */
  #add(random: Random): void {
    const { root, sysfs } = this.#tree;
    const target = [join(root, 'pci/dsa0'), join(root, 'pci/dsa0/wq0.0'), sysfs, '/dev', '/'];
    const parent = random.below(2) === 0 ? sysfs : join(root, 'pci/dsa0');
    const many = random.below(20) === 0 ? 500 : 1;
    for (let count = many; count > 0; count--) {
      const path = join(parent, `${name(random)}${many > 1 ? String(count) : ''}`);
      try {
        if (random.below(2) === 0) mkdirSync(path);
        else symlinkSync(target[random.below(target.length)]!, path);
        if (many === 1) this.changes.push(`${path}: added`);
      } catch {
        // There is one, or what should hold it was replaced.
      }
    }
    if (many > 1) this.changes.push(`${parent}: ${String(many)} names added`);
  }

  #put(path: string, random: Random): void {
    const kind = stands[random.below(stands.length)]!;
    try {
      rmSync(path, { recursive: true, force: true });
      if (kind === 'text') writeFileSync(path, text(random));
      if (kind === 'directory') mkdirSync(path);
      if (kind === 'pipe') symlinkSync(pipe(), path);
      if (kind === 'loop') symlinkSync(path, path);
      if (kind === 'endless') symlinkSync('/dev/zero', path);
      if (kind === 'terminal') symlinkSync('/dev/tty', path);
      if (kind === 'dangling') symlinkSync('/nowhere', path);
      this.changes.push(`${path}: ${kind}`);
    } catch {
      // What should hold it was replaced.
    }
  }
}

let pipePath: string | undefined;

/** Nobody writes to it. */
export function pipe(): string {
  if (pipePath === undefined) {
    pipePath = join(tmpdir(), `datamover-pipe-${String(process.pid)}`);
    rmSync(pipePath, { force: true });
    assert.equal(spawnSync('mkfifo', [pipePath]).status, 0);
    const made = pipePath;
    process.once('exit', () => rmSync(made, { force: true }));
  }
  return pipePath;
}

/** What an attribute says if it is one. */
function said(directory: string, attribute: string): string | undefined {
  const path = join(directory, attribute);
  try {
    if (!statSync(path).isFile()) return undefined;
    const bytes = readFileSync(path);
    return bytes.length <= 4096 ? bytes.toString('latin1').trim() : undefined;
  } catch {
    return undefined;
  }
}

const saysNumber = (directory: string, attribute: string, value: number): boolean =>
  BigInt(said(directory, attribute)!) === BigInt(value);

function inRange(value: number | undefined, least: number, most: number): void {
  if (value === undefined) return;
  assert(Number.isInteger(value) && value >= least && value <= most, String(value));
}

/** What people are shown must not speak to their terminals. */
function printable(...shown: readonly (string | undefined)[]): void {
  for (const each of shown) assert.match(each ?? '', /^[\x20-\x7e]*$/);
}

function checkQueue(queue: ScannedQueue): void {
  printable(queue.state, queue.type, queue.mode, queue.label, queue.driverName);
  inRange(queue.size, 0, 0xffff);
  inRange(queue.threshold, 0, 0xffff);
  inRange(queue.priority, 0, 15);
  inRange(queue.maxTransfer, 0, 2 ** 32 - 1);
  inRange(queue.maxBatch, 0, 0xffff);
  inRange(queue.group, -1, 2 ** 32 - 1);
}

/** What is used is what the tree says, to somebody who reads it otherwise. */
function checkUsable({ name: queue, device, size, maxTransfer, path }: QueueSetup): void {
  const sysfs = process.env['DSA_SYSFS_PATH']!;
  const inside = join(sysfs, device, queue);
  const exists = statSync(inside, { throwIfNoEntry: false }) !== undefined;
  const directory = exists ? inside : join(sysfs, queue);
  assert.equal(said(join(sysfs, device), 'state'), 'enabled');
  assert.equal(said(directory, 'state'), 'enabled');
  assert.equal(said(directory, 'type'), 'user');
  assert(size > 0 && maxTransfer >= 64);
  assert(saysNumber(directory, 'size', size));
  if (said(directory, 'max_transfer_size')?.match(/^\d+$/)) inRange(maxTransfer, 64, 2 ** 32 - 1);
  assert(!statSync(path).isDirectory());
}

/** Where something stands that can be no attribute, that is found. */
function checkNoted(change: string, found: readonly Finding[]): void {
  const [path, kind] = change.split(': ') as [string, string];
  const attribute = basename(path);
  // Directories may lack, and this one nobody asks for.
  if (/^(dsa|wq|engine|group|devices|dev$|max_engines)/.test(attribute)) return;
  if (!['directory', 'pipe', 'loop', 'endless', 'terminal'].includes(kind)) return;
  assert(
    found.some(({ what }) => what.includes(`${attribute} cannot be read`)),
    `${change} was not noted`,
  );
}

/** All that looks at the tree takes it for what it is; throws, with what was changed, where not. */
export function checkTree(tree: HostileTree): void {
  try {
    check(tree.changes);
  } catch (cause) {
    throw new Error(`${String(cause)}\n${tree.changes.join('\n')}`, { cause });
  }
}

function check(changes: readonly string[]): void {
  const scan = scanDevices();
  for (const { queues, ...device } of scan.devices) {
    printable(device.name, device.state);
    inRange(device.numa, -1, 2 ** 32 - 1);
    inRange(device.maxTransfer, 0, 2 ** 32 - 1);
    inRange(device.maxBatch, 0, 0xffff);
    queues.forEach(checkQueue);
  }
  for (const { problem } of scan.problems) printable(problem);
  devices();
  usableQueues().usable.forEach(checkUsable);
  const { usable, unusable } = usableQueues(['wq0.0', 'wq9.9'], 1);
  assert(usable.length + unusable.length >= 2);
  printable(...unusable.map(({ why }) => why), noDevice(unusable).message);
  assert(['enabled', 'disabled', 'gone'].includes(queueState('wq0.0')));
  const found = [...checkDevices(), ...checkContainer()];
  for (const { what, meaning, remedy } of found) printable(what, meaning, remedy);
  // What was changed first may not stand any more.
  if (changes.length === 1) checkNoted(changes[0]!, found);
}

/** There is no device behind it, and work is done nevertheless. */
export async function checkOpening(): Promise<void> {
  const refusal = await open({ path: 'hardware', timeoutMs: 20 }).then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  );
  assert.match(refusal ?? '', /^ERR_MOVER_NO_(DEVICE|PERMISSION)$/);
  const mover = await open({ timeoutMs: 20 });
  const target = Buffer.alloc(100);
  await mover.fill(target, 7);
  assert(target.equals(Buffer.alloc(100, 7)));
  await mover.close();
}
