#include <array>
#include <cstring>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"

namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Status;

/// A batch of fills of one byte each with their records, of which some can be spoilt.
struct Batch {
  static constexpr size_t kMembers = 6;
  static constexpr uint8_t kFilled = 0x77;

  std::array<abi::Descriptor, kMembers> members;
  std::array<abi::CompletionRecord, kMembers> records = {};
  std::array<uint8_t, kMembers> data = {};

  Batch() {
    for (size_t i = 0; i < kMembers; ++i) {
      members[i] = Reporting(FillJob(&data[i], 0x0101'0101'0101'0101 * kFilled, 1), records[i]);
    }
  }

  void Fence(size_t i) { members[i].flags_opcode |= flag::kFence; }

  void Spoil(size_t i) { members[i].transfer_size = 0; }

  void Runs(Status status, uint32_t processed,
            std::source_location at = std::source_location::current()) {
    const auto record = engine::Execute(BatchJob(members.data(), kMembers));
    Equal(record.status, static_cast<uint8_t>(status), "status", at);
    Equal(record.bytes_completed, processed, "processed", at);
    for (size_t i = 0; i < kMembers; ++i) {
      const bool done = i < processed && members[i].transfer_size > 0;
      if (members[i].opcode() == abi::Opcode::kFill) {
        Equal(data[i], done ? kFilled : 0, "data of " + std::to_string(i), at);
      }
      Equal(records[i].status != 0, i < processed, "record of " + std::to_string(i), at);
    }
  }

  void Reports(size_t i, Status status, std::source_location at = std::source_location::current()) {
    Equal(records[i].status, static_cast<uint8_t>(status), "member " + std::to_string(i), at);
  }
};

const Register success("a batch counts its members when all succeed", [] {
  Batch batch;
  batch.Fence(0);
  batch.Fence(3);
  batch.Runs(Status::kSuccess, Batch::kMembers);
});

const Register failure("a failed member does not stop those that have no fence", [] {
  Batch batch;
  batch.Spoil(1);
  batch.Runs(Status::kBatchError, Batch::kMembers);
  batch.Reports(1, Status::kTransferSize);
  batch.Reports(2, Status::kSuccess);
});

const Register abandonment("behind a fence after a failure nothing is touched", [] {
  for (size_t failed = 0; failed < Batch::kMembers; ++failed) {
    for (size_t fence = 0; fence < Batch::kMembers; ++fence) {
      Batch batch;
      batch.Spoil(failed);
      batch.Fence(fence);
      const bool behind = failed < fence;
      batch.Runs(Status::kBatchError, static_cast<uint32_t>(behind ? fence : Batch::kMembers));
    }
  }
});

const Register predicate("a false predicate counts as a failure", [] {
  for (const bool expected : {false, true}) {
    Batch batch;
    const uint8_t a = 1, b = 2;
    auto& member = batch.members[1];
    member = Reporting(CompareJob(&a, &b, 1), batch.records[1]);
    member.flags_opcode |= flag::kCheckResult;
    member.compare.expected_result = expected;
    batch.Fence(4);
    if (expected) {
      batch.Runs(Status::kSuccess, Batch::kMembers);
    } else {
      batch.Runs(Status::kBatchError, 4);
      batch.Reports(1, Status::kFalsePredicate);
    }
  }
});

const Register nesting("batch and drain are no members", [] {
  Batch batch;
  alignas(64) const std::array<abi::Descriptor, 2> inner = {};
  batch.members[0] = Reporting(BatchJob(inner.data(), 2), batch.records[0]);
  batch.members[2] = Reporting(DrainJob(), batch.records[2]);
  batch.Runs(Status::kBatchError, Batch::kMembers);
  batch.Reports(0, Status::kUnsupportedOpcode);
  batch.Reports(2, Status::kUnsupportedOpcode);
});

const Register quiet("members write records as their own flags ask", [] {
  Batch batch;
  for (auto& member : batch.members) member.flags_opcode &= ~flag::kRequestRecord;
  batch.members[1].flags_opcode &= ~flag::kRecordAddressValid;
  batch.Spoil(1);
  batch.Spoil(2);
  const auto record = engine::Execute(BatchJob(batch.members.data(), Batch::kMembers));
  Equal(record.status, static_cast<uint8_t>(Status::kBatchError));
  for (size_t i = 0; i < Batch::kMembers; ++i) {
    batch.Reports(i, i == 2 ? Status::kTransferSize : Status::kPending);
  }
});

const Register on_descriptor("a member's record may lie on its descriptor", [] {
  Batch batch;
  for (auto& member : batch.members) member.record_address = AddressOf(&member);
  const auto record = engine::Execute(BatchJob(batch.members.data(), Batch::kMembers));
  Equal(record.status, static_cast<uint8_t>(Status::kSuccess));
  for (size_t i = 0; i < Batch::kMembers; ++i) {
    Equal(*reinterpret_cast<const uint8_t*>(&batch.members[i]), 1, "status");
    Equal(batch.data[i], Batch::kFilled, "data");
  }
});

const Register limits("members obey the queue's limits", [] {
  Batch batch;
  std::array<uint8_t, 2> two = {};
  batch.members[5] = Reporting(FillJob(two.data(), 1, 2), batch.records[5]);
  const auto record =
      engine::Execute(BatchJob(batch.members.data(), Batch::kMembers), {.max_transfer = 1});
  Equal(record.status, static_cast<uint8_t>(Status::kBatchError));
  batch.Reports(5, Status::kTransferSize);
});

const Register chain("a crc chain reads its seed from the record before", [] {
  Random random(1);
  const auto data = random.Bytes(1000);
  alignas(64) std::array<abi::Descriptor, 4> members;
  std::array<abi::CompletionRecord, 4> records = {};
  for (size_t i = 0; i < 4; ++i) {
    members[i] = Reporting(CrcJob(&data[i * 250], 250), records[i]);
    if (i == 0) continue;
    members[i].flags_opcode |= flag::kCrcReadSeed | flag::kFence;
    members[i].crc.seed_address = AddressOf(&records[i - 1].crc);
  }
  Equal(engine::Execute(BatchJob(members.data(), 4)).status,
        static_cast<uint8_t>(Status::kSuccess));
  Equal(records[3].crc, engine::Execute(CrcJob(data.data(), 1000)).crc);
});

}  // namespace
}  // namespace datamover::test
