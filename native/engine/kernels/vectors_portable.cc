#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/kernels/vectors_internal.h"

namespace datamover::engine::vectors {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kBlock = 8 * kWord;

uint64_t LoadWord(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, kWord);
  return word;
}

/// Bytes that are equal before the first that differs.
size_t EqualBytes(uint64_t difference) {
  return static_cast<size_t>(std::countr_zero(difference)) / 8;
}

}  // namespace

size_t ComparePortable(const uint8_t* a, const uint8_t* b, size_t bytes) {
  size_t i = 0;
  // Whole blocks without a branch inside, which compilers turn into vector instructions.
  for (; bytes - i >= kBlock; i += kBlock) {
    uint64_t difference = 0;
    for (size_t j = i; j < i + kBlock; j += kWord) difference |= LoadWord(a + j) ^ LoadWord(b + j);
    if (difference != 0) break;
  }
  for (; bytes - i >= kWord; i += kWord) {
    const uint64_t difference = LoadWord(a + i) ^ LoadWord(b + i);
    if (difference != 0) return i + EqualBytes(difference);
  }
  while (i < bytes && a[i] == b[i]) ++i;
  return i;
}

size_t ComparePatternPortable(const uint8_t* a, uint64_t pattern, size_t bytes) {
  size_t i = 0;
  for (; bytes - i >= kBlock; i += kBlock) {
    uint64_t difference = 0;
    for (size_t j = i; j < i + kBlock; j += kWord) difference |= LoadWord(a + j) ^ pattern;
    if (difference != 0) break;
  }
  for (; bytes - i >= kWord; i += kWord) {
    const uint64_t difference = LoadWord(a + i) ^ pattern;
    if (difference != 0) return i + EqualBytes(difference);
  }
  for (; i < bytes && a[i] == (pattern & 0xff); ++i) pattern >>= 8;
  return i;
}

void FillPortable(uint8_t* destination, uint64_t pattern, size_t bytes) {
  // Copies of constant size become a few wide stores.
  std::array<uint64_t, kBlock / kWord> block;
  block.fill(pattern);
  for (; bytes >= kBlock; bytes -= kBlock) {
    std::memcpy(destination, block.data(), kBlock);
    destination += kBlock;
  }
  std::memcpy(destination, block.data(), bytes);
}

void DualcastPortable(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                      size_t bytes) {
  // The second copy of a block reads it from the first-level cache.
  constexpr size_t kCopied = 8 << 10;
  for (size_t i = 0; i < bytes; i += kCopied) {
    const size_t step = std::min(bytes - i, kCopied);
    std::memcpy(destination1 + i, source + i, step);
    std::memcpy(destination2 + i, source + i, step);
  }
}

}  // namespace datamover::engine::vectors
