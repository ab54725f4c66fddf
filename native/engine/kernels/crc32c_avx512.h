#pragma once

#include <algorithm>

#include "engine/kernels/crc32c_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

// What the kernels with vectors of 64 bytes share.
namespace datamover::engine::crc32c {

inline constexpr size_t kVector = 64;
inline constexpr size_t kVectors = 8;  // they hide the latency of the multiplier
inline constexpr size_t kStep = kVectors * kVector;

inline constexpr FoldKeys kStepAhead = FoldBy(8 * kStep);
inline constexpr FoldKeys kVectorAhead = FoldBy(8 * kVector);
inline constexpr FoldKeys kLaneAhead = FoldBy(8 * 16);

/// What becomes of a message beside its CRC.
enum class Copies { kNone, kCached, kStreamed };

struct Message {
  const uint8_t* data;
  uint8_t* copy;  // unless there is none; where it is streamed, the beginning of a cache line
};

/// The vector at byte `i`, which is copied on the way.
template <Copies copies>
[[gnu::target("avx512f")]] inline __m512i Take(Message message, size_t i) {
  const __m512i vector = _mm512_loadu_si512(message.data + i);
  if constexpr (copies == Copies::kCached) _mm512_storeu_si512(message.copy + i, vector);
  if constexpr (copies == Copies::kStreamed) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(message.copy + i), vector);
  }
  return vector;
}

/// The bytes from `i` to the end, which are few.
template <Copies copies>
[[gnu::target("sse4.2")]] inline uint32_t Finish(uint32_t state, Message message, size_t i,
                                                 size_t bytes) {
  const uint8_t* data = message.data + i;
  if constexpr (copies != Copies::kNone) {
    std::memcpy(message.copy + i, data, bytes - i);
    data = message.copy + i;
  }
  return ExtendChain(state, data, bytes - i);
}

[[gnu::target("avx512f")]] inline __m512i Keys512(FoldKeys keys) {
  const auto first = static_cast<int64_t>(keys.first);
  const auto second = static_cast<int64_t>(keys.second);
  return _mm512_set4_epi64(second, first, second, first);
}

/// The register after the message. `vector` stands for its last 64 bytes before `i` and all before
/// them.
template <Copies copies>
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] inline uint32_t FoldVectors(__m512i vector,
                                                                                Message message,
                                                                                size_t i,
                                                                                size_t bytes) {
  const __m512i keys = Keys512(kVectorAhead);
  for (; bytes - i >= kVector; i += kVector) {
    vector = Fold512(vector, keys, Take<copies>(message, i));
  }
  return Finish<copies>(Reduce(FoldLanes(vector, Keys128(kLaneAhead))), message, i, bytes);
}

/// Of twice `count` vectors, `count` stand for all: each of the first is folded into the one as far
/// behind it, and takes its place.
template <size_t count>
[[gnu::target("avx512f,vpclmulqdq")]] inline void Halve(__m512i* vectors) {
  constexpr FoldKeys kCountAhead = FoldBy(8 * count * kVector);
  const __m512i keys = Keys512(kCountAhead);
#pragma GCC unroll 8
  for (size_t j = 0; j < count; ++j) vectors[j] = Fold512(vectors[j], keys, vectors[j + count]);
}

/// The same of the eight vectors before `i`.
template <Copies copies>
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] inline uint32_t FoldSteps(__m512i* vectors,
                                                                              Message message,
                                                                              size_t i,
                                                                              size_t bytes) {
  const __m512i keys = Keys512(kStepAhead);
  for (; bytes - i >= kStep; i += kStep) {
#pragma GCC unroll 8
    for (size_t j = 0; j < kVectors; ++j) {
      vectors[j] = Fold512(vectors[j], keys, Take<copies>(message, i + j * kVector));
    }
  }
  Halve<4>(vectors);
  Halve<2>(vectors);
  Halve<1>(vectors);
  return FoldVectors<copies>(vectors[0], message, i, bytes);
}

}  // namespace datamover::engine::crc32c

#endif
