#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/kernels.h"

namespace datamover::engine {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kWord = 8;
constexpr size_t kEntry = 10;
/// Words that are looked at together: a line.
constexpr size_t kWords = 8;

uint64_t LoadWord(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, kWord);
  return word;
}

void StoreEntry(uint8_t* to, size_t index, uint64_t word) {
  const auto offset = static_cast<uint16_t>(index);
  std::memcpy(to, &offset, sizeof offset);
  std::memcpy(to + sizeof offset, &word, kWord);
}

/// Whether two lines are, without a branch inside, which compilers turn into vector instructions.
bool IsEqual(const uint8_t* a, const uint8_t* b) {
  uint64_t difference = 0;
  for (size_t i = 0; i < kWords * kWord; i += kWord)
    difference |= LoadWord(a + i) ^ LoadWord(b + i);
  return difference == 0;
}

}  // namespace

DeltaScan CreateDelta(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                      size_t bytes) {
  const size_t words = bytes / kWord;
  size_t used = 0;
  for (size_t i = 0; i < words; i += kWords) {
    const size_t end = std::min(i + kWords, words);
    const bool whole = end - i == kWords;
    if (whole && IsEqual(before + i * kWord, after + i * kWord)) continue;
    // Each word is stored, and stays where it differs: nobody can predict which do.
    if (whole && used + kWords * kEntry <= room) {
      for (size_t j = i; j < end; ++j) {
        const uint64_t word = LoadWord(after + j * kWord);
        StoreEntry(record + used, j, word);
        used += word != LoadWord(before + j * kWord) ? kEntry : 0;
      }
      continue;
    }
    for (size_t j = i; j < end; ++j) {
      const uint64_t word = LoadWord(after + j * kWord);
      if (word == LoadWord(before + j * kWord)) continue;
      if (used + kEntry > room) return {j * kWord, used};
      StoreEntry(record + used, j, word);
      used += kEntry;
    }
  }
  return {bytes, used};
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
