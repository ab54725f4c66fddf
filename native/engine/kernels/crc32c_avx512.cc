#include "engine/kernels/crc32c_avx512.h"

#include "engine/kernels/crc32c_internal.h"

#if defined(__x86_64__) || defined(_M_X64)

namespace datamover::engine::crc32c {
namespace {

// A CPU that multiplies a vector of 64 bytes in a cycle folds four times as fast as the CRC32
// instruction works, so there are no chains beside the vectors; and where a message is copied, the
// stores take the time that chains would save.
template <Copies copies>
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] uint32_t Run(uint32_t state, Message message,
                                                                 size_t bytes) {
  // Below, there would be no more than three vectors to fold into one.
  if (bytes < 4 * kVector) return Finish<copies>(state, message, 0, bytes);

  // The register stands for the first four bytes.
  const __m512i begin = _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(state)));
  __m512i vectors[kVectors];
  vectors[0] = _mm512_xor_si512(Take<copies>(message, 0), begin);
  if (bytes < 2 * kStep) return FoldVectors<copies>(vectors[0], message, kVector, bytes);
#pragma GCC unroll 8
  for (size_t j = 1; j < kVectors; ++j) vectors[j] = Take<copies>(message, j * kVector);
  return FoldSteps<copies>(vectors, message, kStep, bytes);
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
