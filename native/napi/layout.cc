#include "napi/layout.h"

#include <cstddef>
#include <cstdint>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "abi/dif.h"
#include "napi/arguments.h"

namespace datamover::napi {

namespace {

using namespace abi;

struct Row {
  const char* name;
  uint32_t value;
};

constexpr uint32_t Value(Opcode opcode) { return static_cast<uint32_t>(opcode); }
constexpr uint32_t Value(Status status) { return static_cast<uint32_t>(status); }

constexpr uint32_t kSpecific = offsetof(Descriptor, specific);

constexpr Row kRows[] = {
    {"DESCRIPTOR_BYTES", sizeof(Descriptor)},
    {"RECORD_BYTES", sizeof(CompletionRecord)},
    {"descriptor.Pasid", offsetof(Descriptor, pasid)},
    {"descriptor.FlagsOpcode", offsetof(Descriptor, flags_opcode)},
    {"descriptor.Record", offsetof(Descriptor, record_address)},
    {"descriptor.Source", offsetof(Descriptor, source)},
    {"descriptor.Destination", offsetof(Descriptor, destination)},
    {"descriptor.TransferSize", offsetof(Descriptor, transfer_size)},
    {"descriptor.InterruptHandle", offsetof(Descriptor, interrupt_handle)},
    {"descriptor.Specific", offsetof(Descriptor, specific)},
    {"descriptor.ExpectedResult", kSpecific + offsetof(CompareOperands, expected_result)},
    {"descriptor.CrcSeed", kSpecific + offsetof(CrcOperands, seed)},
    {"descriptor.Destination2", kSpecific + offsetof(DualcastOperands, destination2)},
    {"descriptor.DeltaRecord", kSpecific + offsetof(CreateDeltaOperands, record)},
    {"descriptor.DeltaRoom", kSpecific + offsetof(CreateDeltaOperands, record_size)},
    {"descriptor.DeltaExpected", kSpecific + offsetof(CreateDeltaOperands, expected_result_mask)},
    {"descriptor.DeltaBytes", kSpecific + offsetof(ApplyDeltaOperands, record_size)},
    {"descriptor.DifFlags", kSpecific + offsetof(DifOperands, source_flags)},
    {"descriptor.DifSourceReference", kSpecific + offsetof(DifOperands, source.reference)},
    {"descriptor.DifSourceApplication", kSpecific + offsetof(DifOperands, source.application_mask)},
    {"descriptor.DifTargetReference", kSpecific + offsetof(DifOperands, destination.reference)},
    {"descriptor.DifTargetApplication",
     kSpecific + offsetof(DifOperands, destination.application_mask)},
    {"record.DeltaBytes", offsetof(CompletionRecord, delta_record_size)},
    {"record.BytesCompleted", offsetof(CompletionRecord, bytes_completed)},
    {"record.FaultLow", offsetof(CompletionRecord, fault_address)},
    {"record.Crc", offsetof(CompletionRecord, crc)},
    {"record.Status", offsetof(CompletionRecord, status)},
    {"record.Result", offsetof(CompletionRecord, result)},
    {"record.FaultHigh", offsetof(CompletionRecord, fault_address) + 4},
    {"opcode.Nop", Value(Opcode::kNop)},
    {"opcode.Batch", Value(Opcode::kBatch)},
    {"opcode.Drain", Value(Opcode::kDrain)},
    {"opcode.MemoryMove", Value(Opcode::kMemoryMove)},
    {"opcode.Fill", Value(Opcode::kFill)},
    {"opcode.Compare", Value(Opcode::kCompare)},
    {"opcode.ComparePattern", Value(Opcode::kComparePattern)},
    {"opcode.CreateDelta", Value(Opcode::kCreateDelta)},
    {"opcode.ApplyDelta", Value(Opcode::kApplyDelta)},
    {"opcode.Dualcast", Value(Opcode::kDualcast)},
    {"opcode.Crc", Value(Opcode::kCrc)},
    {"opcode.CopyCrc", Value(Opcode::kCopyCrc)},
    {"opcode.DifCheck", Value(Opcode::kDifCheck)},
    {"opcode.DifInsert", Value(Opcode::kDifInsert)},
    {"opcode.DifStrip", Value(Opcode::kDifStrip)},
    {"opcode.DifUpdate", Value(Opcode::kDifUpdate)},
    {"opcode.CacheFlush", Value(Opcode::kCacheFlush)},
    {"flag.Fence", flag::kFence},
    {"flag.BlockOnFault", flag::kBlockOnFault},
    {"flag.RecordAddressValid", flag::kRecordAddressValid},
    {"flag.RequestRecord", flag::kRequestRecord},
    {"flag.CheckResult", flag::kCheckResult},
    {"flag.CacheControl1", flag::kCacheControl1},
    {"flag.CacheControl2", flag::kCacheControl2},
    {"flag.DrainReadback1", flag::kDrainReadback1},
    {"flag.DrainReadback2", flag::kDrainReadback2},
    {"flag.CrcReadSeed", flag::kCrcReadSeed},
    {"flag.CrcBypassInversion", flag::kCrcBypassInversion},
    {"flag.CrcBypassDataReflection", flag::kCrcBypassDataReflection},
    {"dif.InvertSeed", dif::flag::kInvertSeed},
    {"dif.InvertResult", dif::flag::kInvertResult},
    {"difSource.AllFError", dif::source_flag::kAllFError},
    {"difSource.AllFDetect", dif::source_flag::kAllFDetect},
    {"difSource.ApplicationFDetect", dif::source_flag::kApplicationFDetect},
    {"difSource.ApplicationReferenceFDetect", dif::source_flag::kApplicationReferenceFDetect},
    {"difSource.ApplicationIncrements", dif::source_flag::kApplicationIncrements},
    {"difSource.NoGuardCheck", dif::source_flag::kNoGuardCheck},
    {"difSource.NoReferenceCheck", dif::source_flag::kNoReferenceCheck},
    {"difSource.ReferenceFixed", dif::source_flag::kReferenceFixed},
    {"difTarget.PassApplication", dif::destination_flag::kPassApplication},
    {"difTarget.ApplicationIncrements", dif::destination_flag::kApplicationIncrements},
    {"difTarget.PassGuard", dif::destination_flag::kPassGuard},
    {"difTarget.PassReference", dif::destination_flag::kPassReference},
    {"difTarget.ReferenceFixed", dif::destination_flag::kReferenceFixed},
    {"status.Pending", Value(Status::kPending)},
    {"status.Success", Value(Status::kSuccess)},
    {"status.FalsePredicate", Value(Status::kFalsePredicate)},
    {"status.PageFault", Value(Status::kPageFault)},
    {"status.PageResponseError", Value(Status::kPageResponseError)},
    {"status.BatchError", Value(Status::kBatchError)},
    {"status.BatchPageFault", Value(Status::kBatchPageFault)},
    {"status.DeltaOffsetOrder", Value(Status::kDeltaOffsetOrder)},
    {"status.DeltaOffsetRange", Value(Status::kDeltaOffsetRange)},
    {"status.DifError", Value(Status::kDifError)},
    {"status.UnsupportedOpcode", Value(Status::kUnsupportedOpcode)},
    {"status.InvalidFlags", Value(Status::kInvalidFlags)},
    {"status.ReservedNotZero", Value(Status::kReservedNotZero)},
    {"status.TransferSize", Value(Status::kTransferSize)},
    {"status.DescriptorCount", Value(Status::kDescriptorCount)},
    {"status.DeltaRecordSize", Value(Status::kDeltaRecordSize)},
    {"status.Overlap", Value(Status::kOverlap)},
    {"status.DualcastAlignment", Value(Status::kDualcastAlignment)},
    {"status.ListAlignment", Value(Status::kListAlignment)},
    {"status.MisalignedAddress", Value(Status::kMisalignedAddress)},
    {"status.ReadbackFault", Value(Status::kReadbackFault)},
    {"status.Mask", kStatusMask},
    {"status.WriteFault", kStatusWriteFault},
};

}  // namespace

Napi::Object Layout(Napi::Env env) {
  auto layout = Napi::Object::New(env);
  for (const auto& [name, value] : kRows) Define(layout, name, value);
  return layout;
}

}  // namespace datamover::napi
