#include "engine/split.h"

#include <algorithm>
#include <vector>

#include "abi/dif.h"
#include "engine/kernels.h"
#include "engine/operation_table.h"
#include "engine/operations.h"
#include "engine/ranges.h"

namespace datamover::engine {

namespace flag = abi::flag;
using abi::Opcode;

namespace {

constexpr uint64_t kSmallestJob = 512 << 10;
constexpr uint64_t kSmallestPart = 256 << 10;
constexpr uint64_t kPage = 4096;

/// Where part `index` begins; part `count` would begin at the end.
uint64_t Begin(const abi::Descriptor& job, size_t index, size_t count) {
  const uint64_t bytes = job.transfer_size;
  const uint64_t grain = Grain(job, kPage);
  return index == count ? bytes : bytes * index / count / grain * grain;
}

bool IsCrc(const abi::Descriptor& descriptor) {
  return descriptor.opcode() == Opcode::kCrc || descriptor.opcode() == Opcode::kCopyCrc;
}

bool IsComparison(const abi::Descriptor& descriptor) {
  return descriptor.opcode() == Opcode::kCompare || descriptor.opcode() == Opcode::kComparePattern;
}

abi::CompletionRecord JoinComparison(const abi::Descriptor& descriptor,
                                     std::span<const SliceRecord> slices) {
  for (const auto& [begin, record] : slices) {
    if (record.result != 0) return ComparisonRecord(descriptor, begin + record.bytes_completed);
  }
  return ComparisonRecord(descriptor, descriptor.transfer_size);
}

abi::CompletionRecord JoinCrc(const abi::Descriptor& descriptor,
                              std::span<const SliceRecord> slices) {
  uint32_t state = CrcConvert(descriptor, slices[0].record.crc);
  for (size_t i = 1; i < slices.size(); ++i) {
    const uint64_t end = i + 1 < slices.size() ? slices[i + 1].begin : descriptor.transfer_size;
    state =
        Crc32cShift(state, end - slices[i].begin) ^ CrcConvert(descriptor, slices[i].record.crc);
  }
  auto record = RecordOf(abi::Status::kSuccess);
  record.crc = CrcConvert(descriptor, state);
  return record;
}

}  // namespace

size_t PartCount(const abi::Descriptor& descriptor, size_t wanted) {
  const uint64_t bytes = descriptor.transfer_size;
  const Operation& operation = Find(descriptor.opcode());
  if (wanted < 2 || !operation.divisible || operation.in_order || bytes < kSmallestJob) return 1;
  if (descriptor.opcode() == Opcode::kMemoryMove &&
      Overlap(descriptor.source, descriptor.destination, bytes)) {
    return 1;
  }
  return static_cast<size_t>(std::min<uint64_t>(wanted, bytes / kSmallestPart));
}

abi::Descriptor Part(const abi::Descriptor& descriptor, size_t index, size_t count) {
  return Slice(descriptor, Begin(descriptor, index, count), Begin(descriptor, index + 1, count));
}

abi::CompletionRecord Join(const abi::Descriptor& descriptor,
                           std::span<const abi::CompletionRecord> parts) {
  std::vector<SliceRecord> slices;
  for (const auto& record : parts) {
    slices.push_back({Begin(descriptor, slices.size(), parts.size()), record});
  }
  return Join(descriptor, slices);
}

abi::Descriptor Slice(const abi::Descriptor& descriptor, uint64_t begin, uint64_t end) {
  abi::Descriptor slice = descriptor;
  slice.flags_opcode &= ~(flag::kRecordAddressValid | flag::kRequestRecord);
  slice.record_address = 0;
  Skip(slice, begin);
  slice.transfer_size = static_cast<uint32_t>(end - begin);

  if (IsComparison(descriptor)) {
    // The predicate is about the whole.
    slice.flags_opcode &= ~flag::kCheckResult;
    slice.compare.expected_result = 0;
  }
  if (IsCrc(descriptor)) {
    // Later slices start from register 0, so that they add nothing but their own bytes.
    slice.flags_opcode &= ~flag::kCrcReadSeed;
    slice.crc.seed_address = 0;
    slice.crc.seed = begin == 0 ? CrcSeed(descriptor) : CrcConvert(descriptor, 0);
  }
  return slice;
}

abi::CompletionRecord Join(const abi::Descriptor& descriptor, std::span<const SliceRecord> slices) {
  for (const auto& [begin, record] : slices) {
    if (record.status == static_cast<uint8_t>(abi::Status::kSuccess)) continue;
    auto whole = record;
    whole.bytes_completed += static_cast<uint32_t>(begin);
    return whole;
  }
  if (IsComparison(descriptor)) return JoinComparison(descriptor, slices);
  if (IsCrc(descriptor)) return JoinCrc(descriptor, slices);
  // The last one knows the tags of the next block.
  if (abi::dif::HasBlocks(descriptor)) return slices.back().record;
  return RecordOf(abi::Status::kSuccess);
}

}  // namespace datamover::engine
