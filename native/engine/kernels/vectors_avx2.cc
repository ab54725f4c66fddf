#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <bit>

#include "engine/kernels/vectors_internal.h"

namespace datamover::engine::vectors {
namespace {

constexpr size_t kVector = 32;
constexpr size_t kStep = 4 * kVector;

[[gnu::target("avx2")]] inline __m256i Load(const uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

[[gnu::target("avx2")]] inline void Store(uint8_t* to, __m256i vector) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), vector);
}

[[gnu::target("avx2")]] inline __m256i Repeat(uint64_t pattern) {
  return _mm256_set1_epi64x(static_cast<int64_t>(pattern));
}

/// What follows the first vector begins here so that its stores do not straddle cache lines.
inline size_t Aligned(const uint8_t* destination) {
  return kVector - reinterpret_cast<uintptr_t>(destination) % kVector;
}

/// Bytes that are equal before the first that differs.
[[gnu::target("avx2")]] inline size_t EqualBytes(__m256i a, __m256i b) {
  const int equal = _mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b));
  return static_cast<size_t>(std::countr_one(static_cast<uint32_t>(equal)));
}

/// The other side of a comparison: Next() at multiples of kVector, Last() anywhere.
struct Memory {
  [[gnu::target("avx2")]] __m256i Next(size_t i) const { return Load(from + i); }
  [[gnu::target("avx2")]] __m256i Last(size_t i) const { return Load(from + i); }
  const uint8_t* from;
};
struct Pattern {
  [[gnu::target("avx2")]] __m256i Next(size_t) const { return Repeat(pattern); }
  [[gnu::target("avx2")]] __m256i Last(size_t i) const { return Repeat(PatternAt(pattern, i)); }
  uint64_t pattern;
};

template <typename Other>
[[gnu::target("avx2")]] __m256i Difference(const uint8_t* a, const Other& other, size_t i) {
  return _mm256_xor_si256(Load(a + i), other.Next(i));
}

/// At least one vector.
template <typename Other>
[[gnu::target("avx2")]] size_t CompareWith(const uint8_t* a, const Other& other, size_t bytes) {
  size_t i = 0;
  for (; bytes - i >= kStep; i += kStep) {
    const __m256i first =
        _mm256_or_si256(Difference(a, other, i), Difference(a, other, i + kVector));
    const __m256i second = _mm256_or_si256(Difference(a, other, i + 2 * kVector),
                                           Difference(a, other, i + 3 * kVector));
    const __m256i any = _mm256_or_si256(first, second);
    if (!_mm256_testz_si256(any, any)) break;
  }
  for (; bytes - i > kVector; i += kVector) {
    const size_t equal = EqualBytes(Load(a + i), other.Next(i));
    if (equal < kVector) return i + equal;
  }
  // The last vector may begin with bytes that are known to be equal.
  const size_t last = bytes - kVector;
  return last + EqualBytes(Load(a + last), other.Last(last));
}

}  // namespace

size_t CompareAvx2(const uint8_t* a, const uint8_t* b, size_t bytes) {
  return bytes < kVector ? ComparePortable(a, b, bytes) : CompareWith(a, Memory{b}, bytes);
}

size_t ComparePatternAvx2(const uint8_t* a, uint64_t pattern, size_t bytes) {
  return bytes < kVector ? ComparePatternPortable(a, pattern, bytes)
                         : CompareWith(a, Pattern{pattern}, bytes);
}

[[gnu::target("avx2")]] void FillAvx2(uint8_t* destination, uint64_t pattern, size_t bytes) {
  if (bytes < kVector) return FillPortable(destination, pattern, bytes);
  Store(destination, Repeat(pattern));
  size_t i = Aligned(destination);
  const __m256i repeated = Repeat(PatternAt(pattern, i));
  for (; bytes - i >= kStep; i += kStep) {
    Store(destination + i, repeated);
    Store(destination + i + kVector, repeated);
    Store(destination + i + 2 * kVector, repeated);
    Store(destination + i + 3 * kVector, repeated);
  }
  for (; bytes - i > kVector; i += kVector) Store(destination + i, repeated);
  const size_t last = bytes - kVector;
  Store(destination + last, Repeat(PatternAt(pattern, last)));
}

[[gnu::target("avx2")]] void DualcastAvx2(uint8_t* destination1, uint8_t* destination2,
                                          const uint8_t* source, size_t bytes) {
  if (bytes < kVector) return DualcastPortable(destination1, destination2, source, bytes);
  // Before all stores: a load that has the same place in its page as a store waits for it.
  const __m256i first = Load(source);
  const __m256i last = Load(source + bytes - kVector);
  Store(destination1, first);
  Store(destination2, first);
  size_t i = Aligned(destination1);
  for (; bytes - i >= kStep; i += kStep) {
    const __m256i vector0 = Load(source + i);
    const __m256i vector1 = Load(source + i + kVector);
    const __m256i vector2 = Load(source + i + 2 * kVector);
    const __m256i vector3 = Load(source + i + 3 * kVector);
    Store(destination1 + i, vector0);
    Store(destination1 + i + kVector, vector1);
    Store(destination1 + i + 2 * kVector, vector2);
    Store(destination1 + i + 3 * kVector, vector3);
    Store(destination2 + i, vector0);
    Store(destination2 + i + kVector, vector1);
    Store(destination2 + i + 2 * kVector, vector2);
    Store(destination2 + i + 3 * kVector, vector3);
  }
  for (; bytes - i > kVector; i += kVector) {
    const __m256i vector = Load(source + i);
    Store(destination1 + i, vector);
    Store(destination2 + i, vector);
  }
  Store(destination1 + bytes - kVector, last);
  Store(destination2 + bytes - kVector, last);
}

}  // namespace datamover::engine::vectors

#endif
