#pragma once

#include <array>
#include <cstdint>

#include "abi/descriptor.h"

namespace datamover::engine {

/// Memory that a descriptor names.
struct Range {
  uint64_t address = 0;
  uint64_t bytes = 0;  // 0: there is no such operand
  bool written = false;
};

/// The source, the destination or second source, and the third operand of a legal descriptor. What
/// a batch or a drain names is not among them, nor the seed of a CRC.
std::array<Range, 3> RangesOf(const abi::Descriptor& descriptor);

/// Makes the descriptor that of its bytes from `bytes` on, a multiple of Grain(). The predicate,
/// the seed and the pattern stay as they are.
void Skip(abi::Descriptor& descriptor, uint64_t bytes);

/// Where a divisible job may be cut: at multiples of a block's size in its source where it has
/// blocks, else of `otherwise`.
uint64_t Grain(const abi::Descriptor& descriptor, uint64_t otherwise);

}  // namespace datamover::engine
