import { inspect } from 'node:util';
import { addon } from '../addon';
import { checkInteger, checkObject } from '../check';
import { conceal } from '../conceal';
import { MoverError, rangeError } from '../errors';
import { FinalizationRegistry } from '../finalization';
import { refused } from '../future/base-future';
import type { Future } from '../future/future';
import type { Steps } from '../future/procedure';
import { resolve, type Bytes } from '../memory/resolve';
import { limited } from '../movers/limited-future';
import { limitOfMover, type Mover } from '../movers/mover';
import type { MoverOperations } from '../movers/mover-operations';
import type { OpOptions } from '../movers/options';
import { UnderWay } from '../movers/under-way';
import { Work } from '../movers/work';
import type { Pattern } from '../operations/pattern';
import { deepFlush } from './deep-flush';
import { durabilityOf, type Durability } from './durability';
import type { Granularity } from './granularity';
import { checkLimitNames, limitsOf, type LimitOptions } from './limits';
import { lostError, type Part } from './lost';
import type { Mapping } from './mapping';
import { checkWritten, Syncer } from './syncer';

export interface Inside {
  readonly bytes: Buffer;
  readonly flushing: Granularity;
  /** Who copies for the map. */
  readonly mover: Mover;
  /** What is open over the map, and ends with it. */
  readonly dependents: Set<{ close(): Promise<void> }>;
}

/** The number by which native code knows the mapping, for the library alone. @throws MoverError `ERR_MOVER_CLOSED` */
export let mappingOf: (map: PmemMap) => number;
/** What a map is, whatever is assigned to its properties: for the library alone. Undefined for what is none. */
export let insideOf: (map: unknown) => Inside | undefined;

/** Of maps that were never closed. */
const collected = new FinalizationRegistry<number>((mapping) => {
  addon().pmemForget(mapping);
});

/**
 * A file, or a DAX device, as memory; made by `pmem.map()`. The futures of its operations complete
 * when what was written is *durable*: it survives the loss of power. They begin at once, and run in
 * no order.
 *
 * Where the file was truncated, or its pages cannot be had, they fail with `ERR_MOVER_PAGE_FAULT`.
 * Anybody else's access to such a page, as through `bytes`, gives zeros, and from then on the map
 * ends there.
 */
export class PmemMap implements Disposable, AsyncDisposable {
  static {
    conceal(this, 'pmem.map()');
    mappingOf = (map) => {
      map.#underWay.checkOpen();
      return map.#mapping.id;
    };
    insideOf = (map) => {
      if (typeof map !== 'object' || map === null || !(#mapping in map)) return undefined;
      return map.#inside;
    };
  }

  /**
   * The mapped memory, for programs and movers to read and write; `persist` makes durable what they
   * wrote. It is detached, and has length 0, once the map is closed.
   */
  readonly bytes: Buffer;
  readonly path: string;
  readonly granularity: Granularity;
  /**
   * The file system granted `MAP_SYNC`: it is on persistent memory, and its own structures are durable
   * before new blocks are written.
   */
  readonly sync: boolean;
  /** What is written stays in this process, and is never durable, whatever completes. */
  readonly private: boolean;
  readonly #mapping: Mapping;
  readonly #bytes: Buffer;
  readonly #inside: Inside;
  readonly #operations: MoverOperations;
  readonly #length: number;
  readonly #deepFlush: string | undefined;
  readonly #syncer: Syncer;
  readonly #durability: Durability;
  /** Of operations of its mover that do not say otherwise, in milliseconds. */
  readonly #limit: number | undefined;
  readonly #underWay: UnderWay;
  #closing: Promise<void> | undefined;

  /**
   * @internal
   *
   * @param deepFlush - the attribute of a DAX device's region
   */
  constructor(
    mapping: Mapping,
    path: string,
    mover: Mover,
    shared: boolean,
    deepFlush: string | undefined,
  ) {
    this.bytes = this.#bytes = Buffer.from(mapping.memory);
    this.path = path;
    this.granularity = mapping.granularity;
    this.sync = mapping.sync;
    this.private = !shared;
    this.#mapping = mapping;
    const { flushing } = mapping;
    this.#inside = { bytes: this.#bytes, flushing, mover, dependents: new Set() };
    this.#length = this.#bytes.length;
    this.#deepFlush = deepFlush;
    this.#syncer = new Syncer(mapping.id);
    this.#durability = durabilityOf(mapping.flushing, mapping.id, this.#bytes, mover, this.#syncer);
    this.#operations = this.#durability.mover.futures;
    this.#limit = limitOfMover(mover);
    this.#underWay = new UnderWay(`the map of ${path}`);
    collected.register(this, mapping.id, this);
  }

  /**
   * Copies `src`, which shares no byte with where it goes.
   *
   * @param offset - in the map, where it goes
   * @param o - as of the mover's operation; `durable` it is without saying so
   */
  copy(offset: number, src: Bytes, o?: OpOptions): Future<void> {
    return this.#change(o, () => {
      const to = this.#part('dst', offset, resolve(src, 'src').length);
      return this.#write('copy', to, () =>
        this.#operations.copy(this.#view(to), src, unlimited(o)),
      );
    });
  }

  /** Copies within the map; the ranges may overlap. */
  move(offset: number, from: number, length: number, o?: OpOptions): Future<void> {
    return this.#change(o, () => {
      const to = this.#part('dst', offset, length);
      const source = this.#part('src', from, length, 'from');
      const move = (): Future<unknown> =>
        this.#operations.move(this.#view(to), this.#view(source), unlimited(o));
      return this.#write('move', to, move, source);
    });
  }

  /** Repeats a pattern, as the mover's `fill` takes it, over a part of the map. */
  fill(offset: number, length: number, pattern: Pattern, o?: OpOptions): Future<void> {
    return this.#change(o, () => {
      const to = this.#part('dst', offset, length);
      return this.#write('fill', to, () =>
        this.#operations.fill(this.#view(to), pattern, unlimited(o)),
      );
    });
  }

  /**
   * Starts to write back what was stored in a range. By pages it waits for that, too, and blocks:
   * `persist` does not.
   *
   * @throws RangeError for what does not lie in the map; MoverError `ERR_MOVER_CLOSED`,
   * `ERR_MOVER_PAGE_FAULT`, and `ERR_MOVER_DEVICE` where the file cannot be written back
   */
  flush(offset: number, length: number): void {
    this.#underWay.checkOpen();
    const part = this.#part('range', offset, length);
    checkWritten(addon().pmemFlush(this.#mapping.id, offset, length));
    this.#checkHeld('flush', [part]);
  }

  /** Waits for what was flushed: it is durable. @throws MoverError as `flush` */
  drain(): void {
    this.#underWay.checkOpen();
    checkWritten(addon().pmemDrain(this.#mapping.id));
  }

  /** Makes durable what was stored in a range, by whomever, off the event loop. */
  persist(offset: number, length: number, o?: LimitOptions): Future<void> {
    return this.#operate(o, () => {
      checkLimitNames(o);
      return this.#persist('persist', this.#part('range', offset, length));
    });
  }

  /**
   * Persists a range beyond the power-fail domain, which may itself fail: on a DAX device its region is
   * flushed, on a file system on persistent memory the file is synced. Elsewhere it is `persist`.
   *
   * Fails as `persist`, and with what `fs` throws for the region's attribute.
   */
  deepFlush(offset: number, length: number, o?: LimitOptions): Future<void> {
    return this.#operate(o, () => {
      checkLimitNames(o);
      return this.#deeply(this.#part('range', offset, length));
    });
  }

  /**
   * Waits for what is under way, closes block devices that are open over the map, then unmaps: `bytes` is
   * detached. Operations after the call fail with `ERR_MOVER_CLOSED`. What other movers still do to `bytes` goes nowhere, and fails as on any memory
   * that was detached.
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const ended = this.#underWay.close();
    const closed = Array.from(this.#inside.dependents, (one) => one.close());
    // What is cut off before it closes can be closed again.
    if (ended === undefined && closed.length === 0) {
      this.#unmap();
      this.#closing = Promise.resolve();
    } else {
      this.#closing = this.#finish(ended, closed);
    }
    return this.#closing;
  }

  /** Begins to close, and closes on the spot where nothing is under way. */
  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [inspect.custom](): string {
    return `PmemMap { ${this.path}, ${String(this.#length)} bytes, ${this.granularity} }`;
  }

  async #finish(
    ended: Promise<unknown> | undefined,
    closed: readonly Promise<void>[],
  ): Promise<void> {
    await Promise.all(closed);
    await ended;
    this.#unmap();
  }

  #unmap(): void {
    const native = addon();
    collected.unregister(this);
    native.pmemUnmap(this.#mapping.id, this.#mapping.memory);
  }

  /** By its mover, whose limit counts where the options say none. */
  #change(o: OpOptions | undefined, steps: () => Steps<void>): Future<void> {
    return this.#operate(o, steps, this.#limit);
  }

  #operate(o: OpOptions | undefined, steps: () => Steps<void>, limit?: number): Future<void> {
    try {
      checkObject('options', o);
      if (o?.durable === false) throw notDurable();
      const { signal, timeoutMs } = limitsOf(o, limit);
      const work = new Work(steps, this.#underWay, signal);
      if (timeoutMs !== undefined) return limited(work, timeoutMs, true);
      work.start();
      return work;
    } catch (error) {
      return refused(error, true);
    }
  }

  *#write(verb: string, to: Part, begin: () => Future<unknown>, from?: Part): Steps<void> {
    const parts = from === undefined ? [to] : [to, from];
    this.#checkHeld(verb, parts);
    try {
      yield begin();
    } catch (error) {
      // Of a page that is not there the reason is better.
      this.#checkHeld(verb, parts, error);
      throw error;
    }
    const rest = to.length === 0 ? undefined : this.#durability.finish(to.offset, to.length);
    if (rest !== undefined) yield rest;
    this.#checkHeld(verb, parts);
  }

  *#persist(verb: string, part: Part): Steps<void> {
    const { offset, length } = part;
    this.#checkHeld(verb, [part]);
    const rest = length === 0 ? undefined : this.#durability.persist(offset, length);
    if (rest !== undefined) yield rest;
    this.#checkHeld(verb, [part]);
  }

  *#deeply(part: Part): Steps<void> {
    const { offset, length } = part;
    yield* this.#persist('deepFlush', part);
    if (length === 0 || this.private) return;
    if (this.#deepFlush !== undefined) yield deepFlush(this.#deepFlush);
    else if (this.sync) yield this.#syncer.sync(offset, length);
  }

  #view({ offset, length }: Part): Buffer {
    return this.#bytes.subarray(offset, offset + length);
  }

  /** @throws TypeError, RangeError for what does not lie in the map */
  #part(argument: string, offset: number, length: number, name = 'offset'): Part {
    checkInteger(name, offset, this.#length);
    checkInteger('length', length, Number.MAX_SAFE_INTEGER);
    if (offset + length <= this.#length) return { argument, offset, length };
    const text = `${String(length)} bytes at ${name} ${String(offset)} do not lie in the map of ${String(this.#length)} bytes`;
    throw rangeError('ERR_OUT_OF_RANGE', text);
  }

  /** @throws MoverError `ERR_MOVER_PAGE_FAULT` where the file ends before a part does */
  #checkHeld(verb: string, parts: readonly Part[], cause?: unknown): void {
    const held = addon().pmemHeld(this.#mapping.id);
    const short = parts.find(({ offset, length }) => length > 0 && offset + length > held);
    if (short === undefined) return;
    const error = lostError(verb, this.path, held, short);
    throw cause === undefined ? error : Object.assign(error, { cause });
  }
}

/**
 * An operation ends with its engine, so that the map is not unmapped before: the limit is that of the
 * whole, behind which the operation goes on.
 */
const unlimited = (o: OpOptions | undefined): OpOptions => ({ ...o, timeoutMs: Infinity });

function notDurable(): MoverError {
  const text = 'durable: false: what a map completes is durable; a mover writes its bytes without';
  return new MoverError('ERR_MOVER_UNSUPPORTED', text);
}
