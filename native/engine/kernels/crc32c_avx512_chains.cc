#include "engine/kernels/crc32c_avx512.h"
#include "engine/kernels/crc32c_internal.h"

#if defined(__x86_64__) || defined(_M_X64)

namespace datamover::engine::crc32c {
namespace {

// For a CPU that multiplies half of a vector of 64 bytes in a cycle: it folds 16 bytes in a cycle,
// in which the CRC32 instruction takes 8. So a block is four chains of CRC32 instructions and,
// behind them, a region of twice their length that is folded meanwhile. Blocks are smaller than a
// page, and so are read ahead by the CPU as if from front to back; the vectors are kept from one to
// the next.
constexpr size_t kSteps = 4;
constexpr size_t kChainStep = kVector;
constexpr size_t kChain = kSteps * kChainStep;
constexpr size_t kChains = 4 * kChain;
constexpr size_t kFolded = kSteps * kStep;
constexpr size_t kBlockBytes = kChains + kFolded;

constexpr FoldKeys kStepBehindChains = FoldBy(8 * (kChains + kStep));

/// The key that turns a register into the eight bytes that stand for it `bytes` further on.
constexpr int64_t WordKey(size_t bytes) {
  return PowerOfX(8 * static_cast<int64_t>(bytes + 8) - 33);
}

// The registers of the chains go to the first of the vectors, which then is so far behind the last
// chain: those of the first two chains to its first 16 bytes, the others to the next.
constexpr size_t kBehind = kFolded - kStep;
constexpr int64_t kWordKey0 = WordKey(kBehind + 3 * kChain);
constexpr int64_t kWordKey1 = WordKey(kBehind + 2 * kChain);
constexpr int64_t kWordKey2 = WordKey(kBehind + kChain + 16);
constexpr int64_t kWordKey3 = WordKey(kBehind + 16);

/// No compiler moves what has to do with memory or the vector past this, nor does it know more of
/// the address than that it is in one register.
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] inline void KeepOrder(
    [[maybe_unused]] __m512i& vector, [[maybe_unused]] const uint8_t*& address) {
#if !defined(_MSC_VER) || defined(__clang__)
  asm volatile("" : "+v"(vector), "+r"(address) : : "memory");
#endif
}

/// Moves the vectors, which stand for all that is before the block, over the block.
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2")]] inline void FoldBlock(__m512i* vectors,
                                                                          uint32_t state,
                                                                          const uint8_t* block) {
  const __m512i step_ahead = Keys512(kStepAhead);
  __m512i keys = Keys512(kStepBehindChains);
  const uint8_t* folded = block + kChains;
  Chains chains{.state0 = state};
  for (const uint8_t* const end = block + kChain; block != end; block += kChainStep) {
    // Neither unit waits for the other as long as their instructions come by turns. Compilers sort
    // them otherwise, which loses more than half of what the chains bring. The steps stay a loop:
    // unrolled they gain 2 % in the second level of the caches and lose a fifth beyond, where the
    // CPU reads ahead for each instruction on its own.
#pragma GCC unroll 8
    for (size_t j = 0; j < kVectors; ++j) {
      vectors[j] = Fold512(vectors[j], keys, _mm512_loadu_si512(folded + j * kVector));
      KeepOrder(vectors[j], block);
      StepChains(chains, block + 8 * j, kChain);
      KeepOrder(vectors[(j + 1) % kVectors], block);
    }
    folded += kStep;
    keys = step_ahead;
  }

  const auto word = [](uint64_t register_of) { return static_cast<int64_t>(register_of); };
  const __m512i words = _mm512_set_epi64(0, 0, 0, 0, word(chains.state3), word(chains.state2),
                                         word(chains.state1), word(chains.state0));
  const __m512i word_keys =
      _mm512_set_epi64(0, 0, 0, 0, kWordKey3, kWordKey2, kWordKey1, kWordKey0);
  vectors[0] = Fold512(words, word_keys, vectors[0]);
}

/// Not inlined: compilers sort its instructions otherwise then, and a fifth is lost.
[[gnu::target("avx512f,vpclmulqdq,pclmul,sse4.2"), gnu::noinline]] uint32_t Run(uint32_t state,
                                                                                const uint8_t* data,
                                                                                size_t bytes) {
  __m512i vectors[kVectors];
#pragma GCC unroll 8
  for (__m512i& vector : vectors) vector = _mm512_setzero_si512();
  size_t i = 0;
  for (; bytes - i >= kBlockBytes; i += kBlockBytes) {
    FoldBlock(vectors, state, data + i);
    state = 0;
  }
  return FoldSteps<Copies::kNone>(vectors, {data, nullptr}, i, bytes);
}

}  // namespace

uint32_t ExtendAvx512Chains(uint32_t state, const uint8_t* data, size_t bytes) {
  // So that no load straddles two lines: beyond the caches that takes twice as long.
  const size_t head = std::min(bytes, -reinterpret_cast<uintptr_t>(data) % kVector);
  if (bytes - head < kBlockBytes) return ExtendAvx512(state, data, bytes);
  state = ExtendAvx512(state, data, head);
  return Run(state, data + head, bytes - head);
}

}  // namespace datamover::engine::crc32c

#endif
