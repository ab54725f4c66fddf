#include "engine/validation.h"

#include <cstddef>
#include <cstring>

#include "engine/operation_table.h"

namespace datamover::engine {

namespace flag = abi::flag;
using abi::Status;

namespace {

constexpr uint32_t kRecordFlags = flag::kRecordAddressValid | flag::kRequestRecord;

/// The flags that are set and should not be, and those that should be set and are not.
uint32_t InvalidFlags(const Operation& operation, uint32_t flags, Place place) {
  const uint32_t fence = place == Place::kBatch ? flag::kFence : 0;
  const uint32_t allowed = operation.flags | kRecordFlags | flag::kRecordTrafficClassB | fence;
  uint32_t invalid = flags & ~allowed;
  if (operation.needs_record) invalid |= ~flags & kRecordFlags;
  if ((flags & kRecordFlags) == flag::kRequestRecord) invalid |= flag::kRequestRecord;
  return invalid;
}

bool ReservedIsZero(const Operation& operation, const abi::Descriptor& descriptor) {
  // Word by word: a copy of the whole would cost more than the check.
  uint64_t set = 0;
  for (size_t i = 2; i < operation.must_be_zero.size(); ++i) {
    uint64_t word;
    std::memcpy(&word, reinterpret_cast<const uint8_t*>(&descriptor) + 8 * i, sizeof word);
    set |= word & operation.must_be_zero[i];
  }
  return set == 0;
}

/// The operands, of those in `operands`, whose address is zero.
uint8_t NullOperands(const abi::Descriptor& descriptor, uint8_t operands) {
  uint8_t null = 0;
  if (descriptor.source == 0) null |= operand::kSource;
  if (descriptor.destination == 0) null |= operand::kDestination;
  if (descriptor.dualcast.destination2 == 0) null |= operand::kDestination2;
  return null & operands;
}

Verdict Refusal(Status status) { return {.status = static_cast<uint8_t>(status)}; }

}  // namespace

Verdict Validate(const abi::Descriptor& descriptor, const Limits& limits, Place place) {
  // First of all, so that whatever else is wrong can be reported.
  if (descriptor.has(flag::kRecordAddressValid)) {
    if (descriptor.record_address % sizeof(abi::CompletionRecord) != 0) {
      return Refusal(Status::kRecordAlignment);
    }
    if (descriptor.record_address == 0) return Refusal(Status::kRecordFault);
  }

  const Operation& operation = Find(descriptor.opcode());
  if (operation.run == nullptr || (place == Place::kBatch && !operation.batch_member)) {
    return Refusal(Status::kUnsupportedOpcode);
  }
  if (const uint32_t invalid = InvalidFlags(operation, descriptor.flags(), place)) {
    return {static_cast<uint8_t>(Status::kInvalidFlags), invalid};
  }
  if (!ReservedIsZero(operation, descriptor)) return Refusal(Status::kReservedNotZero);
  if ((operation.reads | operation.writes) != 0 &&
      (descriptor.transfer_size == 0 || descriptor.transfer_size > limits.max_transfer)) {
    return Refusal(Status::kTransferSize);
  }
  if (operation.check != nullptr) {
    if (const auto status = operation.check(descriptor, limits)) return Refusal(*status);
  }
  // Last, as faults come while a descriptor that passed its checks is executed.
  if (NullOperands(descriptor, operation.reads) != 0) return Refusal(Status::kPageFault);
  if (NullOperands(descriptor, operation.writes) != 0) {
    return {static_cast<uint8_t>(Status::kPageFault) | abi::kStatusWriteFault};
  }
  return {};
}

}  // namespace datamover::engine
