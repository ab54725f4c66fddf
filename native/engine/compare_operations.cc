#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {

abi::CompletionRecord ComparisonRecord(const abi::Descriptor& job, uint64_t offset) {
  const bool different = offset < job.transfer_size;
  const bool expected = job.compare.expected_result & 1;
  const bool holds = !job.has(abi::flag::kCheckResult) || different == expected;
  auto record = RecordOf(holds ? abi::Status::kSuccess : abi::Status::kFalsePredicate);
  record.result = different;
  if (different) record.bytes_completed = static_cast<uint32_t>(offset);
  return record;
}

abi::CompletionRecord RunCompare(const abi::Descriptor& job, const Limits&) {
  return ComparisonRecord(job, Compare(At(job.source), At(job.source2), job.transfer_size));
}

abi::CompletionRecord RunComparePattern(const abi::Descriptor& job, const Limits&) {
  return ComparisonRecord(job,
                          ComparePattern(At(job.source), job.compare_pattern, job.transfer_size));
}

}  // namespace datamover::engine
