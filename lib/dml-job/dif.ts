import { FIELD, mismatches, type DifMismatch } from '../operations/dif';
import {
  blocks,
  type DifEscape,
  type DifLayout,
  type DifSource,
  type DifTarget,
} from '../operations/dif-fields';
import { JobDifFlag } from './constants';
import type { JobDifConfig, JobFields } from './fields';
import { addressOf, type Operand, type Rule, type Size } from './rules';
import { JobStatus } from './status';

const blockOf = ({ difConfig }: JobFields): number => blocks[difConfig.blockSize];

const blocksIn = (fields: JobFields, unit: number): number => fields.sourceLength / unit;

/** Bytes that an operation writes. */
export const withFields: Size = (fields) =>
  blocksIn(fields, blockOf(fields)) * (blockOf(fields) + FIELD);
export const withoutFields: Size = (fields) =>
  blocksIn(fields, blockOf(fields) + FIELD) * blockOf(fields);

export const configGiven: Rule = {
  status: JobStatus.LimitsError,
  demand: 'difConfig.blockSize is one of JobDifBlock',
  kept: ({ difConfig: { blockSize } }) => Number.isInteger(blockSize) && blockSize in blocks,
};

const inUnits = (extra: number): Rule => ({
  status: JobStatus.LengthError,
  demand: `sourceLength: a multiple of the block's size${extra > 0 ? ' and its field' : ''}`,
  kept: (fields) => fields.sourceLength % (blockOf(fields) + extra) === 0,
});

export const inBlocks = inUnits(0);
export const inBlocksWithFields = inUnits(FIELD);

/** A device may see an overlap where the destination lies close before the source. */
export const notAdjacent = (source: Operand, destination: Operand): Rule => ({
  status: JobStatus.DifStripAdjacent,
  demand: 'the source does not begin within sourceLength of the destination',
  kept(fields) {
    const distance = addressOf(fields, source) - addressOf(fields, destination);
    return distance < 0 || distance > fields.sourceLength;
  },
});

const known = Object.values(JobDifFlag).reduce((all, flag) => all | flag, 0);
const passes =
  JobDifFlag.DestinationPassGuard |
  JobDifFlag.DestinationPassAppTag |
  JobDifFlag.DestinationPassRefTag;

const flagsOf = (allowed: number): Rule => ({
  status: JobStatus.FlagsError,
  demand: 'difConfig.flags are of JobDifFlag, and mean something here',
  kept: ({ difConfig: { flags } }) => Number.isInteger(flags) && (flags & ~allowed) === 0,
});

export const flagsKnown = flagsOf(known);
/** There is no field in the source that could be passed. */
export const flagsOfInsert = flagsOf(known & ~passes);

const escapes: readonly (readonly [number, DifEscape])[] = [
  [JobDifFlag.SourceFDetectAll, 'all-f'],
  [JobDifFlag.SourceFDetectAppTag, 'app-ffff'],
  [JobDifFlag.SourceFDetectTags, 'app-ref-ffff'],
];

/** Masks of DML are complemented, as in descriptors. */
const maskOf = (mask: number): number => mask ^ 0xffff;

const modeOf = (increments: boolean): 'increment' | 'fixed' => (increments ? 'increment' : 'fixed');

export function sourceOf(config: JobDifConfig): DifSource {
  const has = (flag: number): boolean => (config.flags & flag) !== 0;
  return {
    appTag: config.sourceApplicationTagSeed,
    appMask: maskOf(config.sourceApplicationTagMask),
    refTag: config.sourceReferenceTagSeed,
    appMode: modeOf(has(JobDifFlag.SourceIncrementAppTag)),
    refMode: modeOf(!has(JobDifFlag.SourceFixedRefTag)),
    checkGuard: !has(JobDifFlag.SourceNoGuardCheck),
    checkRef: !has(JobDifFlag.SourceNoRefTagCheck),
    escape: escapes.filter(([flag]) => has(flag)).map(([, escape]) => escape),
    // Alone it has no effect.
    escapeIsError: has(JobDifFlag.SourceFError) && has(JobDifFlag.SourceFDetectAll),
  };
}

export function targetOf(config: JobDifConfig): DifTarget {
  const has = (flag: number): boolean => (config.flags & flag) !== 0;
  return {
    appTag: config.destinationApplicationTagSeed,
    appMask: maskOf(config.destinationApplicationTagMask),
    refTag: config.destinationReferenceTagSeed,
    appMode: modeOf(has(JobDifFlag.DestinationIncrementAppTag)),
    refMode: modeOf(!has(JobDifFlag.DestinationFixedRefTag)),
    passGuard: has(JobDifFlag.DestinationPassGuard),
    passApp: has(JobDifFlag.DestinationPassAppTag),
    passRef: has(JobDifFlag.DestinationPassRefTag),
  };
}

export const layoutOf = ({ flags, blockSize }: JobDifConfig): Required<DifLayout> => ({
  block: blocks[blockSize],
  invertSeed: (flags & JobDifFlag.InvertCrcSeed) !== 0,
  invertResult: (flags & JobDifFlag.InvertCrcResult) !== 0,
});

/** Of `JobDifMismatch`. */
export const bitsOf = (found: readonly DifMismatch[]): number =>
  found.reduce((bits, each) => bits | (1 << mismatches.indexOf(each)), 0);
