#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc16_polynomial.h"
#include "engine/kernels/fold_arm64.h"

// Not for MSVC itself, which has no inline assembly.
#if defined(__aarch64__)

#include <arm_neon.h>

namespace datamover::engine::crc16 {
namespace {

// As in crc16_pclmul.cc.
constexpr size_t kBlock = 16;
constexpr size_t kStep = 4 * kBlock;

constexpr FoldKeys kStepAhead = FoldBy(8 * kStep);
constexpr FoldKeys kBlockAhead = FoldBy(8 * kBlock);

inline uint64x2_t Pair(uint64_t high, uint64_t low) {
  return vcombine_u64(vcreate_u64(low), vcreate_u64(high));
}

inline uint64x2_t Keys(FoldKeys keys) { return Pair(keys.first, keys.second); }

inline uint64x2_t LoadBlock(const uint8_t* data) {
  const uint8x16_t words = vrev64q_u8(vld1q_u8(data));
  return vreinterpretq_u64_u8(vextq_u8(words, words, 8));
}

uint16_t Reduce(uint64x2_t block) {
  const uint64x2_t bits80 = Fold(block, Keys(kToGuard), vdupq_n_u64(0));
  const uint64x2_t bits64 = veorq_u64(MultiplyHigh(bits80, Pair(kUpper, 0)), bits80);
  // Barrett: the quotient by way of the reciprocal; what it leaves of the message is the register.
  const uint64_t rest = vgetq_lane_u64(bits64, 0);
  const uint64x2_t product = MultiplyLow(vdupq_n_u64(rest >> 16), vdupq_n_u64(Reciprocal()));
  const uint64_t quotient = vgetq_lane_u64(product, 0) >> 48 | vgetq_lane_u64(product, 1) << 16;
  const uint64x2_t multiple = MultiplyLow(vdupq_n_u64(quotient), vdupq_n_u64(kPolynomial));
  return static_cast<uint16_t>(vgetq_lane_u64(multiple, 0) ^ rest);
}

}  // namespace

uint16_t ExtendArm64Pmull(uint16_t state, const uint8_t* data, size_t bytes) {
  if (bytes < 2 * kBlock) return ExtendPortable(state, data, bytes);

  const uint64x2_t block_ahead = Keys(kBlockAhead);
  uint64x2_t block = veorq_u64(LoadBlock(data), Pair(uint64_t{state} << 48, 0));
  if (bytes >= 2 * kStep) {
    const uint64x2_t step_ahead = Keys(kStepAhead);
    uint64x2_t block1 = LoadBlock(data + kBlock);
    uint64x2_t block2 = LoadBlock(data + 2 * kBlock);
    uint64x2_t block3 = LoadBlock(data + 3 * kBlock);
    for (; bytes >= 2 * kStep; bytes -= kStep) {
      data += kStep;
      block = Fold(block, step_ahead, LoadBlock(data));
      block1 = Fold(block1, step_ahead, LoadBlock(data + kBlock));
      block2 = Fold(block2, step_ahead, LoadBlock(data + 2 * kBlock));
      block3 = Fold(block3, step_ahead, LoadBlock(data + 3 * kBlock));
    }
    block1 = Fold(block, block_ahead, block1);
    block2 = Fold(block1, block_ahead, block2);
    block = Fold(block2, block_ahead, block3);
    data += kStep - kBlock;
    bytes -= kStep - kBlock;
  }
  // `block` stands for the 16 bytes at `data` and all before them.
  for (; bytes >= 2 * kBlock; bytes -= kBlock) {
    data += kBlock;
    block = Fold(block, block_ahead, LoadBlock(data));
  }
  return ExtendPortable(Reduce(block), data + kBlock, bytes - kBlock);
}

}  // namespace datamover::engine::crc16

#endif
