#include <algorithm>
#include <cstddef>
#include <cstring>

#include "device_model/operations.h"

// Delta records: entries of an offset in units of eight bytes, little-endian, and eight bytes.
namespace datamover::device_model {

using abi::Status;
using Access = Memory::Access;

namespace {

constexpr uint64_t kUnit = 8;
constexpr uint64_t kEntry = 10;

enum Outcome : uint8_t { kEqual = 0, kRecorded = 1, kOverflow = 2 };

}  // namespace

void CreateDelta(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t room = job.create_delta.record_size;
  const uint64_t reached = run.Reach({{job.source, Access::kRead}, {job.source2, Access::kRead}},
                                     job.transfer_size, kUnit);
  const auto before = run.Fetch(job.source, reached);
  const auto after = run.Fetch(job.source2, before.size());
  std::vector<uint8_t> entries;
  Outcome outcome = kEqual;
  uint64_t offset = 0;
  for (; offset + kUnit <= after.size(); offset += kUnit) {
    if (std::memcmp(&before[offset], &after[offset], kUnit) == 0) continue;
    outcome = entries.size() + kEntry > room ? kOverflow : kRecorded;
    if (outcome == kOverflow) break;
    const uint64_t index = offset / kUnit;
    entries.push_back(static_cast<uint8_t>(index));
    entries.push_back(static_cast<uint8_t>(index >> 8));
    entries.insert(entries.end(), &after[offset], &after[offset] + kUnit);
  }
  if (run.memory.Write(job.create_delta.record, entries) < entries.size()) {
    return run.Stop(0, job.create_delta.record, Access::kWrite);
  }
  if (outcome == kOverflow) run.record = {};
  run.record.result = outcome;
  run.record.delta_record_size = static_cast<uint32_t>(entries.size());
  if (outcome == kOverflow) run.record.bytes_completed = static_cast<uint32_t>(offset);
  if (run.stopped()) return;
  const uint8_t wanted = job.create_delta.expected_result_mask;
  run.Conclude(!job.has(abi::flag::kCheckResult) || (wanted >> outcome & 1) != 0);
}

void ApplyDelta(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t reached =
      run.Reach({{job.delta, Access::kRead}}, job.apply_delta.record_size, kEntry);
  const auto entries = run.Fetch(job.delta, reached);
  uint64_t least = 0;
  for (uint64_t at = 0; at + kEntry <= entries.size(); at += kEntry) {
    const uint64_t index = entries[at] | uint64_t{entries[at + 1]} << 8;
    if (index < least) return run.Fail(Status::kDeltaOffsetOrder, at);
    if ((index + 1) * kUnit > job.transfer_size) return run.Fail(Status::kDeltaOffsetRange, at);
    least = index + 1;
    const uint64_t target = job.destination + index * kUnit;
    const std::span<const uint8_t> data(&entries[at + 2], kUnit);
    if (run.memory.Write(target, data) < kUnit) return run.Stop(at, target, Access::kWrite);
  }
  if (!run.stopped()) run.Succeed();
}

}  // namespace datamover::device_model
