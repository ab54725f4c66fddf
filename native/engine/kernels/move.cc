#include <algorithm>
#include <cstring>

#include "engine/kernels.h"
#include "engine/kernels/stream.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {
namespace {

/// Between the addresses, in whichever order they are.
size_t Distance(const uint8_t* a, const uint8_t* b) {
  const auto first = reinterpret_cast<uintptr_t>(a);
  const auto second = reinterpret_cast<uintptr_t>(b);
  return first < second ? second - first : first - second;
}

}  // namespace

void Move(uint8_t* destination, const uint8_t* source, size_t bytes, size_t whole) {
  if constexpr (stream::kPossible) {
    if (std::max(bytes, whole) >= stream::kLeastCopy && Distance(destination, source) >= bytes) {
      return stream::Copy(destination, source, bytes);
    }
  }
  std::memmove(destination, source, bytes);
}

void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes,
              size_t whole) {
  if constexpr (stream::kPossible) {
    const bool together = Distance(destination1, destination2) % stream::kLine == 0;
    if (std::max(bytes, whole) >= stream::kLeastCopy && together) {
      return stream::Dualcast(destination1, destination2, source, bytes);
    }
  }
  vectors::Chosen().dualcast(destination1, destination2, source, bytes);
}

}  // namespace datamover::engine
