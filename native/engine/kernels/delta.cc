#include <algorithm>
#include <array>
#include <cstring>

#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/delta_internal.h"

namespace datamover::engine {
namespace {

using delta::kEntry;
using delta::kWord;

const delta::Implementation& Chosen() {
  static const delta::Implementation& chosen = *std::ranges::find_if(
      delta::Implementations(), [](const auto& candidate) { return candidate.usable; });
  return chosen;
}

}  // namespace

std::span<const delta::Implementation> delta::Implementations() {
  static const auto implementations = std::to_array<Implementation>({
#if defined(__x86_64__) || defined(_M_X64)
    {"avx512", Cpu().avx512, CreateAvx512}, {"avx2", Cpu().avx2, CreateAvx2},
#endif
        {"portable", true, CreatePortable},
  });
  return implementations;
}

DeltaScan CreateDelta(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                      size_t bytes) {
  return Chosen().create(record, room, before, after, bytes);
}

DeltaFault CheckDelta(const uint8_t* record, size_t record_bytes, size_t bytes) {
  const size_t words = bytes / kWord;
  size_t least = 0;
  for (size_t at = 0; at + kEntry <= record_bytes; at += kEntry) {
    uint16_t index;
    std::memcpy(&index, record + at, sizeof index);
    if (index < least) return {DeltaFault::kOrder, at};
    if (index >= words) return {DeltaFault::kRange, at};
    least = size_t{index} + 1;
  }
  return {DeltaFault::kNone, record_bytes};
}

void ApplyDelta(uint8_t* target, size_t bytes, const uint8_t* record, size_t record_bytes) {
  const size_t words = bytes / kWord;
  for (size_t at = 0; at + kEntry <= record_bytes; at += kEntry) {
    uint16_t index;
    std::memcpy(&index, record + at, sizeof index);
    // The record may have been changed since it was checked.
    if (index < words) std::memcpy(target + index * kWord, record + at + sizeof index, kWord);
  }
}

}  // namespace datamover::engine
