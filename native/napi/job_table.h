#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "memory/allocation.h"
#include "napi/job_tally.h"

namespace datamover::napi {

/// The memory of a job table: descriptors, then completion records. JavaScript writes the one and
/// reads the other; engines hold the table for as long as they may write a record.
class JobTable {
 public:
  /// Null where the system has no memory for it.
  static std::shared_ptr<JobTable> Create(uint32_t capacity) {
    auto made = memory::Allocation::Create({.bytes = capacity * kSlotBytes});
    auto* memory = std::get_if<memory::Allocation>(&made);
    return memory ? std::shared_ptr<JobTable>(new JobTable(capacity, std::move(*memory))) : nullptr;
  }

  uint32_t capacity() const { return capacity_; }
  size_t bytes() const { return memory_.bytes().size(); }
  uint8_t* memory() const { return memory_.bytes().data(); }
  std::span<abi::Descriptor> descriptors() const {
    return {reinterpret_cast<abi::Descriptor*>(memory()), capacity_};
  }
  std::span<abi::CompletionRecord> records() const {
    return {
        reinterpret_cast<abi::CompletionRecord*>(memory() + capacity_ * sizeof(abi::Descriptor)),
        capacity_};
  }
  const abi::Descriptor& descriptor(uint32_t slot) const { return descriptors()[slot]; }
  const std::shared_ptr<JobTally>& tally() const { return tally_; }

 private:
  static constexpr size_t kSlotBytes = sizeof(abi::Descriptor) + sizeof(abi::CompletionRecord);

  JobTable(uint32_t capacity, memory::Allocation memory)
      : capacity_(capacity), memory_(std::move(memory)) {}

  const uint32_t capacity_;
  const memory::Allocation memory_;
  const std::shared_ptr<JobTally> tally_ = std::make_shared<JobTally>();
};

}  // namespace datamover::napi
