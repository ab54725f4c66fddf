#include <cstring>

#include "engine/kernels.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {
void Move(uint8_t* destination, const uint8_t* source, size_t bytes) {
  std::memmove(destination, source, bytes);
}

void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes) {
  vectors::Chosen().dualcast(destination1, destination2, source, bytes);
}

}  // namespace datamover::engine
