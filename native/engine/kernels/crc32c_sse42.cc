#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

#include <algorithm>

namespace datamover::engine::crc32c {
namespace {

// As in crc32c_vpclmul.cc with vectors of 16 bytes: a step takes 16 bytes of each chain and 64 of
// the folded region.
constexpr size_t kChainStep = 16;
constexpr size_t kFoldStep = 4 * kChainStep;
constexpr size_t kStep = 4 * kChainStep + kFoldStep;
constexpr size_t kMaxSteps = 512;
constexpr size_t kMinBytes = 2 * kStep;  // below, one chain is as fast

constexpr FoldKeys kStepAhead = FoldBy(8 * kFoldStep);
constexpr FoldKeys kVectorAhead = FoldBy(8 * 16);
constexpr auto kChainKeys = ShiftKeys<kMaxSteps + 1>(kChainStep);

[[gnu::target("sse2")]] inline __m128i LoadVector(const uint8_t* data) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
}

[[gnu::target("sse4.2,pclmul")]] uint32_t ExtendBlock(uint32_t state, const uint8_t* data,
                                                      size_t steps) {
  const size_t chain_bytes = steps * kChainStep;
  const uint8_t* folded = data + 4 * chain_bytes;
  const __m128i step_ahead = Keys128(kStepAhead);
  __m128i vector0 = LoadVector(folded);
  __m128i vector1 = LoadVector(folded + 16);
  __m128i vector2 = LoadVector(folded + 32);
  __m128i vector3 = LoadVector(folded + 48);
  Chains chains{.state0 = state};
  for (size_t i = 1; i < steps; ++i) {
    folded += kFoldStep;
    vector0 = Fold128(vector0, step_ahead, LoadVector(folded));
    vector1 = Fold128(vector1, step_ahead, LoadVector(folded + 16));
    StepChains(chains, data, chain_bytes);
    vector2 = Fold128(vector2, step_ahead, LoadVector(folded + 32));
    vector3 = Fold128(vector3, step_ahead, LoadVector(folded + 48));
    StepChains(chains, data + 8, chain_bytes);
    data += kChainStep;
  }
  StepChains(chains, data, chain_bytes);
  StepChains(chains, data + 8, chain_bytes);

  const __m128i vector_ahead = Keys128(kVectorAhead);
  vector1 = Fold128(vector0, vector_ahead, vector1);
  vector2 = Fold128(vector1, vector_ahead, vector2);
  vector3 = Fold128(vector2, vector_ahead, vector3);
  return Join(chains, kChainKeys[steps], Reduce(vector3));
}

}  // namespace

uint32_t ExtendSse42(uint32_t state, const uint8_t* data, size_t bytes) {
  while (bytes >= kMinBytes) {
    const size_t steps = std::min(bytes / kStep, kMaxSteps);
    state = ExtendBlock(state, data, steps);
    data += steps * kStep;
    bytes -= steps * kStep;
  }
  return ExtendChain(state, data, bytes);
}

}  // namespace datamover::engine::crc32c

#endif
