#pragma once

#include "engine/kernels/crc16_polynomial.h"
#include "engine/kernels/fold_x86.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

// What the x86-64 kernels share: blocks of 16 bytes, and the way back from one to the guard.
namespace datamover::engine::crc16 {

[[gnu::target("sse2")]] inline __m128i Keys128(FoldKeys keys) {
  return _mm_set_epi64x(static_cast<int64_t>(keys.first), static_cast<int64_t>(keys.second));
}

[[gnu::target("ssse3")]] inline __m128i LoadBlock(const uint8_t* data) {
  const __m128i reversed = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data)), reversed);
}

/// The register as it stands before the first two bytes of a block.
[[gnu::target("sse2")]] inline __m128i Begin(uint16_t state) {
  return _mm_set_epi64x(static_cast<int64_t>(uint64_t{state} << 48), 0);
}

/// The register after the message `block`.
[[gnu::target("pclmul,sse4.1")]] inline uint16_t Reduce(__m128i block) {
  const __m128i upper = _mm_cvtsi64_si128(static_cast<int64_t>(kUpper));
  const __m128i division = _mm_set_epi64x(kPolynomial, static_cast<int64_t>(Reciprocal()));
  const __m128i bits80 = Fold128(block, Keys128(kToGuard), _mm_setzero_si128());
  const __m128i bits64 = _mm_xor_si128(_mm_clmulepi64_si128(bits80, upper, 0x01), bits80);
  // Barrett: the quotient by way of the reciprocal; what it leaves of the message is the register.
  const __m128i dividend = _mm_srli_epi64(bits64, 16);
  const __m128i product = _mm_clmulepi64_si128(dividend, division, 0x00);
  const __m128i quotient = _mm_srli_si128(product, 6);
  const __m128i multiple = _mm_clmulepi64_si128(quotient, division, 0x10);
  return static_cast<uint16_t>(_mm_cvtsi128_si64(_mm_xor_si128(multiple, bits64)));
}

}  // namespace datamover::engine::crc16
#endif
