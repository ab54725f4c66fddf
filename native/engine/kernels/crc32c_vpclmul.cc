#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

#include <algorithm>

namespace datamover::engine::crc32c {
namespace {

// The CRC32 instruction and the carry-less multiplier are different units of the CPU, so both work
// at once: a block is four chains of CRC32 instructions and, behind them, a region that is folded
// in four vectors. A step takes 32 bytes of each chain and 128 of the folded region.
constexpr size_t kChainStep = 32;
constexpr size_t kFoldStep = 4 * kChainStep;
constexpr size_t kStep = 4 * kChainStep + kFoldStep;
constexpr size_t kMaxSteps = 256;

constexpr FoldKeys kStepAhead = FoldBy(8 * kFoldStep);
constexpr FoldKeys kVectorAhead = FoldBy(8 * 32);
constexpr FoldKeys kLaneAhead = FoldBy(8 * 16);
constexpr auto kChainKeys = ShiftKeys<kMaxSteps + 1>(kChainStep);

[[gnu::target("avx2")]] inline __m256i LoadVector(const uint8_t* data) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
}

[[gnu::target("avx2")]] inline __m256i Keys256(FoldKeys keys) {
  return _mm256_broadcastsi128_si256(Keys128(keys));
}

[[gnu::target("avx2,vpclmulqdq")]] inline __m256i Fold256(__m256i vector, __m256i keys,
                                                          __m256i there) {
  const __m256i first = _mm256_clmulepi64_epi128(vector, keys, 0x00);
  const __m256i second = _mm256_clmulepi64_epi128(vector, keys, 0x11);
  return _mm256_xor_si256(_mm256_xor_si256(first, second), there);
}

[[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2")]] uint32_t ExtendBlock(uint32_t state,
                                                                      const uint8_t* data,
                                                                      size_t steps) {
  const size_t chain_bytes = steps * kChainStep;
  const uint8_t* folded = data + 4 * chain_bytes;
  const __m256i step_ahead = Keys256(kStepAhead);
  __m256i vector0 = LoadVector(folded);
  __m256i vector1 = LoadVector(folded + 32);
  __m256i vector2 = LoadVector(folded + 64);
  __m256i vector3 = LoadVector(folded + 96);
  Chains chains{.state0 = state};
  for (size_t i = 1; i < steps; ++i) {
    folded += kFoldStep;
    vector0 = Fold256(vector0, step_ahead, LoadVector(folded));
    StepChains(chains, data, chain_bytes);
    vector1 = Fold256(vector1, step_ahead, LoadVector(folded + 32));
    StepChains(chains, data + 8, chain_bytes);
    vector2 = Fold256(vector2, step_ahead, LoadVector(folded + 64));
    StepChains(chains, data + 16, chain_bytes);
    vector3 = Fold256(vector3, step_ahead, LoadVector(folded + 96));
    StepChains(chains, data + 24, chain_bytes);
    data += kChainStep;
  }
  for (size_t word = 0; word < kChainStep; word += 8) StepChains(chains, data + word, chain_bytes);

  const __m256i vector_ahead = Keys256(kVectorAhead);
  vector1 = Fold256(vector0, vector_ahead, vector1);
  vector2 = Fold256(vector1, vector_ahead, vector2);
  vector3 = Fold256(vector2, vector_ahead, vector3);
  const __m128i last = Fold128(_mm256_castsi256_si128(vector3), Keys128(kLaneAhead),
                               _mm256_extracti128_si256(vector3, 1));
  return Join(chains, kChainKeys[steps], Reduce(last));
}

}  // namespace

uint32_t ExtendVpclmul(uint32_t state, const uint8_t* data, size_t bytes) {
  while (bytes >= kStep) {  // one chain is as fast below
    const size_t steps = std::min(bytes / kStep, kMaxSteps);
    state = ExtendBlock(state, data, steps);
    data += steps * kStep;
    bytes -= steps * kStep;
  }
  return ExtendChain(state, data, bytes);
}

}  // namespace datamover::engine::crc32c

#endif
