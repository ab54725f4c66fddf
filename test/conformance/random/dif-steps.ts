import fc from 'fast-check';
import type { DifBlock, DifEscape, DifSource, DifTags, DifTarget } from '../../../lib';
import type { Arena } from '../arena';
import { dif } from '../reference-dif';
import { apart, offsets, options, type Step } from './step';

const FIELD = 8;

const tags = {
  appTag: fc.nat(0xffff),
  appMask: fc.oneof(fc.constantFrom(0, 0xffff), fc.nat(0xffff)),
  refTag: fc.oneof(fc.constantFrom(0, 0xffff_ffff), fc.nat(0xffff_ffff)),
  appMode: fc.constantFrom<'fixed' | 'increment'>('fixed', 'increment'),
  refMode: fc.constantFrom<'fixed' | 'increment'>('fixed', 'increment'),
};

const sources: fc.Arbitrary<DifSource> = fc
  .record(
    {
      ...tags,
      checkGuard: fc.boolean(),
      checkRef: fc.boolean(),
      escape: fc.subarray<DifEscape>(['app-ffff', 'app-ref-ffff', 'all-f']),
      escapeIsError: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((source) =>
    source.escape?.includes('all-f') ? source : { ...source, escapeIsError: false },
  );

const passes = { passGuard: fc.boolean(), passApp: fc.boolean(), passRef: fc.boolean() };
const targets: fc.Arbitrary<DifTarget> = fc.record(tags, { requiredKeys: [] });
const passingTargets: fc.Arbitrary<DifTarget> = fc.record(
  { ...tags, ...passes },
  { requiredKeys: [] },
);

const base = {
  blocks: fc.integer({ min: 1, max: 6 }),
  offsets,
  options,
  layout: fc.record({
    block: fc.constantFrom<DifBlock>(512, 520, 4096, 4104),
    invertSeed: fc.boolean(),
    invertResult: fc.boolean(),
  }),
};

/** Fields that go wrong: which, at which byte, to what; the first two bytes of all ones mean all of it. */
const damage = fc.array(fc.tuple(fc.nat(5), fc.nat(FIELD), fc.constantFrom(0, 1, 0xff)), {
  maxLength: 3,
});

type Damage = readonly (readonly [block: number, byte: number, value: number])[];

/** Puts blocks with fields into a range that are good but for the damage. */
function setFields(
  arena: Pick<Arena, 'view' | 'set'>,
  at: number,
  blocks: number,
  block: number,
  made: DifTags,
  layout: object,
  wrong: Damage,
): void {
  const unit = block + FIELD;
  const data = Buffer.from(arena.view({ at, length: blocks * block }));
  const fields = Buffer.alloc(blocks * unit);
  dif.insert(fields, data, made, layout);
  for (const [which, byte, value] of wrong) {
    const field = (which % blocks) * unit + block;
    if (byte === FIELD) fields.fill(value, field, field + FIELD);
    else fields[field + byte] = value;
  }
  arena.set(at, fields);
}

/** The tags that fields have to be made with, for a source to be good. */
const tagsOf = ({ appTag, appMask, refTag, appMode, refMode }: DifSource): DifTags =>
  Object.fromEntries(
    Object.entries({ appTag, appMask, refTag, appMode, refMode }).filter(
      ([, value]) => value !== undefined,
    ),
  );

const insert = fc
  .record({ ...base, target: targets })
  .map<Step>(({ blocks, offsets: at, options: o, layout, target }) => ({
    name: 'dif.insert',
    ...apart([blocks * (layout.block + FIELD), blocks * layout.block], at),
    call: (m, dst, src) => m.dif.insert(dst!, src!, target, { ...o, ...layout }),
  }));

const check = fc
  .record({ ...base, source: sources, damage })
  .map<Step>(({ blocks, offsets: at, options: o, layout, source, damage: wrong }) => {
    const places = apart([blocks * (layout.block + FIELD)], at);
    return {
      name: 'dif.check',
      ...places,
      set: (arena) =>
        setFields(arena, places.spans[0]!.at, blocks, layout.block, tagsOf(source), layout, wrong),
      call: (m, src) => m.dif.check(src!, source, { ...o, ...layout }),
    };
  });

const strip = fc
  .record({ ...base, source: sources, damage })
  .map<Step>(({ blocks, offsets: at, options: o, layout, source, damage: wrong }) => {
    const places = apart([blocks * layout.block, blocks * (layout.block + FIELD)], at);
    return {
      name: 'dif.strip',
      ...places,
      set: (arena) =>
        setFields(arena, places.spans[1]!.at, blocks, layout.block, tagsOf(source), layout, wrong),
      call: (m, dst, src) => m.dif.strip(dst!, src!, source, { ...o, ...layout }),
    };
  });

const update = fc
  .record({ ...base, source: sources, target: passingTargets, damage })
  .map<Step>(({ blocks, offsets: at, options: o, layout, source, target, damage: wrong }) => {
    const bytes = blocks * (layout.block + FIELD);
    const places = apart([bytes, bytes], at);
    return {
      name: 'dif.update',
      ...places,
      set: (arena) =>
        setFields(arena, places.spans[1]!.at, blocks, layout.block, tagsOf(source), layout, wrong),
      call: (m, dst, src) => m.dif.update(dst!, src!, source, target, { ...o, ...layout }),
    };
  });

export const difSteps: readonly fc.Arbitrary<Step>[] = [insert, check, strip, update];
