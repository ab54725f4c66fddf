#include <cstring>
#include <memory>
#include <vector>

#include "both.h"
#include "engine/kernels.h"
#include "input.h"
#include "native/descriptors.h"
#include "targets.h"

namespace datamover::fuzz {

using abi::Opcode;
using abi::Status;
using Bytes = std::vector<uint8_t>;

namespace {

constexpr size_t kWord = 8;    // bytes
constexpr size_t kEntry = 10;  // bytes

bool Succeeded(const abi::CompletionRecord& record) {
  return record.status == static_cast<uint8_t>(Status::kSuccess);
}

// All vectors have the size that they need and no byte more, so that AddressSanitizer sees each
// access beyond, and one byte at least, so that they have an address.

abi::Descriptor ApplyJob(Bytes& target, const Bytes& record) {
  auto job = test::Describe(Opcode::kApplyDelta);
  job.delta = test::AddressOf(record.data());
  job.destination = test::AddressOf(target.data());
  job.transfer_size = static_cast<uint32_t>(target.size());
  job.apply_delta.record_size = static_cast<uint32_t>(record.size());
  return job;
}

/// A record of any bytes.
void Apply(const Bytes& target, const Bytes& record) {
  Bytes ours = target, theirs = target;
  const auto job = ApplyJob(ours, record);
  const bool legal = Judge(job, engine::Place::kQueue) == Verdict::kLegal;
  const auto outcome = engine::Execute(job, kLimits);
  if (!legal) {
    Require(ours == target, "a refused record was applied");
    return;
  }
  RequireEqual(outcome, ByModel(ApplyJob(theirs, record)));
  // The device writes until it finds the mistake, the engine looks for one first.
  Require(ours == (Succeeded(outcome) ? theirs : target), "different targets");
}

/// A record that was changed after it had been looked at.
void ApplyUnchecked(const Bytes& target, const Bytes& record) {
  Bytes ours = target, expected = target;
  for (size_t at = 0; at + kEntry <= record.size(); at += kEntry) {
    const size_t index = record[at] | size_t{record[at + 1]} << 8;
    if ((index + 1) * kWord > expected.size()) continue;
    std::memcpy(&expected[index * kWord], &record[at + 2], kWord);
  }
  engine::ApplyDelta(ours.data(), ours.size(), record.data(), record.size());
  Require(ours == expected, "a changed record was applied otherwise");
}

/// A record that is made, and applied if it is whole.
void Create(const Bytes& before, const Bytes& after, uint32_t room, uint8_t expected, bool checks) {
  auto job = test::Describe(Opcode::kCreateDelta, test::kRecordFlags);
  if (checks) job.flags_opcode |= abi::flag::kCheckResult;
  Bytes ours(room, 0xa5), theirs(room, 0xa5);
  job.record_address = test::AddressOf(&test::SpareRecord());
  job.source = test::AddressOf(before.data());
  job.source2 = test::AddressOf(after.data());
  job.transfer_size = static_cast<uint32_t>(before.size());
  job.create_delta.record = test::AddressOf(ours.data());
  job.create_delta.record_size = room;
  job.create_delta.expected_result_mask = expected;
  if (Judge(job, engine::Place::kQueue) != Verdict::kLegal) return;
  const auto outcome = engine::Execute(job, kLimits);
  job.create_delta.record = test::AddressOf(theirs.data());
  RequireEqual(outcome, ByModel(job));
  ours.resize(outcome.delta_record_size);
  theirs.resize(outcome.delta_record_size);
  Require(ours == theirs, "different records of a delta");
  if (outcome.result != 1) {
    Require(outcome.result != 0 || before == after, "equal, and yet not");
    return;
  }
  Bytes target = before;
  Require(Succeeded(engine::Execute(ApplyJob(target, ours), kLimits)), "a record is not taken");
  Require(target == after, "a record does not make the one of the other");
}

}  // namespace

void Delta(std::span<const uint8_t> bytes) {
  Input input(bytes);
  const auto kind = input.Take<uint8_t>();
  const auto many = input.Take<uint16_t>();
  // Few words most of the time: what there is to find is at the edges.
  const size_t words = 1 + (kind & 1 ? many : many % 48);
  Bytes target(words * kWord + (kind & 2 ? many % kWord : 0));
  if (kind & 4) {
    const Bytes record(input.rest().begin(), input.rest().end());
    if (record.empty()) return;
    input.Fill(target);
    Apply(target, record);
    ApplyUnchecked(target, record);
    return;
  }
  const auto room = input.Take<uint16_t>();
  const auto expected = input.Take<uint8_t>();
  const uint32_t step = 1 + input.Take<uint8_t>();
  input.Fill(target);
  Bytes after = target;
  // Bytes of the input change one byte each, `step` words apart.
  size_t at = 0;
  for (const uint8_t change : input.rest()) {
    if (at >= after.size()) break;
    after[at] ^= change;
    at += step * kWord + change % kWord;
  }
  Create(target, after, room, expected, kind & 8);
}

}  // namespace datamover::fuzz
