#include "engine/execute.h"

#include <atomic>
#include <cstddef>

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
  if (!verdict.legal()) return verdict.Record();
  return ExecuteLegal(descriptor, limits, provider);
}

std::optional<abi::CompletionRecord> Refuse(const abi::Descriptor& descriptor,
                                            const Limits& limits) {
  const Verdict verdict = Validate(descriptor, limits, Place::kQueue);
  if (verdict.legal()) return std::nullopt;
  return verdict.Record();
}

abi::CompletionRecord ExecuteLegal(const abi::Descriptor& descriptor, const Limits& limits,
                                   Provider* provider) {
  // The record is made where it is returned: a copy would wait for what was written to it a moment
  // ago.
  auto record = Run(descriptor, limits, provider);
  if (!Settle(descriptor)) record = RecordOf(Status::kInvalidFlags);
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
  if (WantsRecord(descriptor, record)) Publish(descriptor.record_address, record);
}

}  // namespace datamover::engine
