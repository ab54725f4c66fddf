import { inspect } from 'node:util';
import { addon, type BttOpened } from '../addon';
import { checkInteger, noOptions } from '../check';
import { closedError, rangeError } from '../errors';
import { refused } from '../future/base-future';
import type { Future } from '../future/future';
import { resolve, type Bytes } from '../memory/range';
import { ChangeKind, Commits } from './btt-commits';
import { Copies } from './btt-copies';
import { LaneQueue } from './btt-lanes';
import { checkMap, formatDevice, openFormatted } from './btt-open';
import { checkOptions, uuidText, type BttOptions } from './btt-options';
import { Pace } from './btt-pace';
import { MarkRequest, ReadRequest, WriteRequest, type Works } from './btt-request';
import { sectorsOf } from './btt-sectors';
import { mappingOf, type PmemMap } from './pmem-map';

/** What a look at the metadata of a device found. */
export interface BttCheck {
  readonly consistent: boolean;
  /** What is wrong, as sentences; the first of many. */
  readonly problems: readonly string[];
}

/**
 * A block device over a map: reads and writes of whole blocks, as futures, in the block translation
 * table that Linux and PMDK know. A write is durable when it completes, and whole at any moment: after
 * a failure of power, a block holds what was written last, or what was there before.
 *
 * Requests begin at once, as many as there are lanes, and then in the order in which they came; they
 * end in any order. Two writes of one block that are under way together leave one of them.
 */
export class BttDevice implements AsyncDisposable {
  /** Bytes that a read gives and a write takes. */
  readonly blockSize: number;
  /** Bytes of a block in the layout: more than `blockSize` where data integrity fields stand between. */
  readonly sectorSize: number;
  readonly blocks: number;
  /** Requests in flight at once. */
  readonly lanes: number;
  readonly uuid: string;
  readonly parentUuid: string;
  readonly #works: Works;
  readonly #map: PmemMap;
  #closing: Promise<void> | undefined;

  /**
   * Lays out a device over all of the map, which loses what it held, and opens it. A file that is a pool
   * of libpmemblk stays one, with its size of blocks.
   *
   * @throws TypeError, RangeError for options that make no sense, or a map that is too small; MoverError
   * `ERR_BTT_IN_USE`, `ERR_BTT_LAYOUT`, `ERR_MOVER_CLOSED`, and `ERR_MOVER_UNSUPPORTED` where the system
   * refuses, or for a private map
   */
  static async format(map: PmemMap, options: BttOptions = noOptions): Promise<BttDevice> {
    checkMap(map);
    checkOptions(options);
    return new BttDevice(map, await formatDevice(map, options), options);
  }

  /**
   * Opens the device that is in the map, and finishes what a crash left unfinished. Several threads of a
   * process may have it open, each over a map of its own; another process may not meanwhile.
   *
   * @throws as `format`
   */
  static async open(map: PmemMap, options: BttOptions = noOptions): Promise<BttDevice> {
    checkMap(map);
    checkOptions(options);
    return new BttDevice(map, await openFormatted(map, options), options);
  }

  private constructor(map: PmemMap, opened: BttOpened, { lanes, mover }: BttOptions) {
    const { id } = opened;
    const inside = checkMap(map);
    const { flushing } = inside;
    // A copy that is given up while an engine still writes would be written into a later one.
    const reader = (mover ?? inside.mover).with({ timeoutMs: Infinity });
    const flushes = flushing === 'cacheline' && reader.capabilities.durable;
    const writer = flushes ? reader.with({ durable: true }) : reader;
    const needsFlush = flushing !== 'byte' && !flushes;
    const sectors = sectorsOf(inside.bytes, opened.sectorBytes, reader, writer);
    this.lanes = Math.min(lanes ?? opened.lanes, opened.lanes);
    this.blockSize = sectors.blockSize;
    this.sectorSize = opened.sectorBytes;
    this.blocks = opened.blocks;
    this.uuid = uuidText(opened.uuid);
    this.parentUuid = uuidText(opened.parentUuid);
    this.#map = map;
    const pace = new Pace();
    this.#works = {
      id,
      lanes: new LaneQueue(this.lanes, () => {
        addon().bttWait(id);
      }),
      copies: new Copies(pace),
      commits: new Commits(id, flushing === 'page', pace),
      sectors,
      offset: new Float64Array(opened.offset),
      written: needsFlush ? ChangeKind.WriteToFlush : ChangeKind.Write,
      clear: (into) => reader.futures.fill(into, 0),
    };
  }

  /** Metadata is damaged, or could not be written: writes fail with `ERR_BTT_READ_ONLY`. */
  get readOnly(): boolean {
    return addon().bttReadOnly(this.#works.id);
  }

  /**
   * Reads a block. One that was never written reads as zeros.
   *
   * @param into - of `blockSize` bytes; default: a new buffer
   *
   * Errors: `ERR_BTT_BAD_BLOCK`, `ERR_MOVER_DIF` where a data integrity field does not match,
   * `ERR_MOVER_PAGE_FAULT` where the file was truncated, those of a copy, `ERR_MOVER_CLOSED`.
   */
  read(block: number, into?: Bytes): Future<Buffer> {
    return this.#request(block, (works) => {
      if (into === undefined) {
        return new ReadRequest(works, block, Buffer.allocUnsafe(this.blockSize));
      }
      const { length, bytes } = resolve(into, 'into');
      this.#checkLength('into', length);
      return new ReadRequest(works, block, Buffer.isBuffer(into) ? into : bytes);
    });
  }

  /**
   * Writes a block; complete: durable. Where it fails the block is as it was, unless the file could not
   * be written back (`ERR_MOVER_DEVICE`).
   *
   * @param data - of `blockSize` bytes; not to be changed before the write completes
   *
   * Errors: `ERR_BTT_READ_ONLY`, and as `read`.
   */
  write(block: number, data: Bytes): Future<void> {
    return this.#request(block, (works) => {
      this.#checkLength('data', resolve(data, 'data').length);
      return new WriteRequest(works, block, data);
    });
  }

  /** The block reads as zeros from now on: also for a discard. Errors as `write`. */
  zero(block: number): Future<void> {
    return this.#request(block, (works) => new MarkRequest(works, block, ChangeKind.Zero));
  }

  /** Reads of the block fail from now on, until it is written or zeroed. Errors as `write`. */
  markBad(block: number): Future<void> {
    return this.#request(block, (works) => new MarkRequest(works, block, ChangeKind.Bad));
  }

  /**
   * Looks for contradictions in the metadata. Requests under way are waited for, of other threads, too,
   * and those that come meanwhile begin afterwards.
   *
   * @throws MoverError `ERR_MOVER_CLOSED`
   */
  async check(): Promise<BttCheck> {
    this.#checkOpen();
    const problems = await new Promise<readonly string[]>((done) => {
      addon().bttCheck(this.#works.id, done);
    });
    return { consistent: problems.length === 0, problems };
  }

  /** Waits for all that was asked for. Requests after the call fail with `ERR_MOVER_CLOSED`. The map stays open. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [inspect.custom](): string {
    return `BttDevice { ${this.#map.path}, ${String(this.blocks)} blocks of ${String(this.blockSize)} bytes }`;
  }

  async #finish(): Promise<void> {
    await this.#works.lanes.idle();
    addon().bttClose(this.#works.id);
  }

  /** @param make - given what requests work with */
  #request<T>(
    block: number,
    make: (works: Works) => Future<T> & { done: boolean; take(): boolean },
  ): Future<T> {
    try {
      this.#checkOpen();
      checkInteger('block', block, this.blocks - 1);
      const request = make(this.#works);
      this.#works.lanes.enter(request);
      return request;
    } catch (error) {
      return refused(error, true);
    }
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError('the block device', 'open it again');
    mappingOf(this.#map);
  }

  /** @throws RangeError `ERR_MOVER_LENGTH` */
  #checkLength(name: string, length: number): void {
    if (length === this.blockSize) return;
    const text = `${name} must have the ${String(this.blockSize)} bytes of a block; got ${String(length)}`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
}
