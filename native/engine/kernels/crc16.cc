#include <algorithm>
#include <array>

#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/crc16_internal.h"

namespace datamover::engine {
namespace {

const crc16::Implementation& Chosen() {
  static const crc16::Implementation& chosen = *std::ranges::find_if(
      crc16::Implementations(), [](const auto& candidate) { return candidate.usable; });
  return chosen;
}

}  // namespace

std::span<const crc16::Implementation> crc16::Implementations() {
  static const auto implementations = std::to_array<Implementation>({
#if defined(__x86_64__) || defined(_M_X64)
    {"avx512", Cpu().avx512, ExtendAvx512, RunAvx512},
        {"pclmulqdq", Cpu().sse42, ExtendPclmul, RunEach<ExtendPclmul>},
#elif defined(__aarch64__)
    {"arm64 pmull", Cpu().arm_pmull, ExtendArm64Pmull, RunEach<ExtendArm64Pmull>},
#endif
        {"portable", true, ExtendPortable, RunEach<ExtendPortable>},
  });
  return implementations;
}

void Crc16T10(std::span<uint16_t> guards, uint16_t state, const Blocks& blocks) {
  Chosen().run(guards, state, blocks);
}

const char* Crc16Implementation() { return Chosen().name; }

}  // namespace datamover::engine
