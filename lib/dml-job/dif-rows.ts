import type { Future } from '../future/future';
import type { DifFront, DifOptions } from '../movers/dif-front';
import type { DifResult } from '../operations/dif';
import { JobFlag, JobOperation } from './constants';
import {
  bitsOf,
  configGiven,
  flagsKnown,
  flagsOfInsert,
  inBlocks,
  inBlocksWithFields,
  layoutOf,
  notAdjacent,
  sourceOf,
  targetOf,
  withFields,
  withoutFields,
} from './dif';
import type { JobFields } from './fields';
import { begun, copied, source, writes, type Row, type Rows } from './row';
import { bytesOf, contained, disjoint, given, sized, type Operand, type Rule } from './rules';
import { JobStatus } from './status';

const inserted: Operand = { pointer: 'destinationFirst', size: withFields };
const stripped: Operand = { pointer: 'destinationFirst', size: withoutFields };

type Call = (dif: DifFront, f: JobFields, src: Buffer, o: DifOptions) => Future<DifResult>;

const row = (operation: JobOperation, flags: number, rules: Rule[], call: Call): Row => ({
  operation,
  flags: flags | JobFlag.Address1Tcb,
  rules,
  begin(f, { dif }, o) {
    const options = { ...o, ...layoutOf(f.difConfig) };
    return begun(call(dif, f, bytesOf(f, source), options), ({ ok, offset, mismatch }, job) => {
      job.result = bitsOf(mismatch);
      job.offset = ok ? 0 : offset;
      return ok ? JobStatus.Ok : JobStatus.DifCheckError;
    });
  },
});

/** Jobs on blocks with data integrity fields. */
export const difRows: Rows = [
  row(
    JobOperation.DifCheck,
    JobFlag.BlockOnFault,
    [
      given(source),
      sized('sourceLength'),
      configGiven,
      inBlocksWithFields,
      contained(source),
      flagsKnown,
    ],
    (dif, f, src, o) => dif.check(src, sourceOf(f.difConfig), o),
  ),

  row(
    JobOperation.DifInsert,
    writes,
    [
      given(source, inserted),
      sized('sourceLength'),
      configGiven,
      inBlocks,
      disjoint(source, inserted),
      contained(source, inserted),
      flagsOfInsert,
    ],
    (dif, f, src, o) => dif.insert(bytesOf(f, inserted), src, targetOf(f.difConfig), o),
  ),

  row(
    JobOperation.DifStrip,
    writes,
    [
      given(source, stripped),
      sized('sourceLength'),
      configGiven,
      inBlocksWithFields,
      disjoint(source, stripped),
      notAdjacent(source, stripped),
      contained(source, stripped),
      flagsKnown,
    ],
    (dif, f, src, o) => dif.strip(bytesOf(f, stripped), src, sourceOf(f.difConfig), o),
  ),

  row(
    JobOperation.DifUpdate,
    writes,
    [
      given(source, copied),
      sized('sourceLength'),
      configGiven,
      inBlocksWithFields,
      disjoint(source, copied),
      contained(source, copied),
      flagsKnown,
    ],
    (dif, f, src, o) =>
      dif.update(bytesOf(f, copied), src, sourceOf(f.difConfig), targetOf(f.difConfig), o),
  ),
];
