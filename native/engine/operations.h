#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"
#include "engine/kernels.h"

// The functions behind the rows of the operation table: from the descriptor's fields to the
// kernels and back to a record. A check returns the status of a descriptor that it refuses; a run
// takes a legal one.
namespace datamover::engine {

abi::CompletionRecord RunNop(const abi::Descriptor&, const Limits&);

// visibility.cc
std::optional<abi::Status> CheckDrain(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunDrain(const abi::Descriptor&, const Limits&);

// copy_operations.cc
abi::CompletionRecord RunMove(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunFill(const abi::Descriptor&, const Limits&);
std::optional<abi::Status> CheckDualcast(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunDualcast(const abi::Descriptor&, const Limits&);
std::optional<abi::Status> CheckFlush(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunFlush(const abi::Descriptor&, const Limits&);

// compare_operations.cc
abi::CompletionRecord RunCompare(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunComparePattern(const abi::Descriptor&, const Limits&);
/// The record of a comparison whose first difference is at `offset`, or that found none when
/// `offset` is the transfer size: here the predicate is evaluated.
abi::CompletionRecord ComparisonRecord(const abi::Descriptor&, uint64_t offset);

// delta_operations.cc
std::optional<abi::Status> CheckCreateDelta(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunCreateDelta(const abi::Descriptor&, const Limits&);
/// The record of ranges that were compared so far: here the predicate is evaluated.
abi::CompletionRecord DeltaRecord(const abi::Descriptor&, const DeltaScan&);
std::optional<abi::Status> CheckApplyDelta(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunApplyDelta(const abi::Descriptor&, const Limits&);

// dif_operations.cc
std::optional<abi::Status> CheckDif(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunDif(const abi::Descriptor&, const Limits&);
/// The record of success, with the tags that `rest`, the descriptor of the blocks left, has.
abi::CompletionRecord DifRecord(const abi::Descriptor& rest);
/// Makes the tags those of the block behind so many more.
void SkipDifBlocks(abi::Descriptor&, uint64_t blocks);

// crc_operations.cc
std::optional<abi::Status> CheckCrc(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunCrc(const abi::Descriptor&, const Limits&);
std::optional<abi::Status> CheckCopyCrc(const abi::Descriptor&, const Limits&);
abi::CompletionRecord RunCopyCrc(const abi::Descriptor&, const Limits&);
/// The seed, wherever the descriptor keeps it.
uint32_t CrcSeed(const abi::Descriptor&);
/// The kernels' register for a seed or a result, or the result for a register: the conversion that
/// the flags ask for is its own inverse.
uint32_t CrcConvert(const abi::Descriptor&, uint32_t value);

/// A record of nothing but a status.
inline abi::CompletionRecord RecordOf(abi::Status status) {
  abi::CompletionRecord record = {};
  record.status = static_cast<uint8_t>(status);
  return record;
}

/// The record of a move that is done.
inline abi::CompletionRecord MoveRecord(const abi::Descriptor& job) {
  auto record = RecordOf(abi::Status::kSuccess);
  // The device copies backwards where a forward copy would overwrite what it has yet to read.
  const uint64_t ahead = job.destination - job.source;
  record.result = ahead != 0 && ahead < job.transfer_size;
  return record;
}

inline uint8_t* At(uint64_t address) { return reinterpret_cast<uint8_t*>(address); }

/// Writes a record: bytes 1-31 first, then the status byte with release order.
inline void Publish(uint64_t address, const abi::CompletionRecord& record) {
  // In place of std::atomic_ref, which not every standard library has.
  using AtomicWord = std::atomic<uint64_t>;
  static_assert(sizeof(AtomicWord) == sizeof(uint64_t) && AtomicWord::is_always_lock_free);
  static_assert(std::endian::native == std::endian::little);

  uint8_t* const target = At(address);
  std::memcpy(target + 8, &record.fault_address, 8);
  std::memcpy(target + 16, record.specific, 16);
  // The first eight bytes are one store, so the status is seen with them. They are read one by one
  // as they were written a moment ago: a wide load would have to wait for these stores to retire.
  const uint64_t first = uint64_t{record.status} | uint64_t{record.result} << 8 |
                         uint64_t{record.fault_info} << 16 | uint64_t{record.reserved} << 24 |
                         uint64_t{record.bytes_completed} << 32;
  reinterpret_cast<AtomicWord*>(target)->store(first, std::memory_order_release);
}

/// Whether two ranges share a byte.
inline bool Overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes) {
  return a - b < b_bytes || b - a < a_bytes;
}

/// The same for ranges of one length.
inline bool Overlap(uint64_t a, uint64_t b, uint64_t bytes) { return Overlap(a, bytes, b, bytes); }

}  // namespace datamover::engine
