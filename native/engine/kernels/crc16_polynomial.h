#pragma once

#include <cstdint>

// Polynomials over GF(2) modulo P = x^16 + 0x8BB7, the polynomial of T10 guards, from which all
// constants of the CRC-16 kernels come. Bit i of a word is x^i: guards are not reflected, so the
// first byte of a message is the most significant.
namespace datamover::engine::crc16 {

inline constexpr uint32_t kPolynomial = 0x1'8bb7;

/// x^exponent mod P.
constexpr uint64_t PowerOfX(unsigned exponent) {
  uint32_t power = 1;
  for (; exponent > 0; --exponent) {
    power <<= 1;
    if (power & 0x1'0000) power ^= kPolynomial;
  }
  return power;
}

/// The quotient of x^64 divided by P, of degree 48: with it a division becomes a multiplication.
constexpr uint64_t Reciprocal() {
  uint64_t quotient = 0;
  uint64_t rest = 0;  // of the bits of x^64 that were taken so far
  for (int bit = 64; bit >= 0; --bit) {
    rest = rest << 1 | (bit == 64);
    quotient <<= 1;
    if (rest & 0x1'0000) {
      rest ^= kPolynomial;
      quotient |= 1;
    }
  }
  return quotient;
}

static_assert(PowerOfX(16) == 0x8bb7);
static_assert(Reciprocal() >> 48 == 1);

/// Keys that move a 128-bit block `bits` further from the end of the message: its first eight
/// bytes, which are 64 bits further from the end themselves, times `first`, plus the others times
/// `second`.
struct FoldKeys {
  uint64_t first, second;
};
constexpr FoldKeys FoldBy(unsigned bits) { return {PowerOfX(bits + 64), PowerOfX(bits)}; }

/// From 128 bits to the guard of them: a block folded onto the 16 zero bits that stand for the
/// guard, which leaves 80 bits; their upper 16 folded onto the rest, which leaves 64.
inline constexpr FoldKeys kToGuard = FoldBy(16);
inline constexpr uint64_t kUpper = PowerOfX(64);

}  // namespace datamover::engine::crc16
