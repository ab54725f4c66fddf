#include "engine/kernels.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {

size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes) {
  return vectors::Chosen().compare(a, b, bytes);
}

size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes) {
  return vectors::Chosen().compare_pattern(a, pattern, bytes);
}

}  // namespace datamover::engine
