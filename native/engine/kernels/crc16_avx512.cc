#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc16_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

namespace datamover::engine::crc16 {
namespace {

constexpr size_t kVector = 64;
/// Four vectors, so that a block of 512 bytes is two steps.
constexpr size_t kStep = 4 * kVector;

constexpr FoldKeys kStepAhead = FoldBy(8 * kStep);
constexpr FoldKeys kVectorAhead = FoldBy(8 * kVector);
constexpr FoldKeys kBlockAhead = FoldBy(8 * 16);

[[gnu::target("avx512f,avx512bw")]] inline __m512i LoadVector(const uint8_t* data) {
  const __m512i reversed = _mm512_set4_epi32(0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f);
  return _mm512_shuffle_epi8(_mm512_loadu_si512(data), reversed);
}

[[gnu::target("avx512f")]] inline __m512i Keys512(FoldKeys keys) {
  const auto first = static_cast<int64_t>(keys.first);
  const auto second = static_cast<int64_t>(keys.second);
  return _mm512_set4_epi64(first, second, first, second);
}

}  // namespace

[[gnu::target("avx512f,avx512bw,vpclmulqdq,pclmul,sse4.1")]] uint16_t ExtendAvx512(
    uint16_t state, const uint8_t* data, size_t bytes) {
  if (bytes < 2 * kVector) return ExtendPclmul(state, data, bytes);

  const __m512i vector_ahead = Keys512(kVectorAhead);
  __m512i vector = _mm512_xor_si512(LoadVector(data), _mm512_zextsi128_si512(Begin(state)));
  if (bytes >= 2 * kStep) {
    const __m512i step_ahead = Keys512(kStepAhead);
    __m512i vector1 = LoadVector(data + kVector);
    __m512i vector2 = LoadVector(data + 2 * kVector);
    __m512i vector3 = LoadVector(data + 3 * kVector);
    for (; bytes >= 2 * kStep; bytes -= kStep) {
      data += kStep;
      vector = Fold512(vector, step_ahead, LoadVector(data));
      vector1 = Fold512(vector1, step_ahead, LoadVector(data + kVector));
      vector2 = Fold512(vector2, step_ahead, LoadVector(data + 2 * kVector));
      vector3 = Fold512(vector3, step_ahead, LoadVector(data + 3 * kVector));
    }
    for (const __m512i& next : {vector1, vector2, vector3}) {
      vector = Fold512(vector, vector_ahead, next);
    }
    data += kStep - kVector;
    bytes -= kStep - kVector;
  }
  // `vector` stands for the 64 bytes at `data` and all before them.
  for (; bytes >= 2 * kVector; bytes -= kVector) {
    data += kVector;
    vector = Fold512(vector, vector_ahead, LoadVector(data));
  }
  return ExtendPclmul(Reduce(FoldLanes(vector, Keys128(kBlockAhead))), data + kVector,
                      bytes - kVector);
}

}  // namespace datamover::engine::crc16

#endif
