import {
  JobDifBlock,
  JobDifFlag,
  JobFlag,
  JobOperation,
  type DifBlock,
  type Job,
  type JobDifConfig,
  type JobFields,
} from '../../lib';

// Golden cases as jobs: what they call things, in the numbers of the job interface.

export const operations: Readonly<Record<string, JobOperation>> = {
  nop: JobOperation.Nop,
  drain: JobOperation.Drain,
  copy: JobOperation.MemMove,
  fill: JobOperation.Fill,
  compare: JobOperation.Compare,
  'compare-pattern': JobOperation.ComparePattern,
  'delta-create': JobOperation.DeltaCreate,
  'delta-apply': JobOperation.DeltaApply,
  dualcast: JobOperation.Dualcast,
  crc: JobOperation.Crc,
  'copy-crc': JobOperation.CopyCrc,
  'dif-check': JobOperation.DifCheck,
  'dif-insert': JobOperation.DifInsert,
  'dif-strip': JobOperation.DifStrip,
  'dif-update': JobOperation.DifUpdate,
  'cache-flush': JobOperation.CacheFlush,
};

const flags: Readonly<Record<string, number>> = {
  copyOnly: JobFlag.CopyOnly,
  bypassReflection: JobFlag.CrcBypassReflection,
  bypassDataReflection: JobFlag.CrcBypassDataReflection,
};

export const flagsOf = (names: readonly string[]): number =>
  names.reduce((all, name) => all | flags[name]!, 0);

export interface Tags {
  readonly refTag: number;
  readonly appTag: number;
  readonly appTagMask: number;
  readonly flags: readonly string[];
}

export interface DifCase {
  readonly dif: { readonly blockSize: DifBlock; readonly flags: readonly string[] };
  readonly source?: Tags;
  readonly destination?: Tags;
}

const blocks: Readonly<Record<DifBlock, JobDifBlock>> = {
  512: JobDifBlock.Size512,
  520: JobDifBlock.Size520,
  4096: JobDifBlock.Size4096,
  4104: JobDifBlock.Size4104,
};

const layoutFlags: Readonly<Record<string, number>> = {
  invertCrcSeed: JobDifFlag.InvertCrcSeed,
  invertCrcResult: JobDifFlag.InvertCrcResult,
};

const sourceFlags: Readonly<Record<string, number>> = {
  enableAllFDetectError: JobDifFlag.SourceFError,
  allFDetect: JobDifFlag.SourceFDetectAll,
  appTagFDetect: JobDifFlag.SourceFDetectAppTag,
  appRefTagFDetect: JobDifFlag.SourceFDetectTags,
  incrementAppTag: JobDifFlag.SourceIncrementAppTag,
  disableGuardCheck: JobDifFlag.SourceNoGuardCheck,
  disableRefTagCheck: JobDifFlag.SourceNoRefTagCheck,
  fixedRefTag: JobDifFlag.SourceFixedRefTag,
};

const destinationFlags: Readonly<Record<string, number>> = {
  passAppTag: JobDifFlag.DestinationPassAppTag,
  passGuard: JobDifFlag.DestinationPassGuard,
  passRefTag: JobDifFlag.DestinationPassRefTag,
  incrementAppTag: JobDifFlag.DestinationIncrementAppTag,
  fixedRefTag: JobDifFlag.DestinationFixedRefTag,
};

const bits = (names: readonly string[] = [], known: Readonly<Record<string, number>>): number =>
  names.reduce((all, name) => all | known[name]!, 0);

export function difConfigOf({ dif, source, destination }: DifCase): JobDifConfig {
  return {
    flags:
      bits(dif.flags, layoutFlags) |
      bits(source?.flags, sourceFlags) |
      bits(destination?.flags, destinationFlags),
    sourceReferenceTagSeed: source?.refTag ?? 0,
    sourceApplicationTagSeed: source?.appTag ?? 0,
    sourceApplicationTagMask: source?.appTagMask ?? 0,
    destinationReferenceTagSeed: destination?.refTag ?? 0,
    destinationApplicationTagSeed: destination?.appTag ?? 0,
    destinationApplicationTagMask: destination?.appTagMask ?? 0,
    blockSize: blocks[dif.blockSize],
  };
}

/** A job with these fields, and all others as after `init()`. */
export function set(job: Job, fields: Partial<JobFields>): Job {
  job.init();
  return Object.assign(job, fields);
}
