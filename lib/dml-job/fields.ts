import type { Bytes } from '../memory/resolve';
import type { Pattern } from '../operations/pattern';
import { JobDifBlock, JobOperation } from './constants';

/** How data integrity fields are checked and made. */
export interface JobDifConfig {
  /** Of `JobDifFlag`. */
  flags: number;
  sourceReferenceTagSeed: number;
  sourceApplicationTagSeed: number;
  /** As in a descriptor: bits that are set are not compared. */
  sourceApplicationTagMask: number;
  destinationReferenceTagSeed: number;
  destinationApplicationTagSeed: number;
  /** Bits that are set are written as 0. */
  destinationApplicationTagMask: number;
  blockSize: JobDifBlock;
}

const noConfig: Readonly<JobDifConfig> = {
  flags: 0,
  sourceReferenceTagSeed: 0,
  sourceApplicationTagSeed: 0,
  sourceApplicationTagMask: 0,
  destinationReferenceTagSeed: 0,
  destinationApplicationTagSeed: 0,
  destinationApplicationTagMask: 0,
  blockSize: JobDifBlock.Size512,
};

/** "Any" NUMA node. */
export const ANY_NODE = 0xffff_ffff;

/** The fields of DML's `dml_job_t`, as its initialization leaves them. */
export class JobFields {
  sourceFirst: Bytes | null = null;
  sourceSecond: Bytes | null = null;
  destinationFirst: Bytes | null = null;
  destinationSecond: Bytes | null = null;
  /** Bytes to process of the source, of both sources, and of destinations that have as many. */
  sourceLength = 0;
  /** `Fill`, `CacheFlush`, `DeltaApply`: bytes; `DeltaCreate`: room for the record, then its bytes. */
  destinationLength = 0;
  /** The seed, with `JobFlag.CrcReadSeed`; then the result. */
  crcChecksum = 0;
  /** Of eight bytes, or what else says them. */
  pattern: Pattern = 0n;
  operation: JobOperation = JobOperation.Nop;
  /** Of `JobFlag`. */
  flags = 0;
  /** Of `JobExpect`, for operations with `JobFlag.CheckResult`. */
  expectedResult = 0;
  difConfig: JobDifConfig = { ...noConfig };
  /** The node whose work queues shall serve; any: the largest number of 32 bits. */
  numaId = ANY_NODE;
  /** Out. Comparisons: 0 equal, 1 different, 2 no room; fields: of `JobDifMismatch`. */
  result = 0;
  /** Out. Where ranges first differ, or the first bad block begins; else 0. */
  offset = 0;
}

/** The fields, read once: what is checked of them is what is done, whatever accessors a program has put there. */
export function read(fields: JobFields): JobFields {
  const copy = new JobFields();
  for (const name of Object.keys(copy) as (keyof JobFields)[]) {
    Object.assign(copy, { [name]: fields[name] });
  }
  copy.difConfig = { ...copy.difConfig };
  return copy;
}
