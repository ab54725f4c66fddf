const WINDOW = 2 ** 19;

/** The record that makes the one the other, written as plainly as possible and without the library. */
export function deltaReference(before: Buffer, after: Buffer): Buffer {
  const records: Buffer[] = [];
  for (let start = 0; start < before.length; start += WINDOW) {
    const end = Math.min(start + WINDOW, before.length);
    records.push(windowReference(before.subarray(start, end), after.subarray(start, end)));
  }
  if (records.every((record) => record.length === 0)) return Buffer.alloc(0);
  if (records.length === 1) return records[0]!;
  const table = Buffer.alloc(4 * records.length);
  records.forEach((record, index) => table.writeUInt32LE(record.length, 4 * index));
  return Buffer.concat([table, ...records]);
}

function windowReference(before: Buffer, after: Buffer): Buffer {
  const entries: Buffer[] = [];
  for (let at = 0; at < before.length; at += 8) {
    const word = after.subarray(at, at + 8);
    if (word.equals(before.subarray(at, at + 8))) continue;
    const entry = Buffer.alloc(10);
    entry.writeUInt16LE(at / 8);
    word.copy(entry, 2);
    entries.push(entry);
  }
  return Buffer.concat(entries);
}
