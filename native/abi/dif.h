#pragma once

#include <array>
#include <cstdint>

#include "abi/descriptor.h"

// Data integrity fields (T10): behind each block of data stand eight bytes, big-endian, a guard of
// 16 bits, an application tag of 16 and a reference tag of 32. Architecture specification,
// section 3.6.
namespace datamover::abi::dif {

inline constexpr uint32_t kFieldBytes = 8;

/// Byte 42 of the descriptor.
namespace flag {
inline constexpr uint8_t kBlockMask = 0x3;
inline constexpr uint8_t kInvertSeed = 1u << 2;  // guards start from 0xffff
inline constexpr uint8_t kInvertResult = 1u << 3;
}  // namespace flag

/// Byte 40: how fields are checked.
namespace source_flag {
inline constexpr uint8_t kAllFError = 1u << 0;  // with kAllFDetect: such a field is an error
inline constexpr uint8_t kAllFDetect = 1u << 1;
inline constexpr uint8_t kApplicationFDetect = 1u << 2;
inline constexpr uint8_t kApplicationReferenceFDetect = 1u << 3;
inline constexpr uint8_t kApplicationIncrements = 1u << 4;
inline constexpr uint8_t kNoGuardCheck = 1u << 5;
inline constexpr uint8_t kNoReferenceCheck = 1u << 6;
inline constexpr uint8_t kReferenceFixed = 1u << 7;
}  // namespace source_flag

/// Byte 41: how fields are made. The first and the third only where there is one in the source.
namespace destination_flag {
inline constexpr uint8_t kPassApplication = 1u << 3;
inline constexpr uint8_t kApplicationIncrements = 1u << 4;
inline constexpr uint8_t kPassGuard = 1u << 5;
inline constexpr uint8_t kPassReference = 1u << 6;
inline constexpr uint8_t kReferenceFixed = 1u << 7;
}  // namespace destination_flag

/// What is wrong with a field: bits of the record's result byte.
enum Mismatch : uint8_t { kGuard = 1, kApplication = 2, kReference = 4, kAllF = 8 };

/// Whether the operation works on blocks with fields.
inline bool HasBlocks(const Descriptor& job) {
  return job.opcode() >= Opcode::kDifCheck && job.opcode() <= Opcode::kDifUpdate;
}

/// Bytes of data in a block.
inline uint32_t BlockBytes(const Descriptor& job) {
  constexpr std::array<uint32_t, 4> kSizes = {512, 520, 4096, 4104};
  return kSizes[job.dif.flags & flag::kBlockMask];
}

/// Bytes of a block in the source.
inline uint32_t SourceUnit(const Descriptor& job) {
  return BlockBytes(job) + (job.opcode() == Opcode::kDifInsert ? 0 : kFieldBytes);
}

/// Bytes of a block in the destination.
inline uint32_t DestinationUnit(const Descriptor& job) {
  return BlockBytes(job) + (job.opcode() == Opcode::kDifStrip ? 0 : kFieldBytes);
}

}  // namespace datamover::abi::dif
