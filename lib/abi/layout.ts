import { RECORD_BYTES, RecordByte, RecordWord, Status } from './completion-record';
import { DESCRIPTOR_BYTES, Flag, Opcode, Word } from './descriptor';

/** Constants of the wire format by name, as both languages know them. */
export type Layout = Readonly<Record<string, number>>;

const bytesOfWords = (words: Layout): [string, number][] =>
  Object.entries(words).map(([name, word]) => [name, word * 4]);

/** TypeScript's side of the wire format, flat; the addon exports the same table. */
export function layout(): Layout {
  const table: Record<string, number> = { DESCRIPTOR_BYTES, RECORD_BYTES };
  const add = (group: string, entries: Iterable<[string, number]>): void => {
    for (const [name, value] of entries) table[`${group}.${name}`] = value;
  };
  add('descriptor', bytesOfWords(Word));
  add('record', bytesOfWords(RecordWord));
  add('record', Object.entries(RecordByte));
  add('opcode', Object.entries(Opcode));
  add('flag', Object.entries(Flag));
  add('status', Object.entries(Status));
  return table;
}

/** Names on which the two tables disagree, with both values; empty when they are the same. */
export function layoutDifferences(ours: Layout, theirs: Layout): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names]
    .filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name}: ${String(ours[name])} here, ${String(theirs[name])} in the addon`);
}
