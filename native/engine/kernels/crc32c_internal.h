#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace datamover::engine::crc32c {

/// One way to compute Crc32c and CopyCrc32c (see kernels.h).
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  uint32_t (*extend)(uint32_t state, const uint8_t* data, size_t bytes);
  uint32_t (*copy)(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes);
  /// As `copy`, past the caches where that is possible.
  uint32_t (*stream)(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();

/// Both ends of a copy, or of another change, stay in the first level of any CPU's caches. Bytes.
inline constexpr size_t kBlock = 8 << 10;

/// Copies block by block, and reads each again from the caches.
template <auto extend>
uint32_t CopyBlocks(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes) {
  while (bytes > 0) {
    const size_t block = std::min(bytes, kBlock);
    std::memcpy(destination, source, block);
    state = extend(state, destination, block);
    destination += block;
    source += block;
    bytes -= block;
  }
  return state;
}

uint32_t ExtendPortable(uint32_t state, const uint8_t* data, size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
uint32_t ExtendSse42(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendVpclmul(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendAvx512(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendAvx512Chains(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t CopyAvx512(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes);
uint32_t StreamAvx512(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes);
#elif defined(__aarch64__)
uint32_t ExtendArm64(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendArm64Pmull(uint32_t state, const uint8_t* data, size_t bytes);
#endif

}  // namespace datamover::engine::crc32c
