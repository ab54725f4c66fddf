#include <bit>
#include <cstring>

#include "engine/kernels.h"

namespace datamover::engine {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kBlock = 8 * kWord;

uint64_t LoadWord(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, kWord);
  return word;
}

/// Fewer than eight bytes; those beyond are zero.
uint64_t LoadRest(const uint8_t* from, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

/// Bytes that are equal before the first that differs.
size_t EqualBytes(uint64_t difference) {
  return static_cast<size_t>(std::countr_zero(difference)) / 8;
}

}  // namespace

size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes) {
  size_t i = 0;
  // Whole blocks without a branch inside, which compilers turn into vector instructions.
  for (; i + kBlock <= bytes; i += kBlock) {
    uint64_t difference = 0;
    for (size_t j = i; j < i + kBlock; j += kWord) difference |= LoadWord(a + j) ^ LoadWord(b + j);
    if (difference != 0) break;
  }
  for (; i + kWord <= bytes; i += kWord) {
    const uint64_t difference = LoadWord(a + i) ^ LoadWord(b + i);
    if (difference != 0) return i + EqualBytes(difference);
  }
  const uint64_t difference = LoadRest(a + i, bytes - i) ^ LoadRest(b + i, bytes - i);
  return difference != 0 ? i + EqualBytes(difference) : bytes;
}

size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes) {
  size_t i = 0;
  for (; i + kBlock <= bytes; i += kBlock) {
    uint64_t difference = 0;
    for (size_t j = i; j < i + kBlock; j += kWord) difference |= LoadWord(a + j) ^ pattern;
    if (difference != 0) break;
  }
  for (; i + kWord <= bytes; i += kWord) {
    const uint64_t difference = LoadWord(a + i) ^ pattern;
    if (difference != 0) return i + EqualBytes(difference);
  }
  uint64_t rest = 0;
  std::memcpy(&rest, &pattern, bytes - i);
  const uint64_t difference = LoadRest(a + i, bytes - i) ^ rest;
  return difference != 0 ? i + EqualBytes(difference) : bytes;
}

}  // namespace datamover::engine
