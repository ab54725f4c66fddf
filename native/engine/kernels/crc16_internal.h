#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/kernels.h"

namespace datamover::engine::crc16 {

/// One way to compute Crc16T10 (see kernels.h).
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  /// The register run over `bytes` bytes.
  uint16_t (*extend)(uint16_t state, const uint8_t* data, size_t bytes);
  void (*run)(std::span<uint16_t> guards, uint16_t state, const Blocks& blocks);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();

/// One block after the other.
template <auto extend>
void RunEach(std::span<uint16_t> guards, uint16_t state, const Blocks& blocks) {
  for (size_t i = 0; i < guards.size(); ++i) {
    const Blocks block = blocks.Behind(i);
    const uint8_t* data = block.source;
    if (block.copy != nullptr) {
      std::memcpy(block.copy, data, block.bytes);
      data = block.copy;
    }
    guards[i] = extend(state, data, block.bytes);
  }
}

uint16_t ExtendPortable(uint16_t state, const uint8_t* data, size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
uint16_t ExtendPclmul(uint16_t state, const uint8_t* data, size_t bytes);
uint16_t ExtendAvx512(uint16_t state, const uint8_t* data, size_t bytes);
void RunAvx512(std::span<uint16_t> guards, uint16_t state, const Blocks& blocks);
#elif defined(__aarch64__)
uint16_t ExtendArm64Pmull(uint16_t state, const uint8_t* data, size_t bytes);
#endif

}  // namespace datamover::engine::crc16
