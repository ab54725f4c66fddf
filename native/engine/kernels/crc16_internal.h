#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace datamover::engine::crc16 {

/// One way to compute Crc16T10 (see kernels.h).
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  uint16_t (*extend)(uint16_t state, const uint8_t* data, size_t bytes);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();

uint16_t ExtendPortable(uint16_t state, const uint8_t* data, size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
uint16_t ExtendPclmul(uint16_t state, const uint8_t* data, size_t bytes);
uint16_t ExtendAvx512(uint16_t state, const uint8_t* data, size_t bytes);
#elif defined(__aarch64__)
uint16_t ExtendArm64Pmull(uint16_t state, const uint8_t* data, size_t bytes);
#endif

}  // namespace datamover::engine::crc16
