#pragma once

#include <cstddef>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

// Blocks of a message moved further from its end by carry-less multiplication: the step that all
// CRC kernels share, whatever their polynomial. Each half of a block has its own key, in the same
// half of `keys`.
namespace datamover::engine {

/// `block` moved by the distance of `keys`, plus what stands there.
[[gnu::target("pclmul")]] inline __m128i Fold128(__m128i block, __m128i keys, __m128i there) {
  const __m128i first = _mm_clmulepi64_si128(block, keys, 0x00);
  const __m128i second = _mm_clmulepi64_si128(block, keys, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), there);
}

/// The same for four blocks at once.
[[gnu::target("avx512f,vpclmulqdq")]] inline __m512i Fold512(__m512i vector, __m512i keys,
                                                             __m512i there) {
  constexpr int kXorOfThree = 0x96;
  return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(vector, keys, 0x00),
                                   _mm512_clmulepi64_epi128(vector, keys, 0x11), there,
                                   kXorOfThree);
}

/// The block that stands for all four; `keys` move by one block.
[[gnu::target("avx512f,pclmul")]] inline __m128i FoldLanes(__m512i vector, __m128i keys) {
  // Through memory: GCC 12 warns of its own intrinsics for this (bug 105593).
  __m128i lanes[4];
  _mm512_storeu_si512(lanes, vector);
  __m128i block = lanes[0];
  for (size_t i = 1; i < 4; ++i) block = Fold128(block, keys, lanes[i]);
  return block;
}

}  // namespace datamover::engine
#endif
