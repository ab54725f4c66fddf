import type { DeltaOutcome, DeltaResult } from '../../lib';

const WORD = 8;
const ENTRY = 10;

/** Delta records, as plainly as possible. */
export const deltas = {
  createDelta(
    before: Uint8Array,
    after: Uint8Array,
    room: Uint8Array,
    { expect }: { expect?: readonly DeltaOutcome[] } = {},
  ): DeltaResult {
    let used = 0;
    let scanned = 0;
    let outcome: DeltaOutcome = 'equal';
    for (; scanned < before.length; scanned += WORD) {
      const word = after.subarray(scanned, scanned + WORD);
      if (word.every((byte, index) => byte === before[scanned + index])) continue;
      outcome = used + ENTRY > room.length ? 'overflow' : 'different';
      if (outcome === 'overflow') break;
      const index = scanned / WORD;
      room.set([index & 0xff, index >> 8, ...word], used);
      used += ENTRY;
    }
    const record = Buffer.from(room.subarray(0, used));
    return { outcome, record, scanned, expected: expect?.includes(outcome) ?? true };
  },

  /** Nothing is written of a record whose entries do not ascend, or lead beyond the end. */
  applyDelta<D extends Uint8Array>(target: D, record: Uint8Array): D {
    const entries: [at: number, word: Uint8Array][] = [];
    for (let from = 0; from < record.length; from += ENTRY) {
      const at = (record[from]! | (record[from + 1]! << 8)) * WORD;
      const ascends = at > (entries.at(-1)?.[0] ?? -1);
      if (!ascends || at + WORD > target.length) {
        throw Object.assign(new Error('a bad record'), { code: 'ERR_MOVER_DELTA' });
      }
      entries.push([at, record.subarray(from + 2, from + ENTRY)]);
    }
    for (const [at, word] of entries) target.set(word, at);
    return target;
  },
};
