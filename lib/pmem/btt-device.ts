import { constants } from 'node:os';
import { inspect } from 'node:util';
import { addon } from '../addon';
import { checkInteger, checkObject, isRevoked, noOptions } from '../check';
import { refused } from '../future/base-future';
import { abortedBy } from '../future/on-abort';
import { closedError, illegalConstructor, rangeError } from '../errors';
import { FinalizationRegistry } from '../finalization';
import type { Future } from '../future/future';
import { resolve, resolveDestination, type Bytes } from '../memory/resolve';
import { limited } from '../movers/limited-future';
import { ChangeKind } from './btt-commits';
import { checkMap, formatDevice, openFormatted } from './btt-open';
import { OpenDevice } from './btt-opened';
import { checkOptions, uuidText, type BttOptions } from './btt-options';
import type { Request, Works } from './btt-request';
import { MarkRequest, ReadRequest, WriteRequest } from './btt-requests';
import { checkLimitNames, limitsOf, type LimitOptions } from './limits';
import { goneError } from './lost';
import type { BttOpened } from './pmem-addon';
import { mappingOf, type PmemMap } from './pmem-map';
import { systemError } from './system-error';

/** What a look at the metadata of a device found. */
export interface BttCheck {
  readonly consistent: boolean;
  /** What is wrong, as sentences; the first of many. */
  readonly problems: readonly string[];
}

const nothing = (): void => undefined;

/** Of devices that were never closed. */
const collected = new FinalizationRegistry<OpenDevice>((open) => {
  void open.close();
});

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
  /** Requests in flight at once: as many as were asked for, and no more than there are free blocks. */
  readonly lanes: number;
  readonly uuid: string;
  readonly parentUuid: string;
  readonly #open: OpenDevice;
  readonly #map: PmemMap;

  /**
   * Lays out a device over all of the map, which loses what it held, and opens it. A file that is a pool
   * of libpmemblk stays one, with its size of blocks.
   *
   * @throws TypeError, RangeError for options that make no sense, or a map that is too small; MoverError
   * `ERR_BTT_IN_USE`, `ERR_BTT_LAYOUT`, `ERR_MOVER_CLOSED` for a map or mover that is closed,
   * `ERR_MOVER_PAGE_FAULT` where the file was truncated, `ERR_MOVER_UNSUPPORTED` for a private map;
   * errors as those of `fs` where the system refuses: `ENOSPC` where there is no room
   */
  static format(map: PmemMap, options: BttOptions = noOptions): Promise<BttDevice> {
    return BttDevice.#begin(map, options, formatDevice);
  }

  /**
   * Opens the device that is in the map, and finishes what a crash left unfinished. Several threads of a
   * process may have it open, each over a map of its own; another process may not meanwhile.
   *
   * @throws as `format`
   */
  static open(map: PmemMap, options: BttOptions = noOptions): Promise<BttDevice> {
    return BttDevice.#begin(map, options, openFormatted);
  }

  /** @internal `format()` and `open()` make devices: only the library has any that are open. */
  private constructor(open: OpenDevice, opened: BttOpened, map: PmemMap) {
    if (isRevoked(open) || !(open instanceof OpenDevice)) {
      throw illegalConstructor('BttDevice', 'BttDevice.format() and BttDevice.open()');
    }
    const { lanes, sectors } = open.works;
    this.lanes = lanes.most;
    this.blockSize = sectors.blockSize;
    this.sectorSize = opened.sectorBytes;
    this.blocks = opened.blocks;
    this.uuid = uuidText(opened.uuid);
    this.parentUuid = uuidText(opened.parentUuid);
    this.#map = map;
    this.#open = open;
    collected.register(this, open, this);
  }

  static async #begin(
    map: PmemMap,
    options: BttOptions,
    begin: (map: PmemMap, options: BttOptions) => Promise<BttOpened>,
  ): Promise<BttDevice> {
    const { mover, dependents } = checkMap(map);
    checkObject('options', options);
    // Read once: what was checked is what is used.
    const own = { ...options };
    checkOptions(own, mover);
    const made = begin(map, own).then((opened) => BttDevice.#make(map, opened, own));
    // Another thread has the map until then.
    const ended = made.then(nothing, nothing);
    const opening = { close: () => ended };
    dependents.add(opening);
    try {
      return await made;
    } finally {
      dependents.delete(opening);
    }
  }

  static #make(map: PmemMap, opened: BttOpened, options: BttOptions): BttDevice {
    try {
      mappingOf(map);
      return new BttDevice(new OpenDevice(opened, checkMap(map), options), opened, map);
    } catch (error) {
      addon().bttClose(opened.id);
      throw error;
    }
  }

  /** Metadata is damaged, or could not be written: writes fail with `ERR_BTT_READ_ONLY`. */
  get readOnly(): boolean {
    return addon().bttReadOnly(this.#open.works.id);
  }

  /**
   * Reads a block. One that was never written reads as zeros.
   *
   * @param into - of `blockSize` bytes; default: a new buffer
   * @param o - as of a mover's operations; one that was given up is waited for by `close()`
   *
   * Errors: `ERR_BTT_BAD_BLOCK`, `ERR_MOVER_DIF` where a data integrity field does not match,
   * `ERR_MOVER_PAGE_FAULT` where the file was truncated, those of a copy, `ERR_MOVER_CLOSED`.
   */
  read(block: number, into?: Bytes, o?: LimitOptions): Future<Buffer> {
    return this.#request(block, o, (works) => {
      if (into === undefined) {
        return new ReadRequest(works, block, Buffer.allocUnsafe(this.blockSize));
      }
      const { length, bytes } = resolveDestination(into, 'into');
      this.#checkLength('into', length);
      return new ReadRequest(works, block, Buffer.isBuffer(into) ? into : bytes);
    });
  }

  /**
   * Writes a block; complete: durable. Where it fails the block is as it was, unless the file could not
   * be written back (`ERR_MOVER_DEVICE`).
   *
   * @param data - of `blockSize` bytes; not to be changed before the write completes
   * @param o - as of `read`; where it fails by them, the block may still become what was to be written
   *
   * Errors: `ERR_BTT_READ_ONLY`, and as `read`.
   */
  write(block: number, data: Bytes, o?: LimitOptions): Future<void> {
    return this.#request(block, o, (works) => {
      this.#checkLength('data', resolve(data, 'data').length);
      return new WriteRequest(works, block, data);
    });
  }

  /** The block reads as zeros from now on: also for a discard. Errors as `write`. */
  zero(block: number, o?: LimitOptions): Future<void> {
    return this.#request(block, o, (works) => new MarkRequest(works, block, ChangeKind.Zero));
  }

  /** Reads of the block fail from now on, until it is written or zeroed. Errors as `write`. */
  markBad(block: number, o?: LimitOptions): Future<void> {
    return this.#request(block, o, (works) => new MarkRequest(works, block, ChangeKind.Bad));
  }

  /**
   * Looks for contradictions in the metadata. Requests under way are waited for, of other threads, too,
   * and those that come meanwhile begin afterwards.
   *
   * @throws MoverError `ERR_MOVER_CLOSED`, `ERR_MOVER_PAGE_FAULT` where the file was truncated
   */
  async check(): Promise<BttCheck> {
    this.#checkOpen();
    const found = await new Promise<readonly string[] | number>((done) => {
      const look = (device: number | object): void => {
        addon().bttCheck(device, (answer, again) => {
          if (again === undefined) done(answer);
          else look(again);
        });
      };
      look(this.#open.works.id);
    });
    if (found === constants.errno.EFAULT) throw goneError('check');
    if (typeof found === 'number') {
      throw systemError(found, 'check the block device over', this.#map.path);
    }
    return { consistent: found.length === 0, problems: found };
  }

  /**
   * Waits for all that was asked for. Requests after the call fail with `ERR_MOVER_CLOSED`. The map stays
   * open; to close it closes the device, too.
   */
  close(): Promise<void> {
    collected.unregister(this);
    return this.#open.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [inspect.custom](): string {
    return `BttDevice { ${this.#map.path}, ${String(this.blocks)} blocks of ${String(this.blockSize)} bytes }`;
  }

  /** @param make - given what requests work with */
  #request<T>(
    block: number,
    o: LimitOptions | undefined,
    make: (works: Works) => Request<T>,
  ): Future<T> {
    try {
      this.#checkOpen();
      checkInteger('block', block, this.blocks - 1);
      const { works } = this.#open;
      const request = make(works);
      if (o !== undefined) return this.#limit(request, o);
      works.lanes.enter(request);
      return request.future;
    } catch (error) {
      return refused(error, true);
    }
  }

  /** Begins the request. @throws TypeError, RangeError for options that make no sense */
  #limit<T>(request: Request<T>, o: LimitOptions): Future<T> {
    checkLimitNames(o);
    const { signal, timeoutMs } = limitsOf(o);
    const aborted = signal && abortedBy(signal);
    if (aborted !== undefined) throw aborted;
    if (signal !== undefined) request.listen(signal);
    request.reported = timeoutMs === undefined;
    // The program's options may have closed it.
    this.#checkOpen();
    this.#open.works.lanes.enter(request);
    return timeoutMs === undefined ? request.future : limited(request.future, timeoutMs, true);
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  #checkOpen(): void {
    if (this.#open.closed) throw closedError('the block device', 'open it again');
  }

  /** @throws RangeError `ERR_MOVER_LENGTH` */
  #checkLength(name: string, length: number): void {
    if (length === this.blockSize) return;
    const text = `${name} must have the ${String(this.blockSize)} bytes of a block; got ${String(length)}`;
    throw rangeError('ERR_MOVER_LENGTH', text);
  }
}
