#include <bit>
#include <cstring>

#include "engine/kernels.h"

namespace datamover::engine {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kBlock = 8 * kWord;

/// Up to eight bytes; those beyond are zero.
uint64_t Load(const uint8_t* from, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

/// `difference_at(i, n)` is the exclusive or of the n bytes at i, zero if they are equal.
template <typename DifferenceAt>
size_t FirstDifference(size_t bytes, DifferenceAt difference_at) {
  size_t i = 0;
  // Whole blocks without a branch inside, which compilers turn into vector instructions.
  for (; i + kBlock <= bytes; i += kBlock) {
    uint64_t difference = 0;
    for (size_t j = 0; j < kBlock; j += kWord) difference |= difference_at(i + j, kWord);
    if (difference != 0) break;
  }
  for (; i + kWord <= bytes; i += kWord) {
    const uint64_t difference = difference_at(i, kWord);
    if (difference != 0) return i + std::countr_zero(difference) / 8;
  }
  if (i == bytes) return bytes;
  const uint64_t difference = difference_at(i, bytes - i);
  return difference != 0 ? i + std::countr_zero(difference) / 8 : bytes;
}

}  // namespace

size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes) {
  return FirstDifference(
      bytes, [=](size_t i, size_t count) { return Load(a + i, count) ^ Load(b + i, count); });
}

size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes) {
  return FirstDifference(bytes, [=](size_t i, size_t count) {
    const uint64_t mask = ~uint64_t{0} >> (8 * (kWord - count));
    return Load(a + i, count) ^ (pattern & mask);
  });
}

}  // namespace datamover::engine
