#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace datamover::device_model {

/// The memory that descriptors name, as the device reaches it. Where it cannot go on, functions say
/// how many bytes came before.
class Memory {
 public:
  virtual ~Memory() = default;
  virtual size_t Read(uint64_t address, std::span<uint8_t> to) = 0;
  virtual size_t Write(uint64_t address, std::span<const uint8_t> from) = 0;

  enum class Access { kRead, kWrite };
  enum class From { kBeginning, kEnd };
  /// How many bytes of the range, counted from one of its ends, are in memory for the access.
  virtual size_t Present(uint64_t address, size_t bytes, Access access, From from) = 0;
};

}  // namespace datamover::device_model
