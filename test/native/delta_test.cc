#if defined(__linux__)

#include <algorithm>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "engine/execute.h"
#include "model_memory.h"

// The engine against the device model, which share no code.
namespace datamover::test {
namespace {

using abi::Opcode;
using abi::Status;

constexpr uint32_t kMost = 4096;

abi::Descriptor CreateJob(Pages& before, Pages& after, Pages& record, uint32_t bytes,
                          uint32_t room) {
  auto job = Reporting(Describe(Opcode::kCreateDelta), SpareRecord());
  job.source = AddressOf(before.data());
  job.source2 = AddressOf(after.data());
  job.create_delta.record = AddressOf(record.data());
  job.create_delta.record_size = room;
  job.transfer_size = bytes;
  return job;
}

abi::Descriptor ApplyJob(Pages& target, Pages& record, uint32_t bytes, uint32_t record_bytes) {
  auto job = Describe(Opcode::kApplyDelta);
  job.delta = AddressOf(record.data());
  job.destination = AddressOf(target.data());
  job.apply_delta.record_size = record_bytes;
  job.transfer_size = bytes;
  return job;
}

const Register create("delta: engine and device model make the same records", [] {
  Random random(11);
  Pages before(kMost), after(kMost), ours(2 * kMost), theirs(2 * kMost);
  for (int round = 0; round < 2000; ++round) {
    const uint32_t bytes = 8 * (1 + random.Below(kMost / 8));
    const uint32_t room = 80 + random.Below(1200);
    const uint32_t differ = random.Below(4) == 0 ? 0 : random.Below(bytes / 8 + 1);
    std::copy(before.data(), before.data() + kMost, after.data());
    for (uint32_t i = 0; i < differ; ++i) after[random.Below(bytes)] ^= 0x10;
    auto job = CreateJob(before, after, ours, bytes, room);
    if (round % 2) {
      job.flags_opcode |= abi::flag::kCheckResult;
      job.create_delta.expected_result_mask = static_cast<uint8_t>(random.Below(8));
    }
    auto twin = job;
    twin.create_delta.record = AddressOf(theirs.data());
    HoledMemory memory;
    ours[room] = 0xa5;
    const auto record = engine::Execute(job);
    const auto expected = device_model::Execute(twin, memory, {}, {});
    const std::string what = "round " + std::to_string(round);
    Equal(record.status, expected.status, what);
    Equal(record.result, expected.result, what);
    Equal(record.bytes_completed, expected.bytes_completed, what);
    Equal(record.delta_record_size, expected.delta_record_size, what);
    Check(std::equal(ours.data(), ours.data() + record.delta_record_size, theirs.data()), what);
    Equal(ours[room], 0xa5, "beyond the room");
  }
});

const Register apply("delta: records of any kind have the same outcome, and a bad one none", [] {
  Random random(12);
  Pages ours(kMost), theirs(kMost), record(kMost);
  uint32_t refused = 0;
  for (int round = 0; round < 2000; ++round) {
    const uint32_t bytes = 8 * (1 + random.Below(64));
    const uint32_t entries = 1 + random.Below(12);
    uint32_t index = 0;
    for (uint32_t i = 0; i < entries; ++i, index += 1 + random.Below(8)) {
      record[10 * i] = static_cast<uint8_t>(index);
      record[10 * i + 1] = static_cast<uint8_t>(index >> 8);
      for (uint32_t j = 2; j < 10; ++j) record[10 * i + j] = static_cast<uint8_t>(random.Next());
    }
    if (random.Below(3) == 0) record[10 * random.Below(entries) + random.Below(2)] ^= 4;
    const auto before = random.Bytes(kMost);
    std::copy(before.begin(), before.end(), ours.data());
    std::copy(before.begin(), before.end(), theirs.data());
    HoledMemory memory;
    const auto outcome = engine::Execute(ApplyJob(ours, record, bytes, 10 * entries));
    const auto expected =
        device_model::Execute(ApplyJob(theirs, record, bytes, 10 * entries), memory, {}, {});
    const std::string what = "round " + std::to_string(round);
    Equal(outcome.status, expected.status, what);
    const bool good = outcome.status == static_cast<uint8_t>(Status::kSuccess);
    refused += !good;
    const uint8_t* const wanted = good ? theirs.data() : before.data();
    Check(std::equal(ours.data(), ours.data() + kMost, wanted), what);
  }
  Check(refused > 200 && refused < 1800, "too few of one kind to be a test");
});

}  // namespace
}  // namespace datamover::test

#endif
