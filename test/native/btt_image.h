#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "btt/device.h"
#include "btt_log.h"

namespace datamover::test {

/// Memory for an image, zeroed.
class Image {
 public:
  explicit Image(size_t bytes) : bytes_(bytes), memory_(New(bytes)) {
    std::memset(memory_.get(), 0, bytes);
  }
  Image(const Image& other) : bytes_(other.bytes_), memory_(New(other.bytes_)) {
    std::memcpy(memory_.get(), other.memory_.get(), bytes_);
  }
  std::span<uint8_t> bytes() const { return {memory_.get(), bytes_}; }

 private:
  struct Delete {
    void operator()(uint8_t* memory) const { ::operator delete[](memory, kAlign); }
  };
  static constexpr std::align_val_t kAlign{4096};
  static uint8_t* New(size_t bytes) {
    return static_cast<uint8_t*>(::operator new[](bytes, kAlign));
  }

  size_t bytes_;
  std::unique_ptr<uint8_t, Delete> memory_;
};

}  // namespace datamover::test
