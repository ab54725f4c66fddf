#include <array>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "abi/dif.h"
#include "device_model/execute.h"

namespace datamover::device_model {

using abi::Opcode;
using abi::Status;
namespace flag = abi::flag;

namespace {

/// First and last byte of a field.
using Bytes = std::pair<unsigned, unsigned>;

constexpr uint32_t kEverywhere =
    flag::kRecordAddressValid | flag::kRequestRecord | flag::kRecordTrafficClassB;
constexpr uint32_t kClass1 = flag::kAddress1TrafficClassB;
constexpr uint32_t kClass2 = flag::kAddress2TrafficClassB;
constexpr uint32_t kClass3 = flag::kAddress3TrafficClassB;
constexpr uint32_t kBlock = flag::kBlockOnFault;
constexpr uint32_t kWrites = kBlock | flag::kCacheControl1 | flag::kCacheControl2 |
                             flag::kCacheControl3 | flag::kStrictOrdering;
constexpr uint32_t kCrcFlags =
    flag::kCrcReadSeed | flag::kCrcBypassInversion | flag::kCrcBypassDataReflection;

struct Rule {
  bool known = false;
  uint32_t flags = 0;
  std::vector<Bytes> reserved = {};
  bool needs_record = false;
};

/// Table 5-3 of the specification.
Rule RuleOf(Opcode opcode) {
  switch (opcode) {
    case Opcode::kNop:
      return {true, 0, {{16, 35}, {38, 63}}};
    case Opcode::kBatch:
      return {true, kClass1, {{24, 31}, {38, 63}}};
    case Opcode::kDrain:
      // Readback addresses are a capability that gen_cap does not name.
      return {true, kClass1 | kClass2, {{32, 35}, {38, 63}}, true};
    case Opcode::kMemoryMove:
      return {true, kWrites | kClass1 | kClass2, {{38, 63}}};
    case Opcode::kFill:
      return {true, kWrites | kClass2, {{38, 63}}};
    case Opcode::kCompare:
      return {true, kBlock | flag::kCheckResult | kClass1 | kClass2, {{38, 39}, {41, 63}}, true};
    case Opcode::kComparePattern:
      return {true, kBlock | flag::kCheckResult | kClass1, {{38, 39}, {41, 63}}, true};
    case Opcode::kCreateDelta:
      return {true,
              kWrites | flag::kCheckResult | kClass1 | kClass2 | kClass3,
              {{38, 39}, {52, 55}, {57, 63}},
              true};
    case Opcode::kApplyDelta:
      return {true, kWrites | kClass1 | kClass2, {{38, 39}, {44, 63}}};
    case Opcode::kDualcast:
      return {true, kWrites | kClass1 | kClass2 | kClass3, {{38, 39}, {48, 63}}};
    case Opcode::kCrc:
      return {true,
              kBlock | kClass1 | kClass3 | kCrcFlags,
              {{24, 31}, {38, 39}, {44, 47}, {56, 63}},
              true};
    case Opcode::kCopyCrc:
      return {true,
              kWrites | kClass1 | kClass2 | kClass3 | kCrcFlags,
              {{38, 39}, {44, 47}, {56, 63}},
              true};
    case Opcode::kDifCheck:
      return {true, kBlock | kClass1, {{24, 31}, {38, 39}, {41, 41}, {43, 47}, {56, 63}}, true};
    case Opcode::kDifInsert:
      return {true, kWrites | kClass1 | kClass2, {{38, 40}, {43, 55}}};
    case Opcode::kDifStrip:
      return {true, kWrites | kClass1 | kClass2, {{38, 39}, {41, 41}, {43, 47}, {56, 63}}};
    case Opcode::kDifUpdate:
      return {true, kWrites | kClass1 | kClass2, {{38, 39}, {43, 47}}};
    case Opcode::kCacheFlush:
      return {true, kWrites | kClass2, {{16, 23}, {38, 63}}};
  }
  return {};
}

bool IsZero(const abi::Descriptor& descriptor, Bytes field) {
  std::array<uint8_t, sizeof descriptor> bytes;
  std::memcpy(bytes.data(), &descriptor, sizeof descriptor);
  for (unsigned i = field.first; i <= field.second; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

/// Behind the last address comes the first one.
bool Share(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes) {
  return a - b < b_bytes || b - a < a_bytes;
}

std::optional<Status> CheckCrc(const abi::Descriptor& job) {
  if (!job.has(flag::kCrcReadSeed)) {
    if (job.crc.seed_address != 0) return Status::kReservedNotZero;
    return std::nullopt;
  }
  if (job.crc.seed != 0) return Status::kReservedNotZero;
  if (job.crc.seed_address % 4 != 0) return Status::kMisalignedAddress;
  return std::nullopt;
}

// Devices check in any order; this one does as Intel's library.
std::optional<Status> CheckCreateDelta(const abi::Descriptor& job, const QueueRules& rules) {
  const uint64_t bytes = job.transfer_size;
  const uint32_t room = job.create_delta.record_size;
  if (room == 0) return Status::kDeltaRecordSize;
  if (job.source % 8 != 0 || job.source2 % 8 != 0 || bytes % 8 != 0) {
    return Status::kMisalignedAddress;
  }
  if (bytes > 0x80000) return Status::kTransferSize;
  if (room < 80 || room > rules.max_transfer) return Status::kDeltaRecordSize;
  if (Share(job.source, bytes, job.create_delta.record, room) ||
      Share(job.source2, bytes, job.create_delta.record, room)) {
    return Status::kOverlap;
  }
  return std::nullopt;
}

std::optional<Status> CheckApplyDelta(const abi::Descriptor& job) {
  const uint64_t bytes = job.transfer_size;
  const uint32_t record = job.apply_delta.record_size;
  if (record == 0) return Status::kDeltaRecordSize;
  if (Share(job.delta, record, job.destination, bytes)) return Status::kOverlap;
  if (job.destination % 8 != 0 || bytes % 8 != 0) return Status::kMisalignedAddress;
  if (bytes > 0x80000) return Status::kTransferSize;
  if (record < 10 || record % 10 != 0) return Status::kDeltaRecordSize;
  return std::nullopt;
}

std::optional<Status> CheckDif(const abi::Descriptor& job) {
  const uint64_t block = abi::dif::BlockBytes(job);
  const bool insert = job.opcode() == Opcode::kDifInsert;
  const uint64_t unit = insert ? block : block + 8;
  const uint64_t bytes = job.transfer_size;
  if (bytes % unit != 0) return Status::kTransferSize;
  if (job.opcode() == Opcode::kDifCheck) return std::nullopt;
  // Of a strip the device takes the destination to be as long as the source.
  const uint64_t written = insert ? bytes / block * (block + 8) : bytes;
  if (Share(job.source, bytes, job.destination, written)) return Status::kOverlap;
  return std::nullopt;
}

std::optional<Status> CheckOperands(const abi::Descriptor& job, const QueueRules& rules) {
  const uint64_t bytes = job.transfer_size;
  switch (job.opcode()) {
    case Opcode::kDualcast: {
      const uint64_t second = job.dualcast.destination2;
      if (((job.destination ^ second) & 0xfff) != 0) return Status::kDualcastAlignment;
      if (Share(job.source, bytes, job.destination, bytes) ||
          Share(job.source, bytes, second, bytes) || Share(job.destination, bytes, second, bytes)) {
        return Status::kOverlap;
      }
      return std::nullopt;
    }
    case Opcode::kCopyCrc:
      if (Share(job.source, bytes, job.destination, bytes)) return Status::kOverlap;
      return CheckCrc(job);
    case Opcode::kCrc:
      return CheckCrc(job);
    case Opcode::kCreateDelta:
      return CheckCreateDelta(job, rules);
    case Opcode::kApplyDelta:
      return CheckApplyDelta(job);
    case Opcode::kDifCheck:
    case Opcode::kDifInsert:
    case Opcode::kDifStrip:
    case Opcode::kDifUpdate:
      return CheckDif(job);
    default:
      return std::nullopt;
  }
}

std::optional<Status> CheckSize(const abi::Descriptor& job, const QueueRules& rules) {
  switch (job.opcode()) {
    case Opcode::kNop:
    case Opcode::kDrain:
      return std::nullopt;
    case Opcode::kBatch:
      if (job.list % sizeof job != 0) return Status::kListAlignment;
      if (job.count < 2 || job.count > rules.max_batch) return Status::kDescriptorCount;
      return std::nullopt;
    default:
      if (job.transfer_size == 0 || job.transfer_size > rules.max_transfer) {
        return Status::kTransferSize;
      }
      return std::nullopt;
  }
}

/// Of the triple of cache control: 5 and 7 are reserved, 4 is durable memory, which the device
/// lacks.
uint32_t BadCacheControl(const abi::Descriptor& job) { return job.flags() & flag::kCacheControl3; }

}  // namespace

std::optional<Refusal> Validate(const abi::Descriptor& job, const QueueRules& rules, Place place) {
  // No record can tell of it, and nothing is done.
  if (job.has(flag::kRecordAddressValid) && job.record_address % sizeof(abi::CompletionRecord)) {
    return Refusal{Status::kRecordAlignment};
  }
  const Rule rule = RuleOf(job.opcode());
  const bool in_batch = place == Place::kBatch;
  const bool nested = job.opcode() == Opcode::kBatch || job.opcode() == Opcode::kDrain;
  if (!rule.known || (in_batch && nested)) return Refusal{Status::kUnsupportedOpcode};

  uint32_t allowed = kEverywhere | rule.flags | (in_batch ? flag::kFence : 0);
  if (!rules.block_on_fault) allowed &= ~flag::kBlockOnFault;
  uint32_t invalid = job.flags() & ~allowed;
  invalid |= BadCacheControl(job);
  const bool has_address = job.has(flag::kRecordAddressValid);
  if (!has_address && job.has(flag::kRequestRecord)) invalid |= flag::kRequestRecord;
  if (rule.needs_record) {
    invalid |= (flag::kRecordAddressValid | flag::kRequestRecord) & ~job.flags();
  }
  if (invalid != 0) return Refusal{Status::kInvalidFlags, invalid};

  for (const Bytes& field : rule.reserved) {
    if (!IsZero(job, field)) return Refusal{Status::kReservedNotZero};
  }
  if (job.interrupt_handle != 0) return Refusal{Status::kReservedNotZero};
  if (const auto status = CheckSize(job, rules)) return Refusal{*status};
  if (const auto status = CheckOperands(job, rules)) return Refusal{*status};
  return std::nullopt;
}

abi::CompletionRecord RecordOf(const Refusal& refusal) {
  abi::CompletionRecord record = {};
  record.status = static_cast<uint8_t>(refusal.status);
  record.invalid_flags = refusal.invalid_flags;
  return record;
}

}  // namespace datamover::device_model
