#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace datamover::engine::vectors {

/// One way to run the loops that need the widest vectors of the CPU to keep up with its caches: as
/// the functions of these names in kernels.h.
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  size_t (*compare)(const uint8_t* a, const uint8_t* b, size_t bytes);
  size_t (*compare_pattern)(const uint8_t* a, uint64_t pattern, size_t bytes);
  void (*fill)(uint8_t* destination, uint64_t pattern, size_t bytes);
  void (*dualcast)(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                   size_t bytes);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();
/// The first that is usable. Inline, for a call would cost as much as the work on a cache line.
inline const Implementation& Chosen() {
  static const Implementation chosen = *std::ranges::find_if(
      Implementations(), [](const auto& candidate) { return candidate.usable; });
  return chosen;
}

/// The pattern as it goes on at byte `offset`.
constexpr uint64_t PatternAt(uint64_t pattern, size_t offset) {
  const size_t bits = offset % 8 * 8;
  return bits == 0 ? pattern : pattern >> bits | pattern << (64 - bits);
}

size_t ComparePortable(const uint8_t* a, const uint8_t* b, size_t bytes);
size_t ComparePatternPortable(const uint8_t* a, uint64_t pattern, size_t bytes);
void FillPortable(uint8_t* destination, uint64_t pattern, size_t bytes);
void DualcastPortable(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                      size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
size_t CompareAvx2(const uint8_t* a, const uint8_t* b, size_t bytes);
size_t ComparePatternAvx2(const uint8_t* a, uint64_t pattern, size_t bytes);
void FillAvx2(uint8_t* destination, uint64_t pattern, size_t bytes);
void DualcastAvx2(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                  size_t bytes);
size_t CompareAvx512(const uint8_t* a, const uint8_t* b, size_t bytes);
size_t ComparePatternAvx512(const uint8_t* a, uint64_t pattern, size_t bytes);
void FillAvx512(uint8_t* destination, uint64_t pattern, size_t bytes);
void DualcastAvx512(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                    size_t bytes);
#endif

}  // namespace datamover::engine::vectors
