import { Status } from '../abi/completion-record';
import { MoverError, type MoverErrorCode } from '../errors';
import { bare } from '../intrinsics';
import { JobFlag } from './constants';
import { JobRefusal } from './refusal';

/** What the methods of a job answer: the numbers of DML's C API. */
export const JobStatus = {
  Ok: 0,
  /** It succeeded, and the result is none of those that were expected. */
  FalsePredicate: 1,
  BeingProcessed: 2,
  InternalError: 3,
  NullPointer: 4,
  /** A field has a value that it cannot have. */
  LimitsError: 5,
  PathError: 6,
  HintError: 7,
  CrcAlignError: 8,
  BatchError: 9,
  DeltaAscendError: 10,
  DeltaOffsetError: 11,
  DifCheckError: 12,
  OperationError: 13,
  FlagsError: 14,
  LengthError: 15,
  BatchLimitsError: 16,
  DeltaRecordSizeError: 17,
  OverlapError: 18,
  DualcastAlignError: 19,
  DeltaAlignError: 20,
  DeltaInputSizeError: 21,
  MemoryOverflow: 22,
  /** The job was not submitted, or was finalized. */
  Corrupted: 23,
  WorkQueueOverflow: 24,
  PageFault: 25,
  TrafficClassANotAvailable: 26,
  TrafficClassBNotAvailable: 27,
  BatchIndexOverflow: 28,
  BatchSizeError: 29,
  DrainPageFault: 30,
  UnknownCacheSize: 31,
  DifStripAdjacent: 32,
  InvalidPageRequest: 33,
  InvalidReservedField: 34,
  MisalignedList: 35,
  InvalidCompletionHandle: 36,
  PageFaultOnTranslation: 37,
  MisalignedRecord: 38,
  MisalignedAddress: 39,
  PrivilegeError: 40,
  TrafficClassError: 41,
  ReadbackPageFault: 42,
  ReadbackTimeout: 43,
  HardwareTimeout: 44,
  AddressTranslationError: 45,
  LibraryNotFound: 100,
  LibraryError: 101,
  WorkQueuesNotAvailable: 102,
} as const;
export type JobStatus = (typeof JobStatus)[keyof typeof JobStatus];

/** By the status byte of a completion record. */
const ofRecord: Readonly<Record<number, JobStatus>> = bare({
  0x03: JobStatus.PageFault,
  0x04: JobStatus.InvalidPageRequest,
  0x05: JobStatus.BatchError,
  0x06: JobStatus.PageFault,
  0x07: JobStatus.DeltaAscendError,
  0x08: JobStatus.DeltaOffsetError,
  0x09: JobStatus.DifCheckError,
  0x10: JobStatus.OperationError,
  0x11: JobStatus.FlagsError,
  0x12: JobStatus.InvalidReservedField,
  0x13: JobStatus.LengthError,
  0x14: JobStatus.BatchSizeError,
  0x15: JobStatus.DeltaInputSizeError,
  0x16: JobStatus.OverlapError,
  0x17: JobStatus.DualcastAlignError,
  0x18: JobStatus.MisalignedList,
  0x19: JobStatus.InvalidCompletionHandle,
  0x1a: JobStatus.PageFaultOnTranslation,
  0x1b: JobStatus.MisalignedRecord,
  0x1c: JobStatus.MisalignedAddress,
  0x1d: JobStatus.PrivilegeError,
  0x1e: JobStatus.TrafficClassError,
  0x1f: JobStatus.ReadbackPageFault,
  0x20: JobStatus.ReadbackTimeout,
  0x21: JobStatus.HardwareTimeout,
  0x22: JobStatus.AddressTranslationError,
});

/** Where no record says more. */
const ofCode: Readonly<Partial<Record<string, JobStatus>>> = bare({
  ERR_MOVER_BUFFER_DETACHED: JobStatus.NullPointer,
  ERR_MOVER_PAGE_FAULT: JobStatus.PageFault,
  ERR_MOVER_QUEUE_FULL: JobStatus.WorkQueueOverflow,
  ERR_MOVER_OUT_OF_SLOTS: JobStatus.WorkQueueOverflow,
  ERR_MOVER_NO_DEVICE: JobStatus.LibraryNotFound,
  ERR_MOVER_NO_PERMISSION: JobStatus.WorkQueuesNotAvailable,
  ERR_MOVER_UNSUPPORTED: JobStatus.FlagsError,
  ERR_MOVER_OVERLAP: JobStatus.OverlapError,
  ERR_MOVER_ALIGNMENT: JobStatus.MisalignedAddress,
  ERR_MOVER_LENGTH: JobStatus.LengthError,
  ERR_MOVER_DELTA: JobStatus.DeltaOffsetError,
  ERR_MOVER_DIF: JobStatus.DifCheckError,
  ERR_MOVER_BATCH: JobStatus.BatchError,
  ERR_MOVER_TIMEOUT: JobStatus.HardwareTimeout,
  ERR_MOVER_NOT_ATTEMPTED: JobStatus.InternalError,
  ERR_MOVER_DEVICE: JobStatus.InternalError,
  ERR_MOVER_CLOSED: JobStatus.Corrupted,
} satisfies Partial<Record<MoverErrorCode | 'ERR_MOVER_BUFFER_DETACHED', JobStatus>>);

/** Flags that an engine may be unable to honour. */
const demands = JobFlag.BlockOnFault | JobFlag.Readback | JobFlag.Destination1Durable;

/** What a failure is called in DML's terms: by its record where there is one, else by its code. */
export function statusOf(error: unknown, flags: number): JobStatus {
  if (error instanceof JobRefusal) return error.status;
  const { code } = error as { code?: unknown };
  if (error instanceof MoverError) {
    if (error.status !== undefined) {
      return ofRecord[error.status & Status.Mask] ?? JobStatus.InternalError;
    }
    // What the engine lacks is the operation itself, or else an option of it.
    const lacksOption = error.operation === undefined || (flags & demands) !== 0;
    if (code === 'ERR_MOVER_UNSUPPORTED' && !lacksOption) return JobStatus.OperationError;
  }
  if (typeof code !== 'string') return JobStatus.InternalError;
  return ofCode[code] ?? JobStatus.LimitsError;
}
