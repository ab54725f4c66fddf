#include <algorithm>
#include <array>
#include <cstring>

#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_polynomial.h"
#include "engine/kernels/stream.h"

namespace datamover::engine {
namespace {

const crc32c::Implementation& Chosen() {
  static const crc32c::Implementation& chosen = *std::ranges::find_if(
      crc32c::Implementations(), [](const auto& candidate) { return candidate.usable; });
  return chosen;
}

constexpr uint64_t ReverseBytewise(uint64_t word) {
  word = (word >> 1 & 0x5555'5555'5555'5555) | (word & 0x5555'5555'5555'5555) << 1;
  word = (word >> 2 & 0x3333'3333'3333'3333) | (word & 0x3333'3333'3333'3333) << 2;
  return (word >> 4 & 0x0f0f'0f0f'0f0f'0f0f) | (word & 0x0f0f'0f0f'0f0f'0f0f) << 4;
}

}  // namespace

std::span<const crc32c::Implementation> crc32c::Implementations() {
  static const auto implementations = std::to_array<Implementation>({
#if defined(__x86_64__) || defined(_M_X64)
    {"avx512 with chains", Cpu().zen4, ExtendAvx512Chains, CopyAvx512, StreamAvx512},
        {"avx512", Cpu().avx512, ExtendAvx512, CopyAvx512, StreamAvx512},
        {"vpclmulqdq", Cpu().vpclmulqdq, ExtendVpclmul, CopyBlocks<ExtendVpclmul>,
         CopyBlocks<ExtendVpclmul>},
        {"sse4.2", Cpu().sse42, ExtendSse42, CopyBlocks<ExtendSse42>, CopyBlocks<ExtendSse42>},
#elif defined(__aarch64__)
    {"arm64 pmull", Cpu().arm_crc32 && Cpu().arm_pmull, ExtendArm64Pmull,
     CopyBlocks<ExtendArm64Pmull>, CopyBlocks<ExtendArm64Pmull>},
        {"arm64 crc32", Cpu().arm_crc32, ExtendArm64, CopyBlocks<ExtendArm64>,
         CopyBlocks<ExtendArm64>},
#endif
        {"portable", true, ExtendPortable, CopyBlocks<ExtendPortable>, CopyBlocks<ExtendPortable>},
  });
  return implementations;
}

uint32_t Crc32c(uint32_t state, const uint8_t* data, size_t bytes) {
  return Chosen().extend(state, data, bytes);
}

uint32_t CopyCrc32c(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes,
                    size_t whole) {
  const bool large = std::max(bytes, whole) >= stream::kLeastCopy;
  const auto copy = large ? Chosen().stream : Chosen().copy;
  return copy(state, destination, source, bytes);
}

uint32_t Crc32cReversedBytes(uint32_t state, const uint8_t* data, size_t bytes) {
  std::array<uint64_t, crc32c::kBlock / 8> reversed;
  while (bytes > 0) {
    const size_t block = std::min(bytes, crc32c::kBlock);
    const size_t words = (block + 7) / 8;
    reversed[words - 1] = 0;
    std::memcpy(reversed.data(), data, block);
    std::transform(reversed.begin(), reversed.begin() + words, reversed.begin(), ReverseBytewise);
    state = Crc32c(state, reinterpret_cast<const uint8_t*>(reversed.data()), block);
    data += block;
    bytes -= block;
  }
  return state;
}

uint32_t Crc32cShift(uint32_t state, uint64_t bytes) {
  return crc32c::Multiply(state, crc32c::PowerOfX(8 * (bytes % crc32c::kPeriod)));
}

const char* Crc32cImplementation() { return Chosen().name; }

}  // namespace datamover::engine
