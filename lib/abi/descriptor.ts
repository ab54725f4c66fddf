/**
 * The 64-byte work descriptor (Intel DSA architecture specification, section 5). The same layout
 * is described for C++ in `native/abi/descriptor.h`; the two are compared when the addon is loaded.
 */
export const enum Descriptor {
  Bytes = 64,
  /** In 32-bit words. */
  Words = 16,
  /** Bits by which the opcode is shifted in the flags word. */
  OpcodeShift = 24,
}

/** Offsets in a descriptor in units of 32-bit words. Addresses take two, low half first. */
export const enum Word {
  Pasid = 0,
  FlagsOpcode = 1,
  Record = 2,
  Source = 4,
  Destination = 6,
  TransferSize = 8,
  InterruptHandle = 9,
  /** Where the operands of one operation alone begin. */
  Specific = 10,
  ExpectedResult = 10,
  CrcSeed = 10,
  Destination2 = 10,
  /** Create delta: the address of the record, and the room in it. */
  DeltaRecord = 10,
  DeltaRoom = 12,
  /** In the lowest byte: bit by outcome. */
  DeltaExpected = 14,
  /** Apply delta. */
  DeltaBytes = 10,
  /** Flags of the source in bits 7:0, of the destination in 15:8, of both in 23:16. */
  DifFlags = 10,
  DifSourceReference = 12,
  /** The mask of the application tag in bits 15:0, the tag in 31:16. */
  DifSourceApplication = 13,
  DifTargetReference = 14,
  DifTargetApplication = 15,
}

export const enum Opcode {
  Nop = 0x00,
  Batch = 0x01,
  Drain = 0x02,
  MemoryMove = 0x03,
  Fill = 0x04,
  Compare = 0x05,
  ComparePattern = 0x06,
  CreateDelta = 0x07,
  ApplyDelta = 0x08,
  Dualcast = 0x09,
  Crc = 0x10,
  CopyCrc = 0x11,
  DifCheck = 0x12,
  DifInsert = 0x13,
  DifStrip = 0x14,
  DifUpdate = 0x15,
  CacheFlush = 0x20,
}

/** Bits 23:0 of the flags word; the opcode is in bits 31:24. */
export const enum Flag {
  Fence = 1 << 0,
  BlockOnFault = 1 << 1,
  RecordAddressValid = 1 << 2,
  RequestRecord = 1 << 3,
  /** Both, as every job has them: its completion is seen in its record. */
  Record = 0xc,
  CheckResult = 1 << 7,
  /** Writes are allocated in the cache; on a cache flush: lines are kept, only written back. */
  CacheControl1 = 1 << 8,
  /** What was written is read back; without CacheControl1 it goes to memory, so that it is durable there. */
  CacheControl2 = 1 << 14,
  DrainReadback1 = 1 << 16,
  DrainReadback2 = 1 << 17,
  CrcReadSeed = 1 << 16,
  CrcBypassInversion = 1 << 17,
  CrcBypassDataReflection = 1 << 18,
}

/** How blocks and their fields are laid out; bits 1:0 the size of a block. */
export const enum DifFlag {
  InvertSeed = 1 << 2,
  InvertResult = 1 << 3,
}

/** How fields are checked. */
export const enum DifSourceFlag {
  AllFError = 1 << 0,
  AllFDetect = 1 << 1,
  ApplicationFDetect = 1 << 2,
  ApplicationReferenceFDetect = 1 << 3,
  ApplicationIncrements = 1 << 4,
  NoGuardCheck = 1 << 5,
  NoReferenceCheck = 1 << 6,
  ReferenceFixed = 1 << 7,
}

/** How fields are made. */
export const enum DifTargetFlag {
  PassApplication = 1 << 3,
  ApplicationIncrements = 1 << 4,
  PassGuard = 1 << 5,
  PassReference = 1 << 6,
  ReferenceFixed = 1 << 7,
}
