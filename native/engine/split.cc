#include "engine/split.h"

#include <algorithm>

#include "engine/kernels.h"
#include "engine/operation_table.h"
#include "engine/operations.h"

namespace datamover::engine {

namespace flag = abi::flag;
using abi::Opcode;

namespace {

constexpr uint64_t kSmallestJob = 512 << 10;
constexpr uint64_t kSmallestPart = 256 << 10;
constexpr uint64_t kPage = 4096;

/// Where part `index` begins; part `count` would begin at the end. Rounding down keeps parts at
/// kSmallestPart or above, as that is a multiple of a page.
uint64_t Begin(uint64_t bytes, size_t index, size_t count) {
  return index == count ? bytes : bytes * index / count / kPage * kPage;
}

bool IsCrc(const abi::Descriptor& descriptor) {
  return descriptor.opcode() == Opcode::kCrc || descriptor.opcode() == Opcode::kCopyCrc;
}

bool IsComparison(const abi::Descriptor& descriptor) {
  return descriptor.opcode() == Opcode::kCompare || descriptor.opcode() == Opcode::kComparePattern;
}

abi::CompletionRecord JoinComparison(const abi::Descriptor& descriptor,
                                     std::span<const abi::CompletionRecord> parts) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].result == 0) continue;
    const uint64_t begin = Begin(descriptor.transfer_size, i, parts.size());
    return ComparisonRecord(descriptor, begin + parts[i].bytes_completed);
  }
  return ComparisonRecord(descriptor, descriptor.transfer_size);
}

abi::CompletionRecord JoinCrc(const abi::Descriptor& descriptor,
                              std::span<const abi::CompletionRecord> parts) {
  uint32_t state = CrcConvert(descriptor, parts[0].crc);
  for (size_t i = 1; i < parts.size(); ++i) {
    const uint64_t bytes = Begin(descriptor.transfer_size, i + 1, parts.size()) -
                           Begin(descriptor.transfer_size, i, parts.size());
    state = Crc32cShift(state, bytes) ^ CrcConvert(descriptor, parts[i].crc);
  }
  auto record = RecordOf(abi::Status::kSuccess);
  record.crc = CrcConvert(descriptor, state);
  return record;
}

}  // namespace

size_t PartCount(const abi::Descriptor& descriptor, size_t wanted) {
  const uint64_t bytes = descriptor.transfer_size;
  const Operation& operation = Find(descriptor.opcode());
  if (wanted < 2 || !operation.divisible || bytes < kSmallestJob) return 1;
  if (descriptor.opcode() == Opcode::kMemoryMove &&
      Overlap(descriptor.source, descriptor.destination, bytes)) {
    return 1;
  }
  return static_cast<size_t>(std::min<uint64_t>(wanted, bytes / kSmallestPart));
}

abi::Descriptor Part(const abi::Descriptor& descriptor, size_t index, size_t count) {
  const uint64_t begin = Begin(descriptor.transfer_size, index, count);
  const uint64_t end = Begin(descriptor.transfer_size, index + 1, count);
  const Operation& operation = Find(descriptor.opcode());
  const uint8_t operands = operation.reads | operation.writes;

  abi::Descriptor part = descriptor;
  part.flags_opcode &= ~(flag::kRecordAddressValid | flag::kRequestRecord);
  part.record_address = 0;
  part.transfer_size = static_cast<uint32_t>(end - begin);
  if (operands & operand::kSource) part.source += begin;
  if (operands & operand::kDestination) part.destination += begin;
  if (operands & operand::kDestination2) part.dualcast.destination2 += begin;

  if (IsComparison(descriptor)) {
    // The predicate is about the whole.
    part.flags_opcode &= ~flag::kCheckResult;
    part.compare.expected_result = 0;
  }
  if (IsCrc(descriptor)) {
    // Later parts start from register 0, so that they add nothing but their own bytes.
    part.flags_opcode &= ~flag::kCrcReadSeed;
    part.crc.seed_address = 0;
    part.crc.seed = index == 0 ? CrcSeed(descriptor) : CrcConvert(descriptor, 0);
  }
  return part;
}

abi::CompletionRecord Join(const abi::Descriptor& descriptor,
                           std::span<const abi::CompletionRecord> parts) {
  if (IsComparison(descriptor)) return JoinComparison(descriptor, parts);
  if (IsCrc(descriptor)) return JoinCrc(descriptor, parts);
  return RecordOf(abi::Status::kSuccess);
}

}  // namespace datamover::engine
