#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/crc32c_polynomial.h"
#include "engine/kernels/fold_arm64.h"

// Not for MSVC itself, which has no inline assembly.
#if defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <cstring>

namespace datamover::engine::crc32c {
namespace {

// As in crc32c_vpclmul.cc with vectors of 16 bytes: the CRC32 instruction in four chains beside the
// carry-less multiplier. A step takes 16 bytes of each chain and 64 of the folded region.
constexpr size_t kChainStep = 16;
constexpr size_t kFoldStep = 4 * kChainStep;
constexpr size_t kStep = 4 * kChainStep + kFoldStep;
constexpr size_t kMaxSteps = 512;
constexpr size_t kMinBytes = 2 * kStep;  // below, one chain is as fast

constexpr FoldKeys kStepAhead = FoldBy(8 * kFoldStep);
constexpr FoldKeys kVectorAhead = FoldBy(8 * 16);
constexpr auto kChainKeys = ShiftKeys<kMaxSteps + 1>(kChainStep);

template <typename Word>
Word Load(const uint8_t* data) {
  Word word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

// The instructions are written as such because compilers disagree on the attribute that would allow
// their intrinsics in a function.
inline uint32_t Step(uint32_t state, uint64_t word) {
  asm(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(state) : "r"(word));
  return state;
}

inline uint32_t Step(uint32_t state, const uint8_t* data) {
  return Step(state, Load<uint64_t>(data));
}

inline uint32_t StepByte(uint32_t state, uint8_t byte) {
  asm(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(state) : "r"(byte));
  return state;
}

inline uint32_t Shift(uint32_t state, uint32_t key) {
  return Step(0, vgetq_lane_u64(MultiplyLow(vdupq_n_u64(state), vdupq_n_u64(key)), 0));
}

inline uint64x2_t Keys(FoldKeys keys) {
  return vcombine_u64(vcreate_u64(keys.first), vcreate_u64(keys.second));
}

inline uint64x2_t LoadVector(const uint8_t* data) { return vreinterpretq_u64_u8(vld1q_u8(data)); }

struct Chains {
  uint32_t state0 = 0, state1 = 0, state2 = 0, state3 = 0;
};

inline void StepChains(Chains& chains, const uint8_t* data, size_t distance) {
  chains.state0 = Step(chains.state0, data);
  chains.state1 = Step(chains.state1, data + distance);
  chains.state2 = Step(chains.state2, data + 2 * distance);
  chains.state3 = Step(chains.state3, data + 3 * distance);
}

uint32_t ExtendBlock(uint32_t state, const uint8_t* data, size_t steps) {
  const size_t chain_bytes = steps * kChainStep;
  const uint8_t* folded = data + 4 * chain_bytes;
  const uint64x2_t step_ahead = Keys(kStepAhead);
  uint64x2_t vector0 = LoadVector(folded);
  uint64x2_t vector1 = LoadVector(folded + 16);
  uint64x2_t vector2 = LoadVector(folded + 32);
  uint64x2_t vector3 = LoadVector(folded + 48);
  Chains chains{.state0 = state};
  for (size_t i = 1; i < steps; ++i) {
    folded += kFoldStep;
    vector0 = Fold(vector0, step_ahead, LoadVector(folded));
    vector1 = Fold(vector1, step_ahead, LoadVector(folded + 16));
    StepChains(chains, data, chain_bytes);
    vector2 = Fold(vector2, step_ahead, LoadVector(folded + 32));
    vector3 = Fold(vector3, step_ahead, LoadVector(folded + 48));
    StepChains(chains, data + 8, chain_bytes);
    data += kChainStep;
  }
  StepChains(chains, data, chain_bytes);
  StepChains(chains, data + 8, chain_bytes);

  const uint64x2_t vector_ahead = Keys(kVectorAhead);
  vector1 = Fold(vector0, vector_ahead, vector1);
  vector2 = Fold(vector1, vector_ahead, vector2);
  vector3 = Fold(vector2, vector_ahead, vector3);
  const uint32_t rest = Step(Step(0, vgetq_lane_u64(vector3, 0)), vgetq_lane_u64(vector3, 1));

  // A key shifted by itself is the key of twice the distance.
  const uint32_t key = kChainKeys[steps];
  const uint32_t key2 = Shift(key, key);
  const uint32_t key4 = Shift(key2, key2);
  const uint32_t half1 = Shift(chains.state0, key) ^ chains.state1;
  const uint32_t half2 = Shift(chains.state2, key) ^ chains.state3;
  return Shift(Shift(half1, key2) ^ half2, key4) ^ rest;
}

}  // namespace

uint32_t ExtendArm64(uint32_t state, const uint8_t* data, size_t bytes) {
  for (; bytes >= 8; bytes -= 8, data += 8) state = Step(state, data);
  for (; bytes > 0; --bytes, ++data) state = StepByte(state, *data);
  return state;
}

uint32_t ExtendArm64Pmull(uint32_t state, const uint8_t* data, size_t bytes) {
  while (bytes >= kMinBytes) {
    const size_t steps = std::min(bytes / kStep, kMaxSteps);
    state = ExtendBlock(state, data, steps);
    data += steps * kStep;
    bytes -= steps * kStep;
  }
  return ExtendArm64(state, data, bytes);
}

}  // namespace datamover::engine::crc32c

#endif
