#include "both.h"

#include <cstring>

#include "device_model/batch.h"
#include "device_model/execute.h"
#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc32c_internal.h"
#include "input.h"
#include "native/model_memory.h"

namespace datamover::fuzz {

using abi::Status;

namespace {

constexpr device_model::QueueRules kRules = {
    .max_transfer = kLimits.max_transfer, .max_batch = kLimits.max_batch, .block_on_fault = true};

bool ReadsBack(const abi::Descriptor& job) {
  namespace flag = abi::flag;
  constexpr uint32_t kFlags = flag::kDrainReadback1 | flag::kDrainReadback2 |
                              flag::kDrainNoReadbackA | flag::kDrainNoReadbackB;
  return job.opcode() == abi::Opcode::kDrain && (job.flags() & kFlags) != 0;
}

}  // namespace

Verdict Judge(const abi::Descriptor& job, engine::Place place) {
  const auto ours = engine::Validate(job, kLimits, place);
  // There is no address to which the record of that could be written.
  if (ours.status == static_cast<uint8_t>(Status::kRecordFault)) return Verdict::kFaults;
  if (place == engine::Place::kQueue && ReadsBack(job)) return Verdict::kReadback;
  const auto theirs = device_model::Validate(
      job, kRules,
      place == engine::Place::kBatch ? device_model::Place::kBatch : device_model::Place::kQueue);
  const auto code = static_cast<Status>(ours.status & abi::kStatusMask);
  const bool faults = code == Status::kPageFault || code == Status::kBatchPageFault;
  if (ours.legal() || faults) {
    if (job.opcode() == abi::Opcode::kDifStrip && theirs && theirs->status == Status::kOverlap) {
      return Verdict::kTouching;
    }
    Require(!theirs.has_value(), "the device model refuses what the engine takes");
    return faults ? Verdict::kFaults : Verdict::kLegal;
  }
  Require(theirs.has_value(), "the engine refuses what the device model takes");
  Require(theirs->status == code, "refused for different reasons");
  Require(theirs->invalid_flags == ours.invalid_flags, "refused for different flags");
  return Verdict::kRefused;
}

abi::CompletionRecord ByModel(const abi::Descriptor& job) {
  test::HoledMemory memory;
  return device_model::Execute(job, memory, kRules, {});
}

abi::CompletionRecord BatchByModel(const abi::Descriptor& job) {
  test::HoledMemory memory;
  device_model::Random random;
  return device_model::ExecuteBatch(
      job, memory, kRules, [](const abi::Descriptor&) { return device_model::Injection{}; }, random,
      ReportByModel);
}

void ReportByModel(const abi::Descriptor& job, const abi::CompletionRecord& record) {
  test::HoledMemory memory;
  device_model::Report(job, record, memory);
}

void RequireEqual(const abi::CompletionRecord& ours, const abi::CompletionRecord& theirs) {
  Require(ours.status == theirs.status, "different statuses");
  Require(std::memcmp(&ours, &theirs, sizeof ours) == 0, "different records");
}

void RequireEqualCrcs(std::span<const uint8_t> bytes, uint32_t seed) {
  const uint8_t* const data = bytes.data();
  const uint32_t crc = engine::crc32c::ExtendPortable(seed, data, bytes.size());
  for (const auto& [name, usable, extend, copy, stream] : engine::crc32c::Implementations()) {
    Require(!usable || extend(seed, data, bytes.size()) == crc, name);
  }
  const auto short_seed = static_cast<uint16_t>(seed);
  const uint16_t guard = engine::crc16::ExtendPortable(short_seed, data, bytes.size());
  for (const auto& [name, usable, extend, run] : engine::crc16::Implementations()) {
    Require(!usable || extend(short_seed, data, bytes.size()) == guard, name);
  }
}

}  // namespace datamover::fuzz
