#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {

using abi::Status;

namespace {

constexpr uint64_t kWord = 8;           // bytes
constexpr uint32_t kEntry = 10;         // bytes
constexpr uint32_t kMost = 512 * 1024;  // bytes whose words an entry can name
constexpr uint32_t kSmallestRoom = 80;  // bytes

enum Outcome : uint8_t { kEqual = 0, kDifferent = 1, kOverflow = 2 };

}  // namespace

// Of several broken rules the hardware reports any; here the first one counts in the order that
// Intel's library has, in which sizes of zero come first.
std::optional<Status> CheckCreateDelta(const abi::Descriptor& job, const Limits& limits) {
  const uint64_t bytes = job.transfer_size;
  const uint32_t room = job.create_delta.record_size;
  if (room == 0) return Status::kDeltaRecordSize;
  if ((job.source | job.source2 | bytes) % kWord != 0) return Status::kMisalignedAddress;
  if (bytes > kMost) return Status::kTransferSize;
  if (room < kSmallestRoom || room > limits.max_transfer) return Status::kDeltaRecordSize;
  if (Overlap(job.source, bytes, job.create_delta.record, room) ||
      Overlap(job.source2, bytes, job.create_delta.record, room)) {
    return Status::kOverlap;
  }
  return std::nullopt;
}

abi::CompletionRecord DeltaRecord(const abi::Descriptor& job, const DeltaScan& scan) {
  const auto& [scanned, used] = scan;
  const bool overflow = scanned < job.transfer_size;
  const Outcome outcome = overflow ? kOverflow : used > 0 ? kDifferent : kEqual;
  const bool holds =
      !job.has(abi::flag::kCheckResult) || job.create_delta.expected_result_mask >> outcome & 1;
  auto record = RecordOf(holds ? Status::kSuccess : Status::kFalsePredicate);
  record.result = outcome;
  record.delta_record_size = static_cast<uint32_t>(used);
  if (overflow) record.bytes_completed = static_cast<uint32_t>(scanned);
  return record;
}

abi::CompletionRecord RunCreateDelta(const abi::Descriptor& job, const Limits&) {
  return DeltaRecord(job, CreateDelta(At(job.create_delta.record), job.create_delta.record_size,
                                      At(job.source), At(job.source2), job.transfer_size));
}

std::optional<Status> CheckApplyDelta(const abi::Descriptor& job, const Limits&) {
  const uint64_t bytes = job.transfer_size;
  const uint32_t record = job.apply_delta.record_size;
  if (record == 0) return Status::kDeltaRecordSize;
  if (Overlap(job.delta, record, job.destination, bytes)) return Status::kOverlap;
  if ((job.destination | bytes) % kWord != 0) return Status::kMisalignedAddress;
  if (bytes > kMost) return Status::kTransferSize;
  if (record % kEntry != 0) return Status::kDeltaRecordSize;
  return std::nullopt;
}

abi::CompletionRecord RunApplyDelta(const abi::Descriptor& job, const Limits&) {
  const uint8_t* const record = At(job.delta);
  const uint32_t record_bytes = job.apply_delta.record_size;
  // All of it is looked at before a byte is written.
  const auto [fault, at] = CheckDelta(record, record_bytes, job.transfer_size);
  if (fault != DeltaFault::kNone) {
    auto refusal = RecordOf(fault == DeltaFault::kOrder ? Status::kDeltaOffsetOrder
                                                        : Status::kDeltaOffsetRange);
    refusal.bytes_completed = static_cast<uint32_t>(at);
    return refusal;
  }
  ApplyDelta(At(job.destination), job.transfer_size, record, record_bytes);
  return RecordOf(Status::kSuccess);
}

}  // namespace datamover::engine
