#include "device_model/batch.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace datamover::device_model {

using abi::Status;

namespace {

constexpr uint64_t kPage = 4096;

std::vector<abi::Descriptor> ReadList(const abi::Descriptor& batch, Memory& memory) {
  std::vector<abi::Descriptor> members(batch.count);
  const std::span<uint8_t> bytes(reinterpret_cast<uint8_t*>(members.data()),
                                 members.size() * sizeof batch);
  members.resize(memory.Read(batch.list, bytes) / sizeof batch);
  return members;
}

}  // namespace

abi::CompletionRecord ExecuteBatch(
    const abi::Descriptor& batch, Memory& memory, const QueueRules& rules,
    const std::function<Injection(const abi::Descriptor&)>& injection, Random& random,
    const MemberDone& done) {
  auto members = ReadList(batch, memory);
  bool failed = false;
  size_t processed = 0;
  const auto fenced = [](const abi::Descriptor& job) { return job.has(abi::flag::kFence); };
  for (auto begin = members.begin(); begin != members.end();) {
    if (failed && fenced(*begin)) break;
    const auto end = std::find_if(begin + 1, members.end(), fenced);
    std::shuffle(begin, end, random);
    for (; begin != end; ++begin, ++processed) {
      const auto refusal = Validate(*begin, rules, Place::kBatch);
      const auto record =
          refusal ? RecordOf(*refusal) : Execute(*begin, memory, rules, injection(*begin));
      failed = failed || record.status != static_cast<uint8_t>(Status::kSuccess);
      done(*begin, record);
    }
  }
  abi::CompletionRecord record = {};
  record.bytes_completed = static_cast<uint32_t>(processed);
  if (members.size() < batch.count) {
    record.status = static_cast<uint8_t>(Status::kBatchPageFault);
    const uint64_t address = batch.list + members.size() * sizeof batch;
    record.fault_address = rules.round_fault_addresses ? address / kPage * kPage : address;
  } else {
    record.status = static_cast<uint8_t>(failed ? Status::kBatchError : Status::kSuccess);
  }
  return record;
}

}  // namespace datamover::device_model
