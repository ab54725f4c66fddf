#include <array>
#include <cstring>

#include "engine/kernels.h"

namespace datamover::engine {

void Fill(uint8_t* destination, uint64_t pattern, size_t bytes) {
  const uint64_t byte = pattern & 0xff;
  if (pattern == byte * 0x0101'0101'0101'0101) {
    std::memset(destination, static_cast<int>(byte), bytes);
    return;
  }
  // Copies of constant size become a few wide stores.
  std::array<uint64_t, 8> block;
  block.fill(pattern);
  for (; bytes >= sizeof block; bytes -= sizeof block) {
    std::memcpy(destination, block.data(), sizeof block);
    destination += sizeof block;
  }
  std::memcpy(destination, block.data(), bytes);
}

}  // namespace datamover::engine
