#include "engine/batch.h"

#include "engine/operations.h"
#include "engine/validation.h"

namespace datamover::engine {

using abi::Status;

std::optional<Status> CheckBatch(const abi::Descriptor& batch, const Limits& limits) {
  if (batch.list % sizeof(abi::Descriptor) != 0) return Status::kListAlignment;
  if (batch.count < 2 || batch.count > limits.max_batch) return Status::kDescriptorCount;
  if (batch.list == 0) return Status::kBatchPageFault;
  return std::nullopt;
}

abi::CompletionRecord RunBatch(const abi::Descriptor& batch, const Limits& limits) {
  const auto* const list = reinterpret_cast<const abi::Descriptor*>(batch.list);
  bool failed = false;
  uint32_t processed = 0;
  for (; processed < batch.count; ++processed) {
    // A copy, as a member's record may lie on its descriptor.
    const abi::Descriptor member = list[processed];
    if (failed && member.has(abi::flag::kFence)) break;
    const Verdict verdict = Validate(member, limits, Place::kBatch);
    const auto record = verdict.legal() ? ExecuteLegal(member, limits) : verdict.Record();
    Complete(member, record);
    failed = failed || record.status != static_cast<uint8_t>(Status::kSuccess);
  }
  auto record = RecordOf(failed ? Status::kBatchError : Status::kSuccess);
  record.bytes_completed = processed;
  return record;
}

}  // namespace datamover::engine
