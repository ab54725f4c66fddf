#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc16_x86.h"

#if defined(__x86_64__) || defined(_M_X64)

namespace datamover::engine::crc16 {
namespace {

constexpr size_t kBlock = 16;
/// Four blocks hide the latency of the multiplier.
constexpr size_t kStep = 4 * kBlock;

constexpr FoldKeys kStepAhead = FoldBy(8 * kStep);
constexpr FoldKeys kBlockAhead = FoldBy(8 * kBlock);

}  // namespace

[[gnu::target("pclmul,sse4.1")]] uint16_t ExtendPclmul(uint16_t state, const uint8_t* data,
                                                       size_t bytes) {
  if (bytes < 2 * kBlock) return ExtendPortable(state, data, bytes);

  const __m128i block_ahead = Keys128(kBlockAhead);
  __m128i block = _mm_xor_si128(LoadBlock(data), Begin(state));
  if (bytes >= 2 * kStep) {
    const __m128i step_ahead = Keys128(kStepAhead);
    __m128i block1 = LoadBlock(data + kBlock);
    __m128i block2 = LoadBlock(data + 2 * kBlock);
    __m128i block3 = LoadBlock(data + 3 * kBlock);
    for (; bytes >= 2 * kStep; bytes -= kStep) {
      data += kStep;
      block = Fold128(block, step_ahead, LoadBlock(data));
      block1 = Fold128(block1, step_ahead, LoadBlock(data + kBlock));
      block2 = Fold128(block2, step_ahead, LoadBlock(data + 2 * kBlock));
      block3 = Fold128(block3, step_ahead, LoadBlock(data + 3 * kBlock));
    }
    block1 = Fold128(block, block_ahead, block1);
    block2 = Fold128(block1, block_ahead, block2);
    block = Fold128(block2, block_ahead, block3);
    data += kStep - kBlock;
    bytes -= kStep - kBlock;
  }
  // `block` stands for the 16 bytes at `data` and all before them.
  for (; bytes >= 2 * kBlock; bytes -= kBlock) {
    data += kBlock;
    block = Fold128(block, block_ahead, LoadBlock(data));
  }
  return ExtendPortable(Reduce(block), data + kBlock, bytes - kBlock);
}

}  // namespace datamover::engine::crc16

#endif
