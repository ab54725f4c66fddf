/**
 * The 32-byte completion record, as engines write it (Intel DSA architecture specification,
 * section 5). The same layout is described for C++ in `native/abi/completion_record.h`; the two are
 * compared when the addon is loaded.
 */
export const RECORD_BYTES = 32;

/** Byte offsets in a record. */
export const RecordByte = { Status: 0, Result: 1 } as const;

/** Offsets in a record in units of 32-bit words. */
export const RecordWord = { BytesCompleted: 1, FaultLow: 2, FaultHigh: 3, Crc: 4 } as const;

/** Status byte: the code in bits 5:0, bit 7 set when the access that faulted was a write. */
export const Status = {
  Pending: 0x00,
  Success: 0x01,
  FalsePredicate: 0x02,
  PageFault: 0x03,
  PageResponseError: 0x04,
  BatchError: 0x05,
  BatchPageFault: 0x06,
  DeltaOffsetOrder: 0x07,
  DeltaOffsetRange: 0x08,
  DifError: 0x09,
  UnsupportedOpcode: 0x10,
  InvalidFlags: 0x11,
  ReservedNotZero: 0x12,
  TransferSize: 0x13,
  DescriptorCount: 0x14,
  DeltaRecordSize: 0x15,
  Overlap: 0x16,
  DualcastAlignment: 0x17,
  ListAlignment: 0x18,
  MisalignedAddress: 0x1c,
  Mask: 0x3f,
  WriteFault: 0x80,
} as const;

const ordersLoads = process.arch === 'x64';

/** The completion records of a job table, by slot. Reading one is reading memory: no native call. */
export class Records {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;

  constructor(memory: ArrayBuffer, offset: number, count: number) {
    this.#bytes = new Uint8Array(memory, offset, count * RECORD_BYTES);
    this.#words = new Uint32Array(memory, offset, (count * RECORD_BYTES) / 4);
  }

  /** Whole status byte, 0 while the job is under way. */
  status(slot: number): number {
    return this.#bytes[slot * RECORD_BYTES + RecordByte.Status];
  }

  /**
   * After a status was seen, before the rest of the record or the data is read. x86 keeps the order
   * of loads by itself; elsewhere an atomic load has to acquire what the engine released.
   */
  acquire(slot: number): void {
    if (!ordersLoads) Atomics.load(this.#bytes, slot * RECORD_BYTES + RecordByte.Status);
  }

  clear(slot: number): void {
    this.#bytes[slot * RECORD_BYTES + RecordByte.Status] = Status.Pending;
  }

  result(slot: number): number {
    return this.#bytes[slot * RECORD_BYTES + RecordByte.Result];
  }

  bytesCompleted(slot: number): number {
    return this.#words[(slot * RECORD_BYTES) / 4 + RecordWord.BytesCompleted];
  }

  crc(slot: number): number {
    return this.#words[(slot * RECORD_BYTES) / 4 + RecordWord.Crc];
  }
}

/** The name of a status code in messages, for example `page fault`. */
export function statusName(status: number): string {
  for (const [name, code] of Object.entries(Status)) {
    if (code === (status & Status.Mask) && name !== 'Mask') {
      return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trimStart();
    }
  }
  return 'unknown status';
}
