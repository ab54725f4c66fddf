import { bare, Uint8Array, Uint32Array } from '../intrinsics';

/**
 * The 32-byte completion record, as engines write it (Intel DSA architecture specification,
 * section 5). The same layout is described for C++ in `native/abi/completion_record.h`; the two are
 * compared when the addon is loaded.
 */
export const enum CompletionRecord {
  Bytes = 32,
  /** In 32-bit words. */
  Words = 8,
}

/** Byte offsets in a record. */
export const enum RecordByte {
  Status = 0,
  Result = 1,
}

/** Offsets in a record in units of 32-bit words. */
export const enum RecordWord {
  BytesCompleted = 1,
  FaultLow = 2,
  FaultHigh = 3,
  Crc = 4,
  /** Create delta: bytes of the record that was made. */
  DeltaBytes = 4,
}

/** Status byte: the code in bits 5:0, bit 7 set when the access that faulted was a write. */
export const enum Status {
  Pending = 0x00,
  Success = 0x01,
  FalsePredicate = 0x02,
  PageFault = 0x03,
  PageResponseError = 0x04,
  BatchError = 0x05,
  BatchPageFault = 0x06,
  DeltaOffsetOrder = 0x07,
  DeltaOffsetRange = 0x08,
  DifError = 0x09,
  UnsupportedOpcode = 0x10,
  InvalidFlags = 0x11,
  ReservedNotZero = 0x12,
  TransferSize = 0x13,
  DescriptorCount = 0x14,
  DeltaRecordSize = 0x15,
  Overlap = 0x16,
  DualcastAlignment = 0x17,
  ListAlignment = 0x18,
  MisalignedAddress = 0x1c,
  ReadbackFault = 0x1f,
  Mask = 0x3f,
  WriteFault = 0x80,
}

const { load } = Atomics;

const ordersLoads = process.arch === 'x64';

/** The completion records of a job table, by slot. Reading one is reading memory: no native call. */
export class Records {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;

  constructor(memory: ArrayBuffer, offset: number, count: number) {
    this.#bytes = new Uint8Array(memory, offset, count * CompletionRecord.Bytes);
    this.#words = new Uint32Array(memory, offset, count * CompletionRecord.Words);
  }

  /** Whole status byte, 0 while the job is under way. */
  status(slot: number): number {
    return this.#bytes[slot * CompletionRecord.Bytes + RecordByte.Status];
  }

  /**
   * After a status was seen, before the rest of the record or the data is read. x86 keeps the order
   * of loads by itself; elsewhere an atomic load has to acquire what the engine released.
   */
  acquire(slot: number): void {
    if (!ordersLoads) load(this.#bytes, slot * CompletionRecord.Bytes + RecordByte.Status);
  }

  clear(slot: number): void {
    this.#bytes[slot * CompletionRecord.Bytes + RecordByte.Status] = Status.Pending;
  }

  result(slot: number): number {
    return this.#bytes[slot * CompletionRecord.Bytes + RecordByte.Result];
  }

  bytesCompleted(slot: number): number {
    return this.#words[slot * CompletionRecord.Words + RecordWord.BytesCompleted];
  }

  /** Where the access was that failed; its low 12 bits may be zero. */
  faultAddress(slot: number): number {
    const at = slot * CompletionRecord.Words;
    const low = this.#words[at + RecordWord.FaultLow];
    return this.#words[at + RecordWord.FaultHigh] * 2 ** 32 + low;
  }

  deltaBytes(slot: number): number {
    return this.#words[slot * CompletionRecord.Words + RecordWord.DeltaBytes];
  }

  crc(slot: number): number {
    return this.#words[slot * CompletionRecord.Words + RecordWord.Crc];
  }
}

const names: Readonly<Record<number, string>> = bare({
  [Status.PageFault]: 'page fault',
  [Status.PageResponseError]: 'page request refused',
  [Status.BatchError]: 'a member of the batch failed',
  [Status.BatchPageFault]: 'page fault at the list of the batch',
  [Status.DeltaOffsetOrder]: 'delta offsets do not ascend',
  [Status.DeltaOffsetRange]: 'delta offset out of range',
  [Status.DifError]: 'data integrity field mismatch',
  [Status.UnsupportedOpcode]: 'unsupported operation',
  [Status.InvalidFlags]: 'unsupported flags',
  [Status.ReservedNotZero]: 'reserved field not zero',
  [Status.TransferSize]: 'transfer size out of range',
  [Status.DescriptorCount]: 'descriptor count out of range',
  [Status.DeltaRecordSize]: 'delta record size out of range',
  [Status.Overlap]: 'buffers overlap',
  [Status.DualcastAlignment]: 'destinations differ in their low 12 address bits',
  [Status.ListAlignment]: 'descriptor list misaligned',
  [Status.MisalignedAddress]: 'misaligned address',
  [Status.ReadbackFault]: 'fault on readback',
});

/** Whether the job stopped at a page that is not there, so that the rest can be done. */
export function isFault(status: number): boolean {
  const code = status & Status.Mask;
  return code === (Status.PageFault as number) || code === (Status.PageResponseError as number);
}

/** What a status says, for messages. */
export function statusName(status: number): string {
  return names[status & Status.Mask] ?? 'unknown status';
}
