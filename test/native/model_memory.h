#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "descriptors.h"
#include "device_model/memory.h"

namespace datamover::test {

/// The process's own memory, with a hole of the tests' choice: a range that cannot be reached, or
/// one whose pages are not in memory but come when they are used.
class HoledMemory final : public device_model::Memory {
 public:
  enum class Hole { kUnmapped, kReadOnly, kSwappedOut };

  HoledMemory() = default;
  HoledMemory(Hole kind, const void* begin, size_t bytes)
      : kind_(kind), begin_(AddressOf(begin)), end_(begin_ + bytes) {}

  size_t Read(uint64_t address, std::span<uint8_t> to) override {
    const size_t bytes = kind_ == Hole::kUnmapped ? Before(address, to.size()) : to.size();
    if (bytes > 0) std::memcpy(to.data(), reinterpret_cast<const void*>(address), bytes);
    return bytes;
  }

  size_t Write(uint64_t address, std::span<const uint8_t> from) override {
    const size_t bytes = kind_ == Hole::kSwappedOut ? from.size() : Before(address, from.size());
    if (bytes > 0) std::memcpy(reinterpret_cast<void*>(address), from.data(), bytes);
    return bytes;
  }

  size_t Present(uint64_t address, size_t bytes, Access, From from) override {
    if (kind_ != Hole::kSwappedOut) return bytes;
    if (from == From::kBeginning) return Before(address, bytes);
    const uint64_t end = address + bytes;
    return address < end_ && begin_ < end ? end - std::min(end, end_) : bytes;
  }

 private:
  size_t Before(uint64_t address, size_t bytes) const {
    if (address >= end_ || address + bytes <= begin_) return bytes;
    return address >= begin_ ? 0 : begin_ - address;
  }

  const Hole kind_ = Hole::kUnmapped;
  const uint64_t begin_ = 0;
  const uint64_t end_ = 0;
};

}  // namespace datamover::test
