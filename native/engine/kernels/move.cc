#include <algorithm>
#include <cstring>

#include "engine/kernels.h"

namespace datamover::engine {

void Move(uint8_t* destination, const uint8_t* source, size_t bytes) {
  std::memmove(destination, source, bytes);
}

void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes) {
  // The second copy of a block reads it from the first-level cache.
  constexpr size_t kBlock = 8 << 10;
  for (size_t i = 0; i < bytes; i += kBlock) {
    const size_t step = std::min(bytes - i, kBlock);
    std::memcpy(destination1 + i, source + i, step);
    std::memcpy(destination2 + i, source + i, step);
  }
}

}  // namespace datamover::engine
