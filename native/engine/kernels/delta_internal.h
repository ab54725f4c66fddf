#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/kernels.h"

namespace datamover::engine::delta {

static_assert(std::endian::native == std::endian::little);

/// One way to compute CreateDelta (see kernels.h).
struct Implementation {
  const char* name;
  bool usable;  // on this CPU
  DeltaScan (*create)(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                      size_t bytes);
};

/// All that this program was compiled with, the best first; the last one is always usable.
std::span<const Implementation> Implementations();

inline constexpr size_t kWord = 8;
inline constexpr size_t kEntry = 10;

inline uint64_t LoadWord(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, kWord);
  return word;
}

inline void StoreEntry(uint8_t* to, size_t index, uint64_t word) {
  const auto offset = static_cast<uint16_t>(index);
  std::memcpy(to, &offset, sizeof offset);
  std::memcpy(to + sizeof offset, &word, kWord);
}

/// Takes the scan on to byte `end`, word by word; false where there is no room for an entry.
inline bool ScanWords(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                      size_t end, DeltaScan& scan) {
  for (size_t& at = scan.scanned; at < end; at += kWord) {
    const uint64_t word = LoadWord(after + at);
    if (word == LoadWord(before + at)) continue;
    if (scan.used + kEntry > room) return false;
    StoreEntry(record + scan.used, at / kWord, word);
    scan.used += kEntry;
  }
  return true;
}

DeltaScan CreatePortable(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                         size_t bytes);
#if defined(__x86_64__) || defined(_M_X64)
DeltaScan CreateAvx2(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                     size_t bytes);
DeltaScan CreateAvx512(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                       size_t bytes);
#endif

}  // namespace datamover::engine::delta
