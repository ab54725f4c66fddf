#include <algorithm>

#include "engine/kernels/delta_internal.h"

namespace datamover::engine::delta {
namespace {

/// Words that are looked at together: a line.
constexpr size_t kWords = 8;
constexpr size_t kLine = kWords * kWord;

/// Whether two lines are, without a branch inside, which compilers turn into vector instructions.
bool IsEqual(const uint8_t* a, const uint8_t* b) {
  uint64_t difference = 0;
  for (size_t i = 0; i < kLine; i += kWord) difference |= LoadWord(a + i) ^ LoadWord(b + i);
  return difference == 0;
}

}  // namespace

DeltaScan CreatePortable(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                         size_t bytes) {
  DeltaScan scan = {};
  auto& [at, used] = scan;
  while (at < bytes) {
    const bool whole = bytes - at >= kLine;
    if (whole && IsEqual(before + at, after + at)) {
      at += kLine;
    } else if (whole && room - used >= kWords * kEntry) {
      // Each word is stored, and stays where it differs: nobody can predict which do.
      for (const size_t end = at + kLine; at < end; at += kWord) {
        const uint64_t word = LoadWord(after + at);
        StoreEntry(record + used, at / kWord, word);
        used += word != LoadWord(before + at) ? kEntry : 0;
      }
    } else if (!ScanWords(record, room, before, after, std::min(at + kLine, bytes), scan)) {
      break;
    }
  }
  return scan;
}

}  // namespace datamover::engine::delta
