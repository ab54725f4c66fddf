#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace datamover::engine::crc32c {

/// One way to compute Crc32c (see kernels.h).
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  uint32_t (*extend)(uint32_t state, const uint8_t* data, size_t bytes);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();

uint32_t ExtendPortable(uint32_t state, const uint8_t* data, size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
uint32_t ExtendSse42(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendVpclmul(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendAvx512(uint32_t state, const uint8_t* data, size_t bytes);
#elif defined(__aarch64__)
uint32_t ExtendArm64(uint32_t state, const uint8_t* data, size_t bytes);
uint32_t ExtendArm64Pmull(uint32_t state, const uint8_t* data, size_t bytes);
#endif

}  // namespace datamover::engine::crc32c
