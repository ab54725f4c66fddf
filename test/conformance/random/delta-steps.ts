import fc from 'fast-check';
import { deltas } from '../reference-delta';
import { apart, offsets, options, type Step } from './step';
import type { DeltaOutcome } from '../../../lib';

const WORD = 8;
const ENTRY = 10;

const words = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 3000 }) },
);

/** Bytes that differ. */
const changes = fc.array(fc.nat(), { maxLength: 60 });

function changed(bytes: Buffer, at: readonly number[]): Buffer {
  const after = Buffer.from(bytes);
  for (const each of at) after[each % after.length]! ^= 1 + (each % 255);
  return after;
}

const aligned = (offset: number): number => offset - (offset % WORD);

const outcomes = fc.subarray<DeltaOutcome>(['equal', 'different', 'overflow']);

const create = fc
  .record({
    words,
    offsets,
    options,
    changes,
    room: fc.integer({ min: 80, max: 700 }),
    expect: fc.option(outcomes, { nil: undefined }),
  })
  .map<Step>(({ words: count, offsets: [a, b, r], options: o, changes: at, room, expect }) => {
    const length = count * WORD;
    const places = apart([length, length, room], [aligned(a), aligned(b), r]);
    return {
      name: 'createDelta',
      ...places,
      set(arena) {
        const [before, after] = places.spans;
        arena.set(after!.at, changed(arena.view(before!), at));
      },
      call: (m, before, after, record) =>
        m.createDelta(before!, after!, record!, expect === undefined ? o : { ...o, expect }),
      loose: 2,
    };
  });

/** Good ones, and with `hostile` any bytes, whose indices are near the good ones. */
const apply = fc
  .record({ words, offsets, options, changes, hostile: fc.array(fc.nat(), { maxLength: 2 }) })
  .map<Step>(({ words: count, offsets: [t, r], options: o, changes: at, hostile }) => {
    const length = count * WORD;
    const entries = new Set(at.map((each) => Math.floor((each % length) / WORD))).size;
    const places = apart([length, entries * ENTRY], [aligned(t), r]);
    return {
      name: 'applyDelta',
      ...places,
      set(arena) {
        const [target, record] = places.spans;
        const before = arena.view(target!);
        const room = Buffer.alloc(Math.max(80, entries * ENTRY));
        deltas.createDelta(before, changed(before, at), room);
        for (const each of hostile) {
          room.writeUInt16LE(each % (count + 2), (each % Math.max(entries, 1)) * ENTRY);
        }
        arena.set(record!.at, room.subarray(0, record!.length));
      },
      call: (m, target, record) => m.applyDelta(target!, record!, o),
    };
  });

export const deltaSteps: readonly fc.Arbitrary<Step>[] = [create, apply];
