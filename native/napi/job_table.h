#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

namespace datamover::napi {

/// The memory of a job table: descriptors, then completion records. JavaScript writes the one and
/// reads the other; engines hold the table for as long as they may write a record.
class JobTable {
 public:
  explicit JobTable(uint32_t capacity)
      : capacity_(capacity), memory_(new(std::align_val_t{kAlignment}) uint8_t[bytes()]()) {}

  uint32_t capacity() const { return capacity_; }
  size_t bytes() const {
    return capacity_ * (sizeof(abi::Descriptor) + sizeof(abi::CompletionRecord));
  }
  uint8_t* memory() const { return memory_.get(); }
  const abi::Descriptor& descriptor(uint32_t slot) const {
    return reinterpret_cast<const abi::Descriptor*>(memory_.get())[slot];
  }

 private:
  static constexpr size_t kAlignment = 4096;
  struct Free {
    void operator()(uint8_t* memory) const {
      ::operator delete[](memory, std::align_val_t{kAlignment});
    }
  };

  const uint32_t capacity_;
  const std::unique_ptr<uint8_t[], Free> memory_;
};

}  // namespace datamover::napi
