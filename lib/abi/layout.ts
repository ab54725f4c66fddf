import { CompletionRecord, RecordByte, RecordWord, Status } from './completion-record';
import { Descriptor, Flag, Opcode, Word } from './descriptor';

/** Constants of the wire format by name, as both languages know them; offsets are in bytes. */
export type Layout = Readonly<Record<string, number>>;

/** TypeScript's side of the wire format; the addon exports the same table. */
export const layout: Layout = {
  DESCRIPTOR_BYTES: Descriptor.Bytes,
  RECORD_BYTES: CompletionRecord.Bytes,
  'descriptor.Pasid': Word.Pasid * 4,
  'descriptor.FlagsOpcode': Word.FlagsOpcode * 4,
  'descriptor.Record': Word.Record * 4,
  'descriptor.Source': Word.Source * 4,
  'descriptor.Destination': Word.Destination * 4,
  'descriptor.TransferSize': Word.TransferSize * 4,
  'descriptor.InterruptHandle': Word.InterruptHandle * 4,
  'descriptor.Specific': Word.Specific * 4,
  'descriptor.ExpectedResult': Word.ExpectedResult * 4,
  'descriptor.CrcSeed': Word.CrcSeed * 4,
  'descriptor.Destination2': Word.Destination2 * 4,
  'record.Status': RecordByte.Status,
  'record.Result': RecordByte.Result,
  'record.BytesCompleted': RecordWord.BytesCompleted * 4,
  'record.FaultLow': RecordWord.FaultLow * 4,
  'record.FaultHigh': RecordWord.FaultHigh * 4,
  'record.Crc': RecordWord.Crc * 4,
  'opcode.Nop': Opcode.Nop,
  'opcode.Batch': Opcode.Batch,
  'opcode.Drain': Opcode.Drain,
  'opcode.MemoryMove': Opcode.MemoryMove,
  'opcode.Fill': Opcode.Fill,
  'opcode.Compare': Opcode.Compare,
  'opcode.ComparePattern': Opcode.ComparePattern,
  'opcode.CreateDelta': Opcode.CreateDelta,
  'opcode.ApplyDelta': Opcode.ApplyDelta,
  'opcode.Dualcast': Opcode.Dualcast,
  'opcode.Crc': Opcode.Crc,
  'opcode.CopyCrc': Opcode.CopyCrc,
  'opcode.DifCheck': Opcode.DifCheck,
  'opcode.DifInsert': Opcode.DifInsert,
  'opcode.DifStrip': Opcode.DifStrip,
  'opcode.DifUpdate': Opcode.DifUpdate,
  'opcode.CacheFlush': Opcode.CacheFlush,
  'flag.Fence': Flag.Fence,
  'flag.BlockOnFault': Flag.BlockOnFault,
  'flag.RecordAddressValid': Flag.RecordAddressValid,
  'flag.RequestRecord': Flag.RequestRecord,
  'flag.CheckResult': Flag.CheckResult,
  'flag.CacheControl1': Flag.CacheControl1,
  'flag.CrcReadSeed': Flag.CrcReadSeed,
  'flag.CrcBypassInversion': Flag.CrcBypassInversion,
  'flag.CrcBypassDataReflection': Flag.CrcBypassDataReflection,
  'status.Pending': Status.Pending,
  'status.Success': Status.Success,
  'status.FalsePredicate': Status.FalsePredicate,
  'status.PageFault': Status.PageFault,
  'status.PageResponseError': Status.PageResponseError,
  'status.BatchError': Status.BatchError,
  'status.BatchPageFault': Status.BatchPageFault,
  'status.DeltaOffsetOrder': Status.DeltaOffsetOrder,
  'status.DeltaOffsetRange': Status.DeltaOffsetRange,
  'status.DifError': Status.DifError,
  'status.UnsupportedOpcode': Status.UnsupportedOpcode,
  'status.InvalidFlags': Status.InvalidFlags,
  'status.ReservedNotZero': Status.ReservedNotZero,
  'status.TransferSize': Status.TransferSize,
  'status.DescriptorCount': Status.DescriptorCount,
  'status.DeltaRecordSize': Status.DeltaRecordSize,
  'status.Overlap': Status.Overlap,
  'status.DualcastAlignment': Status.DualcastAlignment,
  'status.ListAlignment': Status.ListAlignment,
  'status.MisalignedAddress': Status.MisalignedAddress,
  'status.Mask': Status.Mask,
  'status.WriteFault': Status.WriteFault,
};

/** Names on which the two tables disagree, with both values; empty when they are the same. */
export function layoutDifferences(ours: Layout, theirs: Layout): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names]
    .filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name}: ${String(ours[name])} here, ${String(theirs[name])} in the addon`);
}
