import { inspect } from 'node:util';
import type { Bytes } from '../memory/resolve';
import { register } from '../memory/register';
import type { Region } from '../memory/region';
import type { Backend } from './backend';
import { checkChoice, checkInteger, checkNames, checkObject, noOptions } from '../check';
import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { Order } from '../jobs/order';
import { MAX_CHANNEL_DEPTH, type Channel } from './channel';
import type { OpName } from '../operations/operation';
import { copyOf, meets, operationNames, type Capabilities, type Demand } from './capabilities';
import { MoverOperations } from './mover-operations';
import { noSettings, settingsOf, type OpOptions, type Settings } from './options';
import type { Explanation } from './explain';
import type { MoverStats } from './statistics';

export interface ChannelOptions {
  /** Operations under way at once. */
  depth?: number;
}

const CHANNEL_DEPTH = 256;

/** What carries out the operations of a mover: for the library alone. */
export let backendOf: (mover: Mover) => Backend;
/** For the library alone. @throws MoverError `ERR_MOVER_CLOSED` */
export let checkMoverOpen: (mover: Mover) => void;
/** Milliseconds that its operations may take where they do not say otherwise: for the library alone. */
export let limitOfMover: (mover: Mover) => number | undefined;
/** A view of a mover whose operations are done by one engine, as bits of `Order` say: for the library alone. */
export let viewOn: (mover: Mover, order: number) => Mover;

/**
 * Memory operations in two tenses: `mover.copy()` starts now, `mover.futures.copy()` at its first
 * poll. Made by `open()`, `syncMover()`, `threadsMover()` and `moverFrom()`.
 */
export class Mover extends MoverOperations implements AsyncDisposable {
  static {
    conceal(this, 'open(), syncMover(), threadsMover() and moverFrom()');
    backendOf = (mover) => mover.#backend;
    checkMoverOpen = (mover) => {
      mover.#backend.underWay.checkOpen();
    };
    limitOfMover = (mover) => (#settings in mover ? mover.#settings.timeoutMs : undefined);
    viewOn = (mover, order) => {
      const others = mover.#settings.order & ~(Order.PathMask | Order.EngineMask);
      return new Mover(mover.#backend, { ...mover.#settings, order: others | order });
    };
  }

  /** The same operations, not started. */
  readonly futures: MoverOperations;
  readonly #backend: Backend;
  readonly #settings: Settings;

  /** @internal */
  constructor(backend: Backend, settings: Settings = noSettings) {
    super(backend, settings, 'eager');
    this.futures = new MoverOperations(backend, settings, 'lazy');
    this.#backend = backend;
    this.#settings = settings;
  }

  get name(): string {
    return this.#backend.name;
  }

  /** A copy, which is the program's own: what the mover can do is not changed by it. */
  get capabilities(): Capabilities {
    return copyOf(this.#backend.capabilities);
  }

  /** Whether every part of the demand is met. @throws TypeError, RangeError for what makes no sense */
  supports(what: Demand): boolean {
    return meets(this.#backend.capabilities, what);
  }

  /**
   * A view of this mover with other defaults. The options are checked now. Closing a view closes
   * the mover.
   *
   * @throws TypeError, RangeError, MoverError for options that cannot be honoured
   */
  with(defaults: OpOptions = noOptions): Mover {
    return new Mover(
      this.#backend,
      settingsOf(defaults, this.#settings, this.#backend.capabilities),
    );
  }

  /**
   * Looks at the memory once, for many operations on it.
   *
   * @throws TypeError as operations fail; RangeError for more bytes than a Buffer can have
   */
  register(bytes: Bytes): Region {
    return register(bytes);
  }

  /**
   * Operations without an object for each, carried out as this mover's are.
   *
   * @param options - `depth`: operations under way at once, up to 65536; default 256
   * @throws TypeError, RangeError for options that make no sense; MoverError `ERR_MOVER_CLOSED`, and
   * `ERR_MOVER_UNSUPPORTED` for a mover over an engine of one's own, or with `signal` or
   * `timeoutMs`
   */
  channel(options: ChannelOptions = noOptions): Channel {
    checkObject('options', options);
    checkNames(options, ['depth']);
    const { depth: asked = CHANNEL_DEPTH } = options;
    const depth = checkInteger('depth', asked, MAX_CHANNEL_DEPTH, 1);
    const { signal, timeoutMs } = this.#settings;
    if (signal !== undefined || timeoutMs !== undefined) {
      const option = signal === undefined ? 'timeoutMs' : 'signal';
      const text = `channel: its operations have no ${option}; make it of a mover without`;
      throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
    }
    const channel = this.#backend.channel?.(depth, this.#settings);
    if (channel !== undefined) return channel;
    const text = `channel: the mover '${this.name}' has an engine of its own, which takes operations one by one`;
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
  }

  /** What its work queues have done, and what is under way. */
  stats(): MoverStats {
    return this.#backend.stats();
  }

  /**
   * Who would do an operation on so many bytes now, where the operation does not say, and why.
   *
   * @param op - as in options and errors: `copy`, `crc32c`, `createDelta`, `difInsert`; see OpName
   * @throws TypeError, RangeError for what is no operation, or no number of bytes
   */
  explain(op: OpName, bytes: number): Explanation {
    const name = checkChoice('op', (op as unknown) ?? null, operationNames)!;
    const size = checkInteger('bytes', bytes, Number.MAX_SAFE_INTEGER);
    return this.#backend.explain(name, size, this.#settings);
  }

  /** Resolves when an operation would begin without waiting in line: back-pressure for producers. */
  async ready(): Promise<void> {
    return this.#backend.ready();
  }

  /** Waits for what is under way. Operations after the call fail with `ERR_MOVER_CLOSED`. */
  close(): Promise<void> {
    return this.#backend.close();
  }

  [inspect.custom](): string {
    return `Mover { ${this.name} }`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
