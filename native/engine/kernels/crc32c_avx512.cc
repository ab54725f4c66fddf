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

template <Copies copies>
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] uint32_t Run(uint32_t state, Message message,
                                                                 size_t bytes) {
  // Below, there would be no more than three vectors to fold into one.
  if (bytes < 4 * kVector) return Finish<copies>(state, message, 0, bytes);

  const __m512i vector_ahead = Keys512(kVectorAhead);
  // The register stands for the first four bytes.
  const __m512i begin = _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(state)));
  size_t i = 0;
  __m512i vector = _mm512_xor_si512(Take<copies>(message, 0), begin);
  if (bytes >= 2 * kStep) {
    const __m512i step_ahead = Keys512(kStepAhead);
    __m512i vector1 = Take<copies>(message, kVector);
    __m512i vector2 = Take<copies>(message, 2 * kVector);
    __m512i vector3 = Take<copies>(message, 3 * kVector);
    __m512i vector4 = Take<copies>(message, 4 * kVector);
    __m512i vector5 = Take<copies>(message, 5 * kVector);
    __m512i vector6 = Take<copies>(message, 6 * kVector);
    __m512i vector7 = Take<copies>(message, 7 * kVector);
    for (i = kStep; bytes - i >= kStep; i += kStep) {
      vector = Fold512(vector, step_ahead, Take<copies>(message, i));
      vector1 = Fold512(vector1, step_ahead, Take<copies>(message, i + kVector));
      vector2 = Fold512(vector2, step_ahead, Take<copies>(message, i + 2 * kVector));
      vector3 = Fold512(vector3, step_ahead, Take<copies>(message, i + 3 * kVector));
      vector4 = Fold512(vector4, step_ahead, Take<copies>(message, i + 4 * kVector));
      vector5 = Fold512(vector5, step_ahead, Take<copies>(message, i + 5 * kVector));
      vector6 = Fold512(vector6, step_ahead, Take<copies>(message, i + 6 * kVector));
      vector7 = Fold512(vector7, step_ahead, Take<copies>(message, i + 7 * kVector));
    }
    for (const __m512i& next : {vector1, vector2, vector3, vector4, vector5, vector6, vector7}) {
      vector = Fold512(vector, vector_ahead, next);
    }
    i -= kVector;
  }
  // `vector` stands for the 64 bytes at `i` and all before them.
  for (i += kVector; bytes - i >= kVector; i += kVector) {
    vector = Fold512(vector, vector_ahead, Take<copies>(message, i));
  }
  return Finish<copies>(Reduce(FoldLanes(vector, Keys128(kLaneAhead))), message, i, bytes);
}

/// So that no store straddles two lines.
template <Copies copies>
uint32_t RunAligned(uint32_t state, Message message, size_t bytes) {
  const size_t head = std::min(bytes, -reinterpret_cast<uintptr_t>(message.copy) % kVector);
  state = Finish<copies>(state, message, 0, head);
  return Run<copies>(state, {message.data + head, message.copy + head}, bytes - head);
}

}  // namespace

uint32_t ExtendAvx512(uint32_t state, const uint8_t* data, size_t bytes) {
  return Run<Copies::kNone>(state, {data, nullptr}, bytes);
}

uint32_t CopyAvx512(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes) {
  if (bytes < 2 * kStep) return Run<Copies::kCached>(state, {source, destination}, bytes);
  return RunAligned<Copies::kCached>(state, {source, destination}, bytes);
}

uint32_t StreamAvx512(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes) {
  state = RunAligned<Copies::kStreamed>(state, {source, destination}, bytes);
  _mm_sfence();
  return state;
}

}  // namespace datamover::engine::crc32c

#endif
