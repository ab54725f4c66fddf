import { Flag } from '../abi/descriptor';
import { MoverError } from '../errors';
import { bare } from '../intrinsics';
import { MAX_NODE, Order } from '../jobs/order';
import { checkTimeout } from '../runtime/options';
import type { Capabilities } from './capabilities';
import { noDevice } from '../devices/no-device';
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkObject,
  checkSignal,
  noOptions,
} from '../check';

/** Options of every operation. What cannot be honoured is refused, never ignored. */
export interface OpOptions {
  /** Unstarted work is withdrawn; started work fails once the engine is done with the memory. */
  signal?: AbortSignal;
  /**
   * When the operation is not complete after so many milliseconds from its beginning on, it fails with
   * `ERR_MOVER_TIMEOUT`, also where an engine still has it, unlike with a signal. What has begun goes on:
   * its memory is kept until its end, and what it writes must not be used any more. `Infinity`: no limit.
   */
  timeoutMs?: number;
  /** Who may do it: whoever is fastest (default), the hardware alone, or the CPU alone. */
  path?: 'auto' | 'hardware' | 'software';
  /** Where the result is placed: in the last-level cache, in memory, or as the engine sees fit. */
  cache?: 'auto' | 'llc' | 'memory';
  /**
   * Completion implies that what was written has left the caches for memory, and is durable if that
   * memory is: persistent memory, but not the page cache of a file on a disk. Not with `cache: 'llc'`.
   */
  durable?: boolean;
  /** The engine reads its last write back before it completes. */
  readback?: boolean;
  /** The engine waits for a page that is not there. On the software engine the CPU always does. */
  blockOnFault?: boolean;
  /**
   * What happens where a device finds a page that is not there: the CPU does the rest, on another
   * thread (`continue`, default); the pages are touched and the device gets the rest (`retry`); or
   * the operation fails and says how far it came (`error`). The CPU itself never comes to it.
   */
  onFault?: 'continue' | 'retry' | 'error';
  /**
   * Whose queues serve: anybody's, those where the memory is if there are any, or those of a certain
   * node alone, which can only be demanded of hardware.
   */
  numa?: number | 'any' | 'data';
}

/** Options as they act on jobs. */
export interface Settings {
  /** Of descriptors. */
  readonly flags: number;
  /** How jobs are carried out: see `Order`. */
  readonly order: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeoutMs: number | undefined;
  /** As they were given, for engines that are not given descriptors. */
  readonly given: GivenOptions;
}

export type GivenOptions = Readonly<Omit<OpOptions, 'signal' | 'timeoutMs'>>;

type Read = { readonly [K in keyof GivenOptions]-?: GivenOptions[K] | undefined };

export const noSettings: Settings = {
  flags: 0,
  order: 0,
  signal: undefined,
  timeoutMs: undefined,
  given: noOptions,
};

/** Whether they ask nothing of an operation but that it be done. */
export const isPlain = ({ flags, order, signal, timeoutMs }: Settings): boolean =>
  flags === 0 && order === 0 && signal === undefined && timeoutMs === undefined;

/** Those of `GivenOptions`, and of `OpOptions`. */
const givenNames = [
  'path',
  'cache',
  'durable',
  'readback',
  'blockOnFault',
  'onFault',
  'numa',
] as const;
const names = ['signal', 'timeoutMs', ...givenNames];

function unsupported(option: string): MoverError {
  return new MoverError('ERR_MOVER_UNSUPPORTED', `${option} cannot be honoured by this mover`);
}

const faultOrders = { continue: Order.Continue, retry: Order.Retry, error: Order.Error } as const;

function pathOrder(path: OpOptions['path'], able: Capabilities): number {
  if (path === 'hardware') {
    if (!able.paths.has('hardware')) throw noDevice();
    return Order.Hardware;
  }
  if (path !== 'software') return 0;
  if (!able.paths.has('software')) throw unsupported("path: 'software'");
  return Order.Software;
}

function placeOf(numa: OpOptions['numa'], able: Capabilities): number {
  if (typeof numa !== 'number') {
    const place = checkChoice('numa (where it is no number)', numa, ['any', 'data']);
    return place === 'any' ? Order.AnyPlace : Order.DataPlace;
  }
  checkInteger('numa', numa, MAX_NODE);
  if (!able.numaNodes.has(numa)) throw unsupported(`numa: ${String(numa)}`);
  return Order.NodePlace + numa;
}

/**
 * @param own - options that the operation has beside the general ones
 * @throws TypeError, RangeError for a value that makes no sense; MoverError for one that cannot be honoured
 */
export function settingsOf(
  options: OpOptions,
  defaults: Settings,
  able: Capabilities,
  own: readonly string[] = [],
): Settings {
  checkObject('options', options);
  checkNames(options, [...names, ...own]);
  const given = read(options, own);
  const { path, cache, durable, readback, blockOnFault, onFault, numa } = given;
  if (checkBoolean('durable', durable) === true && !able.durable) throw unsupported('durable');
  if (checkBoolean('readback', readback) === true && !able.readback) throw unsupported('readback');
  checkChoice('cache', cache, ['auto', 'llc', 'memory']);
  const block = checkBoolean('blockOnFault', blockOnFault);
  if (block === true && !able.blockOnFault) throw unsupported('blockOnFault');
  let { order } = defaults;
  if (checkChoice('path', path, ['auto', 'hardware', 'software']) !== undefined) {
    order = (order & ~Order.PathMask) | pathOrder(path, able);
  }
  if (checkChoice('onFault', onFault, ['continue', 'retry', 'error']) !== undefined) {
    order = (order & ~Order.FaultMask) | faultOrders[onFault!];
  }
  if (numa !== undefined) {
    order = (order & ~Order.PlaceMask) | (placeOf(numa, able) << Order.PlaceShift);
  }
  const signal = checkSignal(options.signal) ?? defaults.signal;
  const timeoutMs = limitOf(options.timeoutMs, defaults.timeoutMs);
  const all = together(defaults.given, given);
  return { flags: flagsOf(all), order, signal, timeoutMs, given: all };
}

/** @throws MoverError for what contradicts itself */
function flagsOf({ cache, durable, readback, blockOnFault }: GivenOptions): number {
  if (durable === true && cache === 'llc') throw unsupported("durable with cache: 'llc'");
  let flags = 0;
  if (cache === 'llc') flags |= Flag.CacheControl1;
  if (durable === true || readback === true) flags |= Flag.CacheControl2;
  if (blockOnFault === true) flags |= Flag.BlockOnFault;
  return flags;
}

/**
 * The options, each read once: what is checked is what is taken.
 *
 * @param own - what an operation has of its own under such a name is its own to look at
 */
function read(options: OpOptions, own: readonly string[]): Read {
  const of = <K extends keyof GivenOptions>(name: K): Read[K] =>
    own.includes(name) ? undefined : (options as Read)[name];
  return {
    path: of('path'),
    cache: of('cache'),
    durable: of('durable'),
    readback: of('readback'),
    blockOnFault: of('blockOnFault'),
    onFault: of('onFault'),
    numa: of('numa'),
  };
}

/** Those that are undefined are as they were. */
function together(defaults: GivenOptions, given: Read): GivenOptions {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return said.length === 0
    ? defaults
    : Object.freeze(bare({ ...defaults, ...Object.fromEntries(said) }));
}

/** @throws TypeError, RangeError */
export function limitOf(timeoutMs: unknown, otherwise: number | undefined): number | undefined {
  if (timeoutMs === undefined) return otherwise;
  const limit = checkTimeout(timeoutMs);
  return limit === Infinity ? undefined : limit;
}

/** Whether two operations are asked for alike, and neither can be aborted apart from the other. */
export function sameOptions(a: Settings, b: Settings): boolean {
  if (a.signal !== undefined || b.signal !== undefined) return false;
  return givenNames.every((name) => a.given[name] === b.given[name]);
}
