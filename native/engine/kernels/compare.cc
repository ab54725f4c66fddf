#include <algorithm>
#include <cstring>

#include "engine/kernels.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {
namespace {

#if defined(__GLIBC__)
/// From here on glibc's memcmp takes less time than the kernels here: up to a fifth less.
constexpr size_t kLarge = size_t{4} << 10;
/// It says that there is a difference, and not where: so many bytes are looked at again to find it.
constexpr size_t kBlock = size_t{16} << 10;

/// Bytes that are equal by blocks; what differs, if anything, does so in the block that follows.
size_t EqualBlocks(const uint8_t* a, const uint8_t* b, size_t bytes) {
  size_t equal = 0;
  while (equal < bytes) {
    const size_t block = std::min(kBlock, bytes - equal);
    if (std::memcmp(a + equal, b + equal, block) != 0) break;
    equal += block;
  }
  return equal;
}
#endif

}  // namespace

size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes) {
  size_t equal = 0;
#if defined(__GLIBC__)
  if (bytes >= kLarge) equal = EqualBlocks(a, b, bytes);
  if (equal == bytes) return bytes;
#endif
  return equal + vectors::Chosen().compare(a + equal, b + equal, bytes - equal);
}

size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes) {
  return vectors::Chosen().compare_pattern(a, pattern, bytes);
}

}  // namespace datamover::engine
