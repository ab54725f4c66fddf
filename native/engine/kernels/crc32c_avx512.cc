#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

namespace datamover::engine::crc32c {
namespace {

// Vectors of 64 bytes fold four times as fast as the CRC32 instruction works, so there are no
// chains beside them. Eight vectors hide the latency of the multiplier.
constexpr size_t kVector = 64;
constexpr size_t kStep = 8 * kVector;

constexpr FoldKeys kStepAhead = FoldBy(8 * kStep);
constexpr FoldKeys kVectorAhead = FoldBy(8 * kVector);
constexpr FoldKeys kLaneAhead = FoldBy(8 * 16);

[[gnu::target("avx512f")]] inline __m512i LoadVector(const uint8_t* data) {
  return _mm512_loadu_si512(data);
}

[[gnu::target("avx512f")]] inline __m512i Keys512(FoldKeys keys) {
  const auto first = static_cast<int64_t>(keys.first);
  const auto second = static_cast<int64_t>(keys.second);
  return _mm512_set4_epi64(second, first, second, first);
}

}  // namespace

[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] uint32_t ExtendAvx512(uint32_t state,
                                                                          const uint8_t* data,
                                                                          size_t bytes) {
  // Below, there would be no more than three vectors to fold into one.
  if (bytes < 4 * kVector) return ExtendChain(state, data, bytes);

  const __m512i vector_ahead = Keys512(kVectorAhead);
  // The register stands for the first four bytes.
  const __m512i begin = _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(state)));
  __m512i vector = _mm512_xor_si512(LoadVector(data), begin);
  if (bytes >= 2 * kStep) {
    const __m512i step_ahead = Keys512(kStepAhead);
    __m512i vector1 = LoadVector(data + kVector);
    __m512i vector2 = LoadVector(data + 2 * kVector);
    __m512i vector3 = LoadVector(data + 3 * kVector);
    __m512i vector4 = LoadVector(data + 4 * kVector);
    __m512i vector5 = LoadVector(data + 5 * kVector);
    __m512i vector6 = LoadVector(data + 6 * kVector);
    __m512i vector7 = LoadVector(data + 7 * kVector);
    for (; bytes >= 2 * kStep; bytes -= kStep) {
      data += kStep;
      vector = Fold512(vector, step_ahead, LoadVector(data));
      vector1 = Fold512(vector1, step_ahead, LoadVector(data + kVector));
      vector2 = Fold512(vector2, step_ahead, LoadVector(data + 2 * kVector));
      vector3 = Fold512(vector3, step_ahead, LoadVector(data + 3 * kVector));
      vector4 = Fold512(vector4, step_ahead, LoadVector(data + 4 * kVector));
      vector5 = Fold512(vector5, step_ahead, LoadVector(data + 5 * kVector));
      vector6 = Fold512(vector6, step_ahead, LoadVector(data + 6 * kVector));
      vector7 = Fold512(vector7, step_ahead, LoadVector(data + 7 * kVector));
    }
    for (const __m512i& next : {vector1, vector2, vector3, vector4, vector5, vector6, vector7}) {
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
  return ExtendChain(Reduce(FoldLanes(vector, Keys128(kLaneAhead))), data + kVector,
                     bytes - kVector);
}

}  // namespace datamover::engine::crc32c

#endif
