import { describe, typeError } from '../../errors';
import type { Steps } from '../../future/procedure';
import { floor, isInteger, min } from '../../intrinsics';
import type { Range } from '../../memory/range';
import { resolve } from '../../memory/resolve';
import { copy } from '../../operations/copy';
import {
  createDelta,
  deltaPartOperands,
  deltaResult,
  type CreateDeltaOperands,
  type DeltaOutcome,
  type DeltaResult,
} from '../../operations/delta';
import {
  ENTRY,
  tableBytes,
  tableOf,
  windowRoom,
  windowsOf,
  WORD,
  type Window,
} from '../../operations/delta-record';
import { detached, intact } from '../../operations/operation';
import { partOf, partOperands } from '../../operations/part';
import type { JobOf, Means } from '../work';
import { Aligned } from './aligned';
import { groupsOf, together, type Part } from './parts';
import { Scratch } from './scratch';

const { name } = createDelta;
const copyBefore = partOf(copy, name, { destination: 'before', source: 'before' });
const copyAfter = partOf(copy, name, { destination: 'after', source: 'after' });
const copyRecord = partOf(copy, name, { destination: 'record', source: 'record' });

/**
 * A delta that is no single job. The entries of each window are made beside the program's record,
 * where there is room for all, and moved together there.
 */
export function* createInWindows(
  operands: CreateDeltaOperands,
  { job, counts }: Means,
): Steps<DeltaResult> {
  const { source, second, destination, length, extra } = operands;
  const before = new Aligned(source!, copyBefore, job);
  const after = new Aligned(second!, copyAfter, job);
  const made = new Scratch();
  const record = new Assembly(destination!, length, job);
  const windows = windowsOf(length);
  if (windows.length > 1) counts.deltasInWindows++;
  if (windows.some((w) => !before.suits(w) || !after.suits(w))) counts.throughScratch++;
  for (const group of groupsOf(windows)) {
    yield* together(group.flatMap((w, i) => [...before.in(i, w), ...after.in(i, w)]));
    const jobs = group.map((window, index) => {
      const entries = made.at(index, windowRoom(window.length));
      const part = deltaPartOperands(before.at(index, window), after.at(index, window), entries);
      return { future: job(part), window, at: 0 };
    });
    const found = yield* together(jobs);
    const moves = group.flatMap((window, index) => {
      const room = made.at(index, windowRoom(window.length));
      return record.add(window, room.slice(0, sizeOf(found[index], room.length)));
    });
    yield* together(moves);
    if (record.full) break;
  }
  yield* together(record.table());
  if (!intact(operands)) throw detached(operands);
  const { outcome, used, scanned } = record.result();
  return deltaResult(outcome, destination!, used, scanned, extra);
}

/** The entries of one window after the other, in the program's record. */
class Assembly {
  readonly #record: Range;
  readonly #length: number;
  readonly #job: JobOf;
  /** Bytes of entries, by window. */
  readonly #sizes: number[] = [];
  #used: number;
  #scanned: number;

  /** @param length - of the delta */
  constructor(record: Range, length: number, job: JobOf) {
    this.#record = record;
    this.#length = length;
    this.#job = job;
    this.#used = tableBytes(length);
    this.#scanned = length;
  }

  /** Whether there was no room for all. */
  get full(): boolean {
    return this.#scanned < this.#length;
  }

  get #equal(): boolean {
    return this.#used === tableBytes(this.#length) && !this.full;
  }

  /** What has to be done, if anything. */
  add(window: Window, entries: Range): Part[] {
    if (this.full) return [];
    const at = this.#used;
    const room = floor((this.#record.length - at) / ENTRY) * ENTRY;
    const size = min(entries.length, room);
    if (size < entries.length) {
      this.#scanned = window.start + entries.bytes.readUInt16LE(size) * WORD;
    }
    this.#sizes.push(size);
    this.#used += size;
    return this.#write(at, entries.slice(0, size), window);
  }

  /** The same in the end. */
  table(): Part[] {
    if (this.#equal || tableBytes(this.#length) === 0) return [];
    const table = resolve(tableOf(this.#sizes, this.#length), 'table');
    return this.#write(0, table, { start: 0, length: this.#length });
  }

  result(): { outcome: DeltaOutcome; used: number; scanned: number } {
    const scanned = this.#scanned;
    if (this.#equal) return { outcome: 'equal', used: 0, scanned };
    return { outcome: this.full ? 'overflow' : 'different', used: this.#used, scanned };
  }

  #write(at: number, bytes: Range, window: Window): Part[] {
    if (bytes.length === 0) return [];
    const part = partOperands(copyRecord, this.#record.slice(at, bytes.length), bytes);
    return [{ future: this.#job(part), window, at }];
  }
}

/**
 * Bytes of the entries that a part gave: an engine of the program's own may have done it.
 *
 * @throws TypeError `ERR_INVALID_RETURN_VALUE`
 */
function sizeOf(found: unknown, room: number): number {
  const { outcome, record } = Object(found) as Partial<DeltaResult>;
  const size = record?.length ?? -1;
  const possible = isInteger(size / ENTRY) && size >= 0 && size <= room;
  if (possible && outcome !== 'overflow') return size;
  const text = `createDelta must give a record of entries in up to ${String(room)} bytes; got ${describe(found)}`;
  throw typeError('ERR_INVALID_RETURN_VALUE', text);
}
