import { isRevoked, notAnObject } from '../check';
import { conceal } from '../conceal';
import { refused } from '../future/base-future';
import type { Future } from '../future/future';
import { apart, type Range } from '../memory/range';
import { resolve, resolveDestination, type Bytes } from '../memory/resolve';
import { Stamp } from '../memory/stamp';
import {
  compareOperands,
  comparePatternOperands,
  equalsOperands,
  type CompareResult,
} from '../operations/compare';
import { checkCopy, checkMove, copy, move } from '../operations/copy';
import { copyCrc32cOperands, crc32cOperands } from '../operations/crc32c';
import { applyDeltaOperands, createDeltaOperands, type DeltaResult } from '../operations/delta';
import { dualcastOperands } from '../operations/dualcast';
import { fillOperands } from '../operations/fill';
import { flushOperands } from '../operations/flush';
import { drainOperands, nop } from '../operations/nop';
import { plainOperands, type Operands, type Operation } from '../operations/operation';
import type { Pattern } from '../operations/pattern';
import { DifFront } from './dif-front';
import { limited } from './limited-future';
import type {
  CompareOptions,
  CrcOptions,
  DeltaOptions,
  DrainOptions,
  FlushOptions,
} from './operation-options';
import type { OperationStarter, Tense } from './operation-starter';
import { isPlain, settingsOf, type OpOptions, type Settings } from './options';
import type { Plan } from './work';
import { drainBehind } from './works/drain-behind';
import { planOf } from './works/plan-of';

// Constants, to V8: what is imported it looks up each time.
const { get: rangeOf } = Stamp;
const areApart = apart;

/**
 * The operations, each giving a future. Destination first, source second, options last.
 *
 * None of them throws: bad arguments give a future that has failed with a `TypeError` or
 * `RangeError` bearing a code. Zero bytes succeed and do nothing. Nothing is ordered but by `drain`.
 */
export class DataOperations {
  static {
    conceal(this, 'opening a mover');
  }

  /** Operations on blocks with data integrity fields. */
  readonly dif: DifFront;
  readonly #starter: OperationStarter;
  readonly #settings: Settings;
  readonly #eager: boolean;
  /** Begins operations without options: see `OperationStarter`. */
  readonly #plain: OperationStarter['plain'];

  /** @internal */
  constructor(starter: OperationStarter, settings: Settings, tense: Tense) {
    this.#starter = starter;
    this.#settings = settings;
    this.#eager = tense === 'eager';
    this.#plain = !this.#eager && isPlain(settings) ? starter.plain : undefined;
    this.dif = new DifFront((operands, options) => {
      try {
        return this.#begin(operands(), options);
      } catch (error) {
        return this.#failed(error);
      }
    });
  }

  /**
   * Copies `src` to `dst`, which has the same length and shares no byte with it.
   *
   * Errors: `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP`.
   */
  copy<D extends Bytes>(dst: D, src: Bytes, o?: OpOptions): Future<D> {
    try {
      // What most copies are, between views or regions that were used before, is written out: V8 inlines
      // so much at most, and a small copy takes a sixth longer where it calls the rest.
      if (o === undefined && this.#plain !== undefined) {
        const to = rangeOf(dst);
        const from = rangeOf(src);
        if (to !== undefined && from !== undefined && areApart(to, from)) {
          return this.#plain(copy, to, from, dst) as Future<D>;
        }
      }
      const destination = resolveDestination(dst, 'dst');
      const source = resolve(src, 'src');
      checkCopy(destination, source);
      return this.#beginPlain(copy, destination, source, dst, o) as Future<D>;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Copies `src` to `dst`, which has the same length and may overlap it. Errors: `ERR_MOVER_LENGTH`. */
  move<D extends Bytes>(dst: D, src: Bytes, o?: OpOptions): Future<D> {
    try {
      const destination = resolveDestination(dst, 'dst');
      const source = resolve(src, 'src');
      checkMove(destination, source);
      return this.#beginPlain(move, destination, source, dst, o) as Future<D>;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Repeats a byte (number), eight bytes (bigint, little-endian) or 1, 2, 4 or 8 bytes over `dst`. */
  fill<D extends Bytes>(dst: D, pattern: Pattern, o?: OpOptions): Future<D> {
    try {
      return this.#begin(fillOperands(dst, pattern), o) as Future<D>;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /**
   * Copies `src` to two destinations of the same length at once. Where their addresses do not agree
   * modulo 4096, as they do when both come from `pool.alloc(bytes, 4096)`, it takes two copies.
   *
   * Errors: `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP`.
   */
  dualcast<D extends readonly [Bytes, Bytes]>(dsts: D, src: Bytes, o?: OpOptions): Future<D> {
    try {
      const operands = dualcastOperands(dsts, src);
      return this.#begin(operands, o, planOf(operands)) as Future<D>;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Where two ranges of one length first differ. A difference is a result, not a failure. */
  compare(a: Bytes, b: Bytes, o?: CompareOptions): Future<CompareResult> {
    try {
      return this.#begin(compareOperands(a, b, o?.expect), o);
    } catch (error) {
      return this.#failed(error, o);
    }
  }

  /** Where a range first differs from a repeated pattern. */
  comparePattern(a: Bytes, pattern: Pattern, o?: CompareOptions): Future<CompareResult> {
    try {
      return this.#begin(comparePatternOperands(a, pattern, o?.expect), o);
    } catch (error) {
      return this.#failed(error, o);
    }
  }

  /** Whether two ranges hold the same bytes; ranges of different lengths do not. */
  equals(a: Bytes, b: Bytes, o?: OpOptions): Future<boolean> {
    try {
      return this.#begin(equalsOperands(a, b), o);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** CRC-32C (Castagnoli) of `src`; a `seed` continues the CRC of what came before. */
  crc32c(src: Bytes, o?: CrcOptions): Future<number> {
    try {
      return this.#begin(crc32cOperands(src, o), o);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Copies and gives the CRC-32C of what was copied. Errors: `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP`. */
  copyCrc32c(dst: Bytes, src: Bytes, o?: CrcOptions): Future<number> {
    try {
      return this.#begin(copyCrc32cOperands(dst, src, o), o);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /**
   * What has to be changed in `before` to make it `after`, which has the same length, as a record for
   * `applyDelta`. It is empty where both are equal. An entry takes ten bytes for a word of eight that
   * differs:
   *
   * | bytes | of an entry |
   * | ----- | ----------- |
   * | 0-1   | index of the word, little-endian; entries ascend |
   * | 2-9   | the word in `after`; what lies behind the last byte is 0 |
   *
   * Up to 512 KiB these are the record, as hardware has it. Beyond, indices begin anew every 512 KiB, in
   * `n` windows, and a table says how many bytes the entries of each window take. Which of both it is
   * follows from the length alone:
   *
   * | bytes          | of a record for more than 512 KiB |
   * | -------------- | --------------------------------- |
   * | 0 to 4 n - 1   | a little-endian 32-bit number for each window |
   * | from 4 n on    | the entries of all windows, one window after the other |
   *
   * What a buffer of yours holds behind the record is not defined. Where there was no room for all
   * (`overflow`), the record is right for the first `scanned` bytes.
   *
   * Lengths and addresses that are multiples of 8, as those of every buffer of its own and all memory
   * of a `Pool`, take no copies.
   *
   * @param record - where the record is made, at least 80 bytes and the table; default: a buffer that
   * has room for all
   *
   * Errors: `ERR_MOVER_LENGTH`, `ERR_MOVER_OVERLAP`.
   */
  createDelta(before: Bytes, after: Bytes, record?: Bytes, o?: DeltaOptions): Future<DeltaResult> {
    try {
      const operands = createDeltaOperands(before, after, record, o?.expect);
      return this.#begin(operands, o, planOf(operands));
    } catch (error) {
      return this.#failed(error, o);
    }
  }

  /**
   * Makes the changes of a record in `target`. All of the record is looked at before a byte is
   * written: one whose table makes no sense, or whose entries do not ascend, or lie outside of the
   * target, is refused. Whoever changes the record meanwhile changes what is written, and nothing else.
   *
   * Errors: as `createDelta`, and `ERR_MOVER_DELTA`, with the place in `bytesCompleted`.
   */
  applyDelta<D extends Bytes>(target: D, record: Bytes, o?: OpOptions): Future<D> {
    try {
      const operands = applyDeltaOperands(target, record);
      return this.#begin(operands, o, planOf(operands)) as Future<D>;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Writes the cache lines of the range back to memory and, unless `keep`, drops them. */
  flush(range: Bytes, o?: FlushOptions): Future<void> {
    try {
      return this.#begin(flushOperands(range, o?.keep), o);
    } catch (error) {
      return this.#failed(error, o);
    }
  }

  /** Does nothing, through all the machinery. */
  nop(o?: OpOptions): Future<void> {
    try {
      return this.#beginPlain(nop, null, null, undefined, o);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Completes when all work that this mover was given before is complete and visible. */
  drain(o?: DrainOptions): Future<void> {
    try {
      const { underWay } = this.#starter;
      // What a lazy one has to wait for is known when it begins.
      const single = underWay === undefined || (this.#eager && underWay.empty);
      const options = o as OpOptions | undefined;
      return this.#begin(drainOperands(o?.readback), options, single ? undefined : drainBehind);
    } catch (error) {
      return this.#failed(error, o);
    }
  }

  #beginPlain<T>(
    operation: Operation<T, undefined>,
    destination: Range | null,
    source: Range | null,
    value: T,
    options: OpOptions | undefined,
  ): Future<T> {
    if (options === undefined && this.#plain !== undefined) {
      return this.#plain(operation, destination, source, value);
    }
    return this.#begin(plainOperands(operation, destination, source, value), options);
  }

  /** @param plan - where it takes more than one job */
  #begin<T, X>(
    operands: Operands<T, X>,
    options: OpOptions | undefined,
    plan?: Plan<T, X>,
  ): Future<T> {
    const starter = this.#starter;
    const settings =
      options === undefined
        ? this.#settings
        : settingsOf(options, this.#settings, starter.capabilities, operands.operation.own);
    const { timeoutMs } = settings;
    const eager = this.#eager && timeoutMs === undefined;
    const future =
      plan === undefined
        ? starter.operate(operands, settings, eager)
        : starter.work(plan, operands, settings, eager);
    if (timeoutMs === undefined) return future;
    return limited(future, timeoutMs, this.#eager, operands.operation.name, starter.limits);
  }

  /**
   * An eager failure that nobody looks at is reported as an unhandled rejection.
   *
   * @param options - that were asked for something
   */
  #failed(error: unknown, options?: object): Future<never> {
    const reason = isRevoked(options) ? notAnObject('options', options) : (error as Error);
    return this.#starter.failed?.(reason) ?? refused(reason, this.#eager);
  }
}
