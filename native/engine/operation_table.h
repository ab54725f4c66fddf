#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"

namespace datamover::engine {

/// Places of a descriptor that may hold the address of a range. RangesOf() tells their lengths.
namespace operand {
inline constexpr uint8_t kSource = 1u << 0;        // bytes 16-23, also the record of a delta
inline constexpr uint8_t kDestination = 1u << 1;   // bytes 24-31, also the second source
inline constexpr uint8_t kDestination2 = 1u << 2;  // bytes 40-47, also the record of a delta
}  // namespace operand

/// A descriptor as eight words, or for each of its bits whether it must be zero.
using Words = std::array<uint64_t, 8>;

/// What the engine knows of an opcode. The values are those of a DSA 1.0 device with GENCAP
/// 0x40915f0107, to whose work queue all of its features are open, and with readback addresses for
/// drains (GENCAP bit 9).
struct Operation {
  /// Flags it takes beside those that concern the record and the fence.
  uint32_t flags = 0;
  Words must_be_zero = {};
  bool needs_record = false;
  bool batch_member = true;
  /// The ranges it reads and writes. An operation without any has no transfer size.
  uint8_t reads = 0;
  uint8_t writes = 0;
  /// Whether it may be executed in parts, in which all of its ranges advance; and whether they have
  /// to go one after the other, since nothing is written behind an error.
  bool divisible = false;
  bool in_order = false;
  /// The rules of its own: the status of a descriptor that breaks one.
  std::optional<abi::Status> (*check)(const abi::Descriptor&, const Limits&) = nullptr;
  /// Null where the engine does not implement the opcode.
  abi::CompletionRecord (*run)(const abi::Descriptor&, const Limits&) = nullptr;
};

inline constexpr Operation kUnknownOperation = {};
extern const std::array<Operation, 0x21> kOperations;

/// The row of an opcode; that of one that the engine does not implement has no `run`.
inline const Operation& Find(abi::Opcode opcode) {
  const auto index = static_cast<size_t>(opcode);
  return index < kOperations.size() ? kOperations[index] : kUnknownOperation;
}

}  // namespace datamover::engine
