#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "engine/kernels/delta_internal.h"

namespace datamover::engine::delta {
namespace {

constexpr size_t kVector = 64;
constexpr size_t kWords = kVector / kWord;
constexpr size_t kGroup = 4 * kVector;
/// A group that made so many bytes of record will be followed by others that differ.
constexpr size_t kDense = kWords * kEntry;
/// Up to so many entries of a group are written sooner one by one than by vectors.
constexpr int kFew = 3;
/// Bytes of record that a group makes at most.
constexpr size_t kGroupRoom = kGroup / kWord * kEntry;

/// Byte by byte, where the entries of a vector take theirs from: 0 to 63 is a word, 64 and on the
/// vector of the indices.
constexpr std::array<uint8_t, 2 * kVector> kSources = [] {
  std::array<uint8_t, 2 * kVector> sources{};
  for (size_t i = 0; i < kWords * kEntry; ++i) {
    const size_t first = i / kEntry * kWord;  // byte of its word, or of its index
    const size_t byte = i % kEntry;
    sources[i] = static_cast<uint8_t>(byte < 2 ? kVector + first + byte : first + byte - 2);
  }
  return sources;
}();

[[gnu::target("avx512f,avx512bw")]] inline __m512i Load(const uint8_t* from) {
  return _mm512_loadu_si512(from);
}

[[gnu::target("avx512f,avx512bw")]] inline bool IsEqual(const uint8_t* a, const uint8_t* b) {
  __m512i difference = _mm512_setzero_si512();
  for (size_t i = 0; i < kGroup; i += kVector) {
    difference = _mm512_or_si512(difference, _mm512_xor_si512(Load(a + i), Load(b + i)));
  }
  return _mm512_test_epi64_mask(difference, difference) == 0;
}

/// A bit for each word of a vector that differs.
[[gnu::target("avx512f,avx512bw")]] inline uint32_t Differing(const uint8_t* a, const uint8_t* b) {
  return _mm512_cmpneq_epi64_mask(Load(a), Load(b));
}

/// Writes the `bytes` of record, at most kWords * kEntry, that such words and indices are.
[[gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")]] inline void StoreEntries(uint8_t* to,
                                                                                 __m512i words,
                                                                                 __m512i indices,
                                                                                 size_t bytes) {
  const __m512i first = _mm512_permutex2var_epi8(words, Load(kSources.data()), indices);
  if (bytes <= kVector) {
    _mm512_mask_storeu_epi8(to, ~uint64_t{0} >> (kVector - bytes), first);
    return;
  }
  const __m512i second = _mm512_permutex2var_epi8(words, Load(kSources.data() + kVector), indices);
  _mm512_storeu_si512(to, first);
  _mm512_mask_storeu_epi8(to + kVector, (uint64_t{1} << (bytes - kVector)) - 1, second);
}

/// Writes the entries of a vector of `after`, at byte `at` of it, whose `differing` words, one at
/// least, differ; returns how many bytes of record that are.
[[gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")]] inline size_t StoreVector(
    uint8_t* to, const uint8_t* after, size_t at, uint32_t differing) {
  const __m512i count = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i first = _mm512_set1_epi64(static_cast<int64_t>(at / kWord));
  const auto mask = static_cast<__mmask8>(differing);
  const size_t made = kEntry * static_cast<size_t>(std::popcount(differing));
  StoreEntries(to, _mm512_maskz_compress_epi64(mask, Load(after + at)),
               _mm512_maskz_compress_epi64(mask, _mm512_add_epi64(first, count)), made);
  return made;
}

/// The entries of a group of which most words differ, or of the vectors up to `end` that are left
/// of one.
[[gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")]] inline size_t StoreMany(
    uint8_t* to, const uint8_t* before, const uint8_t* after, size_t at, size_t end) {
  size_t made = 0;
  for (; at < end; at += kVector) {
    const uint32_t differing = Differing(before + at, after + at);
    if (differing != 0) made += StoreVector(to + made, after, at, differing);
  }
  return made;
}

/// The entries of such words of a group, one after the other.
inline size_t StoreWords(uint8_t* to, const uint8_t* after, size_t at, uint32_t differing) {
  size_t made = 0;
  for (; differing != 0; differing &= differing - 1, made += kEntry) {
    const size_t word = at / kWord + static_cast<size_t>(std::countr_zero(differing));
    StoreEntry(to + made, word, LoadWord(after + word * kWord));
  }
  return made;
}

/// The entries of a group of which few differ: which of its vectors do is hard to foresee, so that
/// there is no branch for each.
[[gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")]] inline size_t StoreFew(
    uint8_t* to, const uint8_t* before, const uint8_t* after, size_t at) {
  uint32_t all = 0;
  for (size_t i = 0; i < kGroup / kVector; ++i) {
    all |= Differing(before + at + i * kVector, after + at + i * kVector) << i * kWords;
  }
  if (std::popcount(all) <= kFew) return StoreWords(to, after, at, all);
  size_t made = 0;
  while (all != 0) {
    const size_t vector = static_cast<size_t>(std::countr_zero(all)) / kWords;
    const uint32_t differing = all >> vector * kWords & 0xff;
    made += StoreVector(to + made, after, at + vector * kVector, differing);
    all ^= differing << vector * kWords;
  }
  return made;
}

}  // namespace

[[gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")]] DeltaScan CreateAvx512(
    uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after, size_t bytes) {
  size_t at = 0;
  size_t used = 0;
  if (bytes >= kGroup && room >= kGroupRoom) {
    // Behind these words vectors do not cross cache lines, on one side at least.
    const size_t words = -reinterpret_cast<uintptr_t>(before) % kVector / kWord;
    const uint32_t differing = Differing(before, after) & ((1U << words) - 1);
    if (differing != 0) used = StoreVector(record, after, 0, differing);
    at = words * kWord;
  }
  bool dense = false;
  while (bytes - at >= kGroup) {
    if (!dense && IsEqual(before + at, after + at)) {
      at += kGroup;
      continue;
    }
    if (room - used < kGroupRoom) break;
    const size_t made = dense ? StoreMany(record + used, before, after, at, at + kGroup)
                              : StoreFew(record + used, before, after, at);
    used += made;
    at += kGroup;
    dense = made >= kDense;
  }
  if (room - used >= kGroupRoom) {
    const size_t end = bytes - (bytes - at) % kVector;
    used += StoreMany(record + used, before, after, at, end);
    at = end;
  }
  DeltaScan scan = {at, used};
  while (scan.scanned < bytes) {
    // Equal words need no room.
    at = scan.scanned;
    while (bytes - at >= kGroup && IsEqual(before + at, after + at)) at += kGroup;
    scan.scanned = at;
    if (!ScanWords(record, room, before, after, std::min(at + kGroup, bytes), scan)) break;
  }
  return scan;
}

}  // namespace datamover::engine::delta

#endif
