#include <algorithm>
#include <cstring>

#include "engine/kernels.h"
#include "engine/kernels/stream.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {

void Fill(uint8_t* destination, uint64_t pattern, size_t bytes, size_t whole) {
  if constexpr (stream::kPossible) {
    if (std::max(bytes, whole) >= stream::kLeastFill)
      return stream::Fill(destination, pattern, bytes);
  }
  const uint64_t byte = pattern & 0xff;
  if (pattern == byte * 0x0101'0101'0101'0101) {
    std::memset(destination, static_cast<int>(byte), bytes);
  } else {
    vectors::Chosen().fill(destination, pattern, bytes);
  }
}

}  // namespace datamover::engine
