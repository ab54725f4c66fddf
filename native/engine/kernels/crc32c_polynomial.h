#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// Polynomials over GF(2) modulo P = x^32 + 0x1EDC6F41, from which all constants of the CRC kernels
// come. 32 bits hold a polynomial in the bit-reversed form: bit 31 is x^0, bit 0 is x^31.
namespace datamover::engine::crc32c {

inline constexpr uint32_t kPolynomial = 0x82f63b78;  // P - x^32
inline constexpr uint32_t kOne = 0x80000000;

/// The powers of x repeat after so many: P is x + 1 times a primitive polynomial of degree 31.
inline constexpr int64_t kPeriod = 0x7fffffff;

constexpr uint32_t TimesX(uint32_t a) { return (a >> 1) ^ (kPolynomial & (0 - (a & 1))); }

constexpr uint32_t Multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (int power = 0; power < 32; ++power) {
    product ^= b & (0 - (a >> 31));
    a <<= 1;
    b = TimesX(b);
  }
  return product;
}

/// Element i is x^(2^i).
inline constexpr auto kSquares = [] {
  std::array<uint32_t, 31> squares{TimesX(kOne)};
  for (size_t i = 1; i < squares.size(); ++i) {
    squares[i] = Multiply(squares[i - 1], squares[i - 1]);
  }
  return squares;
}();

/// x^exponent mod P; the exponent may be negative.
constexpr uint32_t PowerOfX(int64_t exponent) {
  exponent = (exponent % kPeriod + kPeriod) % kPeriod;
  uint32_t power = kOne;
  for (size_t i = 0; exponent != 0; ++i, exponent >>= 1) {
    if (exponent & 1) power = Multiply(power, kSquares[i]);
  }
  return power;
}

static_assert(Multiply(kSquares[30], kSquares[30]) == kSquares[0], "x^(2^31) = x");

// A carry-less product of two bit-reversed words comes out one bit low, that is, times x; and a key
// of 32 bits in a 64-bit word stands for itself times x^32. So every key is x^33 too small.

/// Keys that move a 128-bit block `bits` further from the end of the message: its first eight
/// bytes, which are 64 bits further from the end themselves, times `first`, plus the others times
/// `second`.
struct FoldKeys {
  uint64_t first, second;
};
constexpr FoldKeys FoldBy(int64_t bits) { return {PowerOfX(bits + 64 - 33), PowerOfX(bits - 33)}; }

/// Element i is the key that moves a register i * `bytes` further from the end of the message.
template <size_t count>
constexpr std::array<uint32_t, count> ShiftKeys(size_t bytes) {
  const uint32_t step = PowerOfX(8 * static_cast<int64_t>(bytes));
  std::array<uint32_t, count> keys{PowerOfX(-33)};
  for (size_t i = 1; i < count; ++i) keys[i] = Multiply(keys[i - 1], step);
  return keys;
}

}  // namespace datamover::engine::crc32c
