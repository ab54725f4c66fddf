#if defined(__linux__)

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "model_memory.h"

namespace datamover::test {
namespace {

using abi::Opcode;
using Bytes = std::vector<uint8_t>;
namespace flag = abi::flag;

constexpr uint32_t kBytes = 4096;

struct Scene {
  Pages before{kBytes}, after{kBytes}, record{8192};

  Scene() {
    Random random(9);
    for (size_t i = 0; i < kBytes; ++i) before[i] = after[i] = static_cast<uint8_t>(random.Next());
  }

  abi::Descriptor CreateJob(uint32_t room, uint32_t flags = 0, uint8_t mask = 0) {
    auto job = Reporting(Describe(Opcode::kCreateDelta, flags), SpareRecord());
    job.source = AddressOf(before.data());
    job.source2 = AddressOf(after.data());
    job.transfer_size = kBytes;
    job.create_delta.record = AddressOf(record.data());
    job.create_delta.record_size = room;
    job.create_delta.expected_result_mask = mask;
    return job;
  }
  abi::Descriptor ApplyJob(uint32_t bytes) {
    auto job = Describe(Opcode::kApplyDelta);
    job.delta = AddressOf(record.data());
    job.destination = AddressOf(before.data());
    job.transfer_size = kBytes;
    job.apply_delta.record_size = bytes;
    return job;
  }
  /// An entry of a record, behind `index` others.
  void Entry(uint32_t index, uint16_t offset) {
    record[10 * index] = static_cast<uint8_t>(offset);
    record[10 * index + 1] = static_cast<uint8_t>(offset >> 8);
    std::fill_n(&record[10 * index + 2], 8, static_cast<uint8_t>(index + 1));
  }
};

abi::CompletionRecord Run(const abi::Descriptor& job, const device_model::Injection& fault = {}) {
  HoledMemory memory;
  return device_model::Execute(job, memory, {}, fault);
}

const Register entries("model: a delta names the words that differ, with what they become", [] {
  Scene scene;
  scene.after[13] ^= 1;    // word 1
  scene.after[4095] ^= 1;  // word 511
  const auto record = Run(scene.CreateJob(80));
  Equal(record.status, 0x01);
  Equal(record.result, 1);
  Equal(record.bytes_completed, 0u);
  Equal(record.delta_record_size, 20u);
  const uint8_t first[] = {1, 0}, second[] = {0xff, 0x01};
  Check(std::equal(first, first + 2, &scene.record[0]), "offset");
  Check(std::memcmp(&scene.record[2], &scene.after[8], 8) == 0, "word");
  Check(std::equal(second, second + 2, &scene.record[10]), "offset");
  Check(std::memcmp(&scene.record[12], &scene.after[4088], 8) == 0, "word");
  Equal(scene.record[20], 0);
});

const Register outcomes("model: equal, different, too different", [] {
  struct Case {
    uint32_t differences;
    uint8_t result;
    uint32_t record_size, bytes_completed;
  };
  // Nine entries do not fit in 86 bytes: the ninth word that differs is where it ends.
  for (const Case& each : {Case{0, 0, 0, 0}, Case{1, 1, 10, 0}, Case{8, 1, 80, 0},
                           Case{9, 2, 80, 8 * 8 * 5}, Case{100, 2, 80, 8 * 8 * 5}}) {
    for (uint8_t mask = 0; mask < 8; ++mask) {
      Scene scene;
      for (uint32_t i = 0; i < each.differences; ++i) scene.after[8 * 5 * i] ^= 1;
      const auto record = Run(scene.CreateJob(86, flag::kCheckResult, mask));
      Equal(record.status, mask >> each.result & 1 ? 0x01 : 0x02, std::to_string(mask));
      Equal(record.result, each.result);
      Equal(record.delta_record_size, each.record_size);
      Equal(record.bytes_completed, each.bytes_completed);
      Equal(Run(scene.CreateJob(86)).status, 0x01, "nothing is expected");
    }
  }
});

const Register there_and_back("model: a delta that is applied makes the one the other", [] {
  Random random(10);
  for (int round = 0; round < 50; ++round) {
    Scene scene;
    for (uint32_t i = random.Below(300); i > 0; --i) {
      scene.after[random.Below(kBytes)] = static_cast<uint8_t>(random.Next());
    }
    const auto record = Run(scene.CreateJob(8000));
    if (record.result == 0) continue;
    Equal(Run(scene.ApplyJob(record.delta_record_size)).status, 0x01);
    Check(std::memcmp(scene.before.data(), scene.after.data(), kBytes) == 0, "bytes");
  }
});

const Register wrong("model: a delta whose offsets do not rise, or go too far, is not applied", [] {
  struct Case {
    Bytes offsets;
    uint8_t status;
    uint32_t applied;
  };
  for (const Case& each :
       {Case{{3, 4, 5}, 0x01, 3}, Case{{3, 5, 4}, 0x07, 2}, Case{{3, 3, 4}, 0x07, 1}}) {
    Scene scene;
    for (uint32_t i = 0; i < 3; ++i) scene.Entry(i, each.offsets[i]);
    Equal(Run(scene.ApplyJob(30)).status, each.status);
    for (uint32_t i = 0; i < each.applied; ++i) Equal(scene.before[8u * each.offsets[i]], i + 1);
  }
  Scene scene;
  scene.Entry(0, 511);
  scene.Entry(1, 512);
  Equal(Run(scene.ApplyJob(20)).status, 0x08);
  Equal(scene.before[4088], 1);
});

const Register stopped("model: a delta that stopped goes on to the same end", [] {
  for (uint32_t stop = 0; stop < kBytes; stop += 97) {
    Scene scene;
    for (uint32_t i = 0; i < 60; ++i) scene.after[64 * i] ^= 1;
    auto job = scene.CreateJob(8000);
    const auto begun = Run(job, {.at = stop});
    Equal(begun.status, 0x03);
    Equal(begun.bytes_completed, stop / 8 * 8);
    const uint32_t done = begun.bytes_completed, size = begun.delta_record_size;
    job.source += done;
    job.source2 += done;
    job.transfer_size -= done;
    job.create_delta.record += size;
    job.create_delta.record_size -= size;
    const auto rest = Run(job);
    Equal(rest.status, 0x01);
    Equal(size + rest.delta_record_size, 600u);
    // Offsets count from where the rest began.
    for (uint32_t at = size; at < 600; at += 10) {
      const uint32_t offset = scene.record[at] + 256 * scene.record[at + 1] + done / 8;
      scene.record[at] = static_cast<uint8_t>(offset);
      scene.record[at + 1] = static_cast<uint8_t>(offset >> 8);
    }
    auto apply = scene.ApplyJob(600);
    const auto half = Run(apply, {.at = stop % 600});
    Equal(half.bytes_completed, stop % 600 / 10 * 10);
    apply.delta += half.bytes_completed;
    apply.apply_delta.record_size -= half.bytes_completed;
    Equal(Run(apply).status, 0x01);
    Check(std::memcmp(scene.before.data(), scene.after.data(), kBytes) == 0, "bytes");
  }
});

}  // namespace
}  // namespace datamover::test

#endif
