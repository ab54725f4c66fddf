// The numbers are those of DML's C API.

export const JobPath = { Auto: 0, Software: 1, Hardware: 2 } as const;
export type JobPath = (typeof JobPath)[keyof typeof JobPath];

export const JobOperation = {
  Nop: 0x00,
  Batch: 0x01,
  Drain: 0x02,
  MemMove: 0x03,
  Fill: 0x04,
  Compare: 0x05,
  ComparePattern: 0x06,
  DeltaCreate: 0x07,
  DeltaApply: 0x08,
  Dualcast: 0x09,
  Crc: 0x10,
  CopyCrc: 0x11,
  DifCheck: 0x12,
  DifInsert: 0x13,
  DifStrip: 0x14,
  DifUpdate: 0x15,
  CacheFlush: 0x20,
} as const;
export type JobOperation = (typeof JobOperation)[keyof typeof JobOperation];

/** Flags of a job, to be combined by `|`. One that an operation does not have is refused. */
export const JobFlag = {
  BlockOnFault: 0x2,
  /** Of a member of a batch: it begins when all members before it are complete. */
  Fence: 0x4,
  /** `MemMove`: source and destination must not overlap. */
  CopyOnly: 0x20,
  /** The status says whether the result is one of those in `expectedResult`. */
  CheckResult: 0x80,
  /** The result is placed in the last-level cache. `CacheFlush`: lines are written back and kept. */
  PrefetchCache: 0x100,
  /** Traffic class B for an address: there is no choice of traffic classes here, and it is refused. */
  Address1Tcb: 0x200,
  Address2Tcb: 0x400,
  Address3Tcb: 0x800,
  /** Destination readback: a bit without a name in DML. */
  Readback: 0x4000,
  Destination1Durable: 0x8000,
  /** `Dualcast`. */
  Destination2Durable: 0x10000,
  /** `Drain`: a byte of `destinationFirst` is read back, and of `destinationSecond`. No names in DML. */
  DrainReadback1: 0x10000,
  DrainReadback2: 0x20000,
  /** `Crc`, `CopyCrc`: `crcChecksum` is the seed; else the seed is 0. */
  CrcReadSeed: 0x10000,
  CrcBypassReflection: 0x20000,
  CrcBypassDataReflection: 0x40000,
} as const;

/** Results that are expected, to be combined by `|`. */
export const JobExpect = { Equal: 1, NotEqual: 2, Overflow: 4 } as const;

export const JobDifFlag = {
  SourceFError: 0x000001,
  SourceFDetectAll: 0x000002,
  SourceFDetectAppTag: 0x000004,
  SourceFDetectTags: 0x000008,
  SourceIncrementAppTag: 0x000010,
  SourceNoGuardCheck: 0x000020,
  SourceNoRefTagCheck: 0x000040,
  SourceFixedRefTag: 0x000080,
  DestinationPassAppTag: 0x000800,
  DestinationIncrementAppTag: 0x001000,
  DestinationPassGuard: 0x002000,
  DestinationPassRefTag: 0x004000,
  DestinationFixedRefTag: 0x008000,
  InvertCrcSeed: 0x040000,
  InvertCrcResult: 0x080000,
} as const;

export const JobDifBlock = { Size512: 0, Size520: 1, Size4096: 2, Size4104: 3 } as const;
export type JobDifBlock = (typeof JobDifBlock)[keyof typeof JobDifBlock];

/** Bits of `result` where a data integrity field is wrong. */
export const JobDifMismatch = { Guard: 1, AppTag: 2, RefTag: 4, AllF: 8 } as const;
