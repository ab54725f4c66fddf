#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <algorithm>
#include <array>

#include "engine/kernels/delta_internal.h"

namespace datamover::engine::delta {
namespace {

constexpr size_t kVector = 32;
constexpr size_t kWords = kVector / kWord;
constexpr size_t kGroup = 4 * kVector;

/// Where the entries of a vector's words go, behind the first, and what they take.
struct Places {
  uint8_t second, third, fourth, all;
};
/// By the words that are equal, bit by bit. A word that is equal goes where the next entry will.
constexpr std::array<Places, 1 << kWords> kPlaces = [] {
  std::array<Places, 1 << kWords> places{};
  for (uint32_t equal = 0; equal < places.size(); ++equal) {
    const auto differing = [=](uint32_t words) {
      const auto among = static_cast<uint32_t>((1 << words) - 1);
      return static_cast<uint8_t>(kEntry * std::popcount(~equal & among));
    };
    places[equal] = {differing(1), differing(2), differing(3), differing(4)};
  }
  return places;
}();

[[gnu::target("avx2")]] inline __m256i Load(const uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

[[gnu::target("avx2")]] inline bool IsEqual(const uint8_t* a, const uint8_t* b) {
  __m256i difference = _mm256_setzero_si256();
  for (size_t i = 0; i < kGroup; i += kVector) {
    difference = _mm256_or_si256(difference, _mm256_xor_si256(Load(a + i), Load(b + i)));
  }
  return _mm256_testz_si256(difference, difference);
}

/// A bit for each word that is equal.
[[gnu::target("avx2")]] inline size_t EqualWords(const uint8_t* a, const uint8_t* b) {
  const __m256i equal = _mm256_cmpeq_epi64(Load(a), Load(b));
  return static_cast<size_t>(_mm256_movemask_pd(_mm256_castsi256_pd(equal)));
}

}  // namespace

[[gnu::target("avx2")]] DeltaScan CreateAvx2(uint8_t* record, size_t room, const uint8_t* before,
                                             const uint8_t* after, size_t bytes) {
  DeltaScan scan = {};
  auto& [at, used] = scan;
  while (at < bytes) {
    while (bytes - at >= kGroup && IsEqual(before + at, after + at)) at += kGroup;
    const size_t end = std::min(at + kGroup, bytes);
    for (; end - at >= kVector && room - used >= kWords * kEntry; at += kVector) {
      const size_t equal = EqualWords(before + at, after + at);
      if (equal == kPlaces.size() - 1) continue;
      // Each word is stored, and stays where it differs: nobody can predict which do.
      const Places& places = kPlaces[equal];
      uint8_t* const first = record + used;
      const size_t index = at / kWord;
      StoreEntry(first, index, LoadWord(after + at));
      StoreEntry(first + places.second, index + 1, LoadWord(after + at + kWord));
      StoreEntry(first + places.third, index + 2, LoadWord(after + at + 2 * kWord));
      StoreEntry(first + places.fourth, index + 3, LoadWord(after + at + 3 * kWord));
      used += places.all;
    }
    if (!ScanWords(record, room, before, after, end, scan)) break;
  }
  return scan;
}

}  // namespace datamover::engine::delta

#endif
