import { MoverError } from '../errors';
import { ceil, max, min } from '../intrinsics';
import { listOf } from '../list-of';
import type { Range } from '../memory/range';

/** Bytes of a word, and of an entry of a record: the index of a word, in 16 bits, and the word. */
export const WORD = 8;
export const ENTRY = 10;

/** As many words as an index can name. Bytes. */
export const WINDOW = 2 ** 16 * WORD;

/** Least room that a device takes for a record. Bytes. */
export const LEAST_ROOM = 80;

/** Bytes of a number in the table. */
const NUMBER = 4;

/** A part of a delta that one job does, in bytes from the start. */
export interface Window {
  readonly start: number;
  /** The last one may end within a word. */
  readonly length: number;
}

export function windowsOf(length: number): Window[] {
  return listOf(ceil(length / WINDOW), (index) => ({
    start: index * WINDOW,
    length: min(WINDOW, length - index * WINDOW),
  }));
}

/** Bytes of the table that the record of a delta over `length` bytes begins with. */
export const tableBytes = (length: number): number =>
  length <= WINDOW ? 0 : ceil(length / WINDOW) * NUMBER;

/** Whole words. Bytes. */
export const padded = (length: number): number => ceil(length / WORD) * WORD;

/** Room for all words of a window to differ. Bytes. */
export const windowRoom = (length: number): number =>
  max(LEAST_ROOM, (padded(length) / WORD) * ENTRY);

/** The same for a delta of any length; and the least that there must be. */
export const wholeRoom = (length: number): number => tableBytes(length) + windowRoom(length);
export const leastRoom = (length: number): number => tableBytes(length) + LEAST_ROOM;

/**
 * The table of a record.
 *
 * @param sizes - bytes of the entries of each window, from the first; what is left out is 0
 * @param length - of the delta
 */
export function tableOf(sizes: readonly number[], length: number): Buffer {
  const table = Buffer.alloc(tableBytes(length));
  for (const [index, size] of sizes.entries()) table.writeUInt32LE(size, index * NUMBER);
  return table;
}

/** A window that something is to be changed in. */
export interface Change {
  readonly window: Window;
  /** Its entries. */
  readonly record: Range;
  /** Where they begin in the whole record. */
  readonly at: number;
}

/**
 * The windows that a record changes. The table is read once: whoever changes it later changes
 * nothing here.
 *
 * @param record - one that is not empty
 * @param length - of the target
 * @throws MoverError `ERR_MOVER_DELTA` when the table is none of such a record
 */
export function changesOf(record: Range, length: number): Change[] {
  const windows = windowsOf(length);
  let at = tableBytes(length);
  if (at === 0) return [{ window: windows[0], record, at }];
  const table = record.bytes;
  const changes: Change[] = [];
  for (const [index, window] of windows.entries()) {
    const size = table.readUInt32LE(index * NUMBER);
    if (size % ENTRY !== 0 || size > windowRoom(window.length) || at + size > record.length) {
      const text = `applyDelta: number ${String(index)} of the record's table says ${String(size)} bytes, which its window cannot have`;
      throw malformed(text, index * NUMBER);
    }
    if (size > 0) changes.push({ window, record: record.slice(at, size), at });
    at += size;
  }
  if (at === record.length) return changes;
  const text = `applyDelta: the record's table speaks of ${String(at)} bytes in all, and it has ${String(record.length)}`;
  throw malformed(text, at);
}

function malformed(text: string, bytesCompleted: number): MoverError {
  return new MoverError('ERR_MOVER_DELTA', text, { operation: 'applyDelta', bytesCompleted });
}
