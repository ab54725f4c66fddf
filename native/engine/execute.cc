#include "engine/execute.h"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstring>

#include "engine/operation_table.h"
#include "engine/operations.h"
#include "engine/validation.h"
#include "engine/visibility.h"

namespace datamover::engine {

namespace flag = abi::flag;
using abi::Status;

namespace {

abi::CompletionRecord Run(const abi::Descriptor& descriptor, const Limits& limits,
                          Provider* provider) {
  if (provider != nullptr) {
    if (const auto record = provider->run(descriptor)) {
      provider->executed.fetch_add(1, std::memory_order_relaxed);
      return *record;
    }
  }
  return Find(descriptor.opcode()).run(descriptor, limits);
}

}  // namespace

abi::CompletionRecord Execute(const abi::Descriptor& descriptor, const Limits& limits,
                              Provider* provider) {
  const Verdict verdict = Validate(descriptor, limits, Place::kQueue);
  return verdict.legal() ? ExecuteLegal(descriptor, limits, provider) : verdict.Record();
}

std::optional<abi::CompletionRecord> Refuse(const abi::Descriptor& descriptor,
                                            const Limits& limits) {
  const Verdict verdict = Validate(descriptor, limits, Place::kQueue);
  if (verdict.legal()) return std::nullopt;
  return verdict.Record();
}

abi::CompletionRecord ExecuteLegal(const abi::Descriptor& descriptor, const Limits& limits,
                                   Provider* provider) {
  const auto record = Run(descriptor, limits, provider);
  if (!Settle(descriptor)) return RecordOf(Status::kInvalidFlags);
  return record;
}

bool WantsRecord(const abi::Descriptor& descriptor, const abi::CompletionRecord& record) {
  if (!descriptor.has(flag::kRecordAddressValid) || descriptor.record_address == 0 ||
      descriptor.record_address % sizeof record != 0) {
    return false;
  }
  if (descriptor.has(flag::kRequestRecord)) return true;
  const auto status = static_cast<Status>(record.status & abi::kStatusMask);
  return status != Status::kSuccess && status != Status::kFalsePredicate &&
         status != Status::kBatchError;
}

void Complete(const abi::Descriptor& descriptor, const abi::CompletionRecord& record) {
  // In place of std::atomic_ref, which not every standard library has.
  using AtomicWord = std::atomic<uint64_t>;
  static_assert(sizeof(AtomicWord) == sizeof(uint64_t) && AtomicWord::is_always_lock_free);
  static_assert(std::endian::native == std::endian::little);

  if (!WantsRecord(descriptor, record)) return;
  uint8_t* const target = At(descriptor.record_address);
  std::memcpy(target + 8, &record.fault_address, 8);
  std::memcpy(target + 16, record.specific, 16);
  // The first eight bytes are one store, so the status is seen with them. They are read one by one
  // as they were written a moment ago: a wide load would have to wait for these stores to retire.
  const uint64_t first = uint64_t{record.status} | uint64_t{record.result} << 8 |
                         uint64_t{record.fault_info} << 16 | uint64_t{record.reserved} << 24 |
                         uint64_t{record.bytes_completed} << 32;
  reinterpret_cast<AtomicWord*>(target)->store(first, std::memory_order_release);
}

}  // namespace datamover::engine
