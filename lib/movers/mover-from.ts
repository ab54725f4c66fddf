import {
  checkBoolean,
  checkChoice,
  checkFunction,
  checkInteger,
  checkNames,
  checkObject,
  polluted,
} from '../check';
import { closedError, describe, MoverError, rangeError, typeError } from '../errors';
import type { Future } from '../future/future';
import { hasOwn } from '../intrinsics';
import { overlap } from '../memory/range';
import { MAX_BYTES } from '../operations/arguments';
import type { Operands, Operation } from '../operations/operation';
import type { Backend } from './backend';
import { operationNames, type Capabilities } from './capabilities';
import { MAX_NODE } from '../jobs/order';
import { CustomFuture, type Held, type Home } from './custom-future';
import { Mover } from './mover';
import type { BackendCapabilities, MoverBackend } from './mover-backend';
import type { Settings } from './options';
import type { Explanation } from './explain';
import { Hidden, statsOf, type MoverStats } from './statistics';
import { UnderWay } from './under-way';
import { workOf, type Plan } from './work';

const flags = ['durable', 'cacheHint', 'blockOnFault', 'overlapping', 'readback', 'async'] as const;
const limits = ['maxTransfer', 'depth'] as const;

/** @throws TypeError, RangeError for capabilities that make no sense */
function capabilitiesOf(given: BackendCapabilities): Capabilities {
  checkObject('capabilities', given, false);
  checkNames(given, ['operations', 'notifiers', 'paths', 'numaNodes', ...flags, ...limits]);
  const { operations, notifiers = [], paths = ['software'], numaNodes = [] } = given;
  const { maxTransfer = MAX_BYTES, depth = 1 } = given;
  const able = flags.map((name) => [name, checkBoolean(name, given[name]) === true] as const);
  return {
    ...(Object.fromEntries(able) as Record<(typeof flags)[number], boolean>),
    operations: setOf('operations', operations, operationNames),
    paths: setOf('paths', paths, pathNames),
    numaNodes: new Set([...numaNodes].map((node) => checkInteger('numaNodes', node, MAX_NODE))),
    notifiers: setOf('notifiers', notifiers, notifierNames),
    maxTransfer: checkInteger('maxTransfer', maxTransfer, MAX_BYTES, 1),
    depth: checkInteger('depth', depth, Number.MAX_SAFE_INTEGER, 1),
  };
}

const pathNames = ['hardware', 'software'] as const;
const notifierNames = ['waker', 'poller'] as const;

function setOf<T extends string>(name: string, given: unknown, names: readonly T[]): Set<T> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) {
    const members = [...(given as Iterable<unknown>)];
    return new Set(members.map((member) => checkChoice(name, member ?? null, names)!));
  }
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `capabilities.${name} must be a set or array of names; got ${describe(given)}`,
  );
}

/** An engine of one's own behind a mover. */
const custom: Explanation = Object.freeze({
  path: 'software',
  engine: 'own',
  why: 'this mover has no work queues',
  threshold: Infinity,
  threadsThreshold: Infinity,
});

class CustomBackend<H> implements Backend, Home<H> {
  static {
    // What it does not have, it has not, whatever Object.prototype says: it would be called with ranges.
    Object.setPrototypeOf(this.prototype, null);
  }

  readonly backend: MoverBackend<H>;
  readonly capabilities: Capabilities;
  readonly underWay = new UnderWay();
  readonly limits = new UnderWay();
  readonly hidden = new Hidden();
  readonly plain = undefined;
  readonly failed = undefined;
  readonly together = undefined;
  readonly channel = undefined;
  readonly open = undefined;
  readonly choice = undefined;
  readonly measureAll = undefined;
  readonly #active = new Set<Held<H>>();
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(backend: MoverBackend<H>) {
    this.backend = backend;
    this.capabilities = capabilitiesOf(backend.capabilities);
  }

  get name(): string {
    return this.backend.name;
  }

  get closed(): boolean {
    return this.#closing !== undefined && this.underWay.empty;
  }

  operate<T, X>(operands: Operands<T, X>, settings: Settings, eager: boolean): Future<T> {
    this.#checkOpen();
    this.#check(operands);
    const future = new CustomFuture<H, T>(this, operands, settings);
    if (eager) future.start();
    return future;
  }

  work<T, X>(
    plan: Plan<T, X>,
    operands: Operands<T, X>,
    settings: Settings,
    eager: boolean,
  ): Future<T> {
    return workOf(plan, this, operands, settings, eager);
  }

  admit({ operation }: Operands): void {
    this.#checkOpen();
    this.#checkAble(operation);
  }

  part<T, X>(operands: Operands<T, X>, settings: Settings): Future<T> {
    this.#check(operands);
    return new CustomFuture<H, T>(this, operands, { ...settings, signal: undefined });
  }

  add(held: Held<H>): void {
    this.#active.add(held);
  }

  remove(held: Held<H>): void {
    this.#active.delete(held);
    if (this.#active.size === 0) this.#idle?.();
  }

  stats(): MoverStats {
    return { ...statsOf(undefined, this.hidden), inFlight: this.#active.size };
  }

  explain(): Explanation {
    return custom;
  }

  async ready(): Promise<void> {
    await Promise.resolve();
    this.#checkOpen();
  }

  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const ended = this.underWay.close();
    // What is cut off before it closes can be closed again.
    this.#closing = this.#finish(ended);
    return this.#closing;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError(`the mover '${this.name}'`, 'open another');
  }

  /** @throws MoverError `ERR_MOVER_UNSUPPORTED`; RangeError `ERR_MOVER_LENGTH` */
  #check({ operation, length, destination, source }: Operands): void {
    this.#checkAble(operation);
    const { maxTransfer, overlapping } = this.capabilities;
    if (operation.name === 'move' && !overlapping && overlap(destination!, source!)) {
      const text = `move: the mover '${this.name}' does not move within memory; copy by way of other memory`;
      throw new MoverError('ERR_MOVER_UNSUPPORTED', text, { operation: 'move' });
    }
    if (length <= maxTransfer) return;
    throw rangeError(
      'ERR_MOVER_LENGTH',
      `${operation.name}: ${String(length)} bytes are more than the mover '${this.name}' takes, ${String(maxTransfer)}; do it in parts`,
    );
  }

  #checkAble({ name, verb = name }: Operation): void {
    if (this.capabilities.operations.has(verb)) return;
    const what = verb === name ? 'this operation' : `${verb}, which it takes here`;
    const text = `${name}: the mover '${this.name}' does not have ${what}`;
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text, { operation: name });
  }

  async #finish(ended: Promise<unknown> | undefined): Promise<void> {
    await ended;
    if (this.#active.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#idle = resolve));
      for (const { future } of this.#active) future.deref()?.drive();
      await idle;
    }
    await this.limits.close();
    await this.backend.close?.();
  }
}

const methods = ['create', 'start', 'check', 'finish'] as const;
const optionalMethods = ['drop', 'close'] as const;

/**
 * A mover over an engine of one's own: all operations that it has, in both tenses, with the same
 * checks of arguments and options as on any other mover.
 *
 * @throws TypeError, RangeError for a backend that lacks something
 */
export function moverFrom<H>(backend: MoverBackend<H>): Mover {
  checkObject('backend', backend, false);
  if (typeof backend.name !== 'string') {
    throw typeError('ERR_INVALID_ARG_TYPE', `name must be a string; got ${describe(backend.name)}`);
  }
  const given = backend as unknown as Record<string, unknown>;
  for (const name of methods) checkFunction(name, given[name]);
  for (const name of optionalMethods) {
    if (given[name] === undefined) continue;
    if (name in Object.prototype && !hasOwn(given, name)) throw polluted(name);
    checkFunction(name, given[name]);
  }
  return new Mover(new CustomBackend(backend));
}
