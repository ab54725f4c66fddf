#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

namespace datamover::offload {

/// Jobs that go to a queue in one descriptor: the list of their descriptors, and the record that
/// tells when all have ended. Each member has its own record besides.
struct BatchList {
  /// A few are enough to keep a device busy, and a batch is done only when its last member is.
  static constexpr size_t kMembers = 64;

  std::array<abi::Descriptor, kMembers> members;
  std::array<uint32_t, kMembers> slots;
  uint32_t count = 0;
  abi::CompletionRecord record = {};

  /// What is submitted: the batch, or the only member as it is.
  abi::Descriptor Descriptor() const {
    if (count == 1) return members[0];
    abi::Descriptor batch = {};
    batch.flags_opcode = static_cast<uint32_t>(abi::Opcode::kBatch) << 24 |
                         abi::flag::kRecordAddressValid | abi::flag::kRequestRecord;
    batch.record_address = reinterpret_cast<uint64_t>(&record);
    batch.list = reinterpret_cast<uint64_t>(members.data());
    batch.count = count;
    return batch;
  }
};

}  // namespace datamover::offload
