#pragma once

#include <cstring>

#include "engine/kernels/crc32c_polynomial.h"
#include "engine/kernels/fold_x86.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

// What the x86-64 kernels share: the CRC32 instruction and the way back from 128 bits to 32.
namespace datamover::engine::crc32c {

template <typename Word>
Word Load(const uint8_t* data) {
  Word word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

[[gnu::target("sse4.2")]] inline uint64_t Step(uint64_t state, const uint8_t* data) {
  return _mm_crc32_u64(state, Load<uint64_t>(data));
}

/// One chain of CRC32 instructions: 8 bytes in 3 cycles, and nothing to set up.
[[gnu::target("sse4.2")]] inline uint32_t ExtendChain(uint32_t state, const uint8_t* data,
                                                      size_t bytes) {
  uint64_t chain = state;
  for (; bytes >= 8; bytes -= 8, data += 8) chain = Step(chain, data);
  state = static_cast<uint32_t>(chain);
  if (bytes & 4) {
    state = _mm_crc32_u32(state, Load<uint32_t>(data));
    data += 4;
  }
  if (bytes & 2) {
    state = _mm_crc32_u16(state, Load<uint16_t>(data));
    data += 2;
  }
  if (bytes & 1) state = _mm_crc32_u8(state, *data);
  return state;
}

/// Moves a register further from the end of the message (see ShiftKeys). The key of a distance
/// shifted by itself is the key of twice the distance.
[[gnu::target("sse4.2,pclmul")]] inline uint32_t Shift(uint32_t state, uint32_t key) {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128(static_cast<int>(state)),
                                               _mm_cvtsi32_si128(static_cast<int>(key)), 0x00);
  return static_cast<uint32_t>(_mm_crc32_u64(0, static_cast<uint64_t>(_mm_cvtsi128_si64(product))));
}

[[gnu::target("sse2")]] inline __m128i Keys128(FoldKeys keys) {
  return _mm_set_epi64x(static_cast<int64_t>(keys.second), static_cast<int64_t>(keys.first));
}

/// The register after the message `block`.
[[gnu::target("sse4.2")]] inline uint32_t Reduce(__m128i block) {
  const auto first = static_cast<uint64_t>(_mm_cvtsi128_si64(block));
  const auto second = static_cast<uint64_t>(_mm_extract_epi64(block, 1));
  return static_cast<uint32_t>(_mm_crc32_u64(_mm_crc32_u64(0, first), second));
}

/// Four stretches of a message, one behind the other, whose chains are computed at once: the CPU
/// begins a CRC32 instruction in every cycle, and its result comes three cycles later.
struct Chains {
  uint64_t state0 = 0, state1 = 0, state2 = 0, state3 = 0;
};

/// Takes 8 bytes of each stretch; the stretches begin `distance` bytes apart.
[[gnu::target("sse4.2")]] inline void StepChains(Chains& chains, const uint8_t* data,
                                                 size_t distance) {
  chains.state0 = Step(chains.state0, data);
  chains.state1 = Step(chains.state1, data + distance);
  chains.state2 = Step(chains.state2, data + 2 * distance);
  chains.state3 = Step(chains.state3, data + 3 * distance);
}

/// The register after the four stretches and as many bytes more, whose own register, begun with 0,
/// is `rest`. `key` is that of the length of a stretch.
[[gnu::target("sse4.2,pclmul")]] inline uint32_t Join(const Chains& chains, uint32_t key,
                                                      uint32_t rest) {
  const uint32_t key2 = Shift(key, key);
  const uint32_t key4 = Shift(key2, key2);
  const uint32_t half1 =
      Shift(static_cast<uint32_t>(chains.state0), key) ^ static_cast<uint32_t>(chains.state1);
  const uint32_t half2 =
      Shift(static_cast<uint32_t>(chains.state2), key) ^ static_cast<uint32_t>(chains.state3);
  return Shift(Shift(half1, key2) ^ half2, key4) ^ rest;
}

}  // namespace datamover::engine::crc32c
#endif
