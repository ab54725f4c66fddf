#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

namespace datamover::fuzz {

/// Bytes that a fuzzer made up, taken from the front; behind the end they are zeros.
class Input {
 public:
  explicit Input(std::span<const uint8_t> bytes) : rest_(bytes) {}

  template <typename Value>
  Value Take() {
    Value value = {};
    const size_t bytes = std::min(sizeof value, rest_.size());
    if (bytes > 0) std::memcpy(&value, rest_.data(), bytes);
    rest_ = rest_.subspan(bytes);
    return value;
  }

  /// Fills memory with the bytes that are left, again and again.
  void Fill(std::span<uint8_t> memory) const {
    std::fill(memory.begin(), memory.end(), uint8_t{0});
    if (rest_.empty()) return;
    for (size_t at = 0; at < memory.size(); at += rest_.size()) {
      std::memcpy(&memory[at], rest_.data(), std::min(rest_.size(), memory.size() - at));
    }
  }

  std::span<const uint8_t> rest() const { return rest_; }

 private:
  std::span<const uint8_t> rest_;
};

/// Ends the process where what must hold does not, which a fuzzer takes for a find.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace datamover::fuzz
