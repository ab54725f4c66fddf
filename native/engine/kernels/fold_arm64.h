#pragma once

// Not for MSVC itself, which has no inline assembly.
#if defined(__aarch64__)
#include <arm_neon.h>

// As fold_x86.h. The instructions are written as such because compilers disagree on the attribute
// that would allow their intrinsics in a function.
namespace datamover::engine {

inline uint64x2_t MultiplyLow(uint64x2_t a, uint64x2_t b) {
  uint64x2_t product;
  asm(".arch_extension aes\n\tpmull %0.1q, %1.1d, %2.1d" : "=w"(product) : "w"(a), "w"(b));
  return product;
}

inline uint64x2_t MultiplyHigh(uint64x2_t a, uint64x2_t b) {
  uint64x2_t product;
  asm(".arch_extension aes\n\tpmull2 %0.1q, %1.2d, %2.2d" : "=w"(product) : "w"(a), "w"(b));
  return product;
}

/// `block` moved by the distance of `keys`, plus what stands there.
inline uint64x2_t Fold(uint64x2_t block, uint64x2_t keys, uint64x2_t there) {
  return veorq_u64(veorq_u64(MultiplyLow(block, keys), MultiplyHigh(block, keys)), there);
}

}  // namespace datamover::engine
#endif
