#if defined(__linux__)

#include "abi/dif.h"

#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "engine/execute.h"
#include "engine/split.h"
#include "model_memory.h"
#include "offload/resume.h"

// The engine against the device model, which share no code.
namespace datamover::test {
namespace {

namespace dif = abi::dif;
using abi::Opcode;
using abi::Status;

constexpr uint32_t kBlocks = 5;
constexpr uint32_t kMost = kBlocks * (4104 + dif::kFieldBytes);

constexpr Opcode kOpcodes[] = {Opcode::kDifCheck, Opcode::kDifInsert, Opcode::kDifStrip,
                               Opcode::kDifUpdate};

/// A job whose fields are right, or wrong in one place, with flags and tags of any kind.
struct Case {
  Pages source{kMost};
  Pages destination{kMost};
  abi::Descriptor job;

  Case(Opcode opcode, uint32_t seed) {
    Random random(seed);
    job = Reporting(Describe(opcode), SpareRecord());
    job.dif.flags = static_cast<uint8_t>(random.Below(16));
    job.source = AddressOf(source.data());
    const auto bytes = random.Bytes(kMost);
    std::copy(bytes.begin(), bytes.end(), source.data());
    const uint32_t blocks = 1 + random.Below(kBlocks);
    job.transfer_size = blocks * dif::SourceUnit(job);
    const bool checks = opcode != Opcode::kDifInsert;
    const bool makes = opcode == Opcode::kDifInsert || opcode == Opcode::kDifUpdate;
    const auto tags = [&random] {
      return abi::DifTags{random.Below(2) ? random.Next() : ~uint32_t{random.Below(3)},
                          static_cast<uint16_t>(random.Below(2) ? 0 : random.Next()),
                          static_cast<uint16_t>(random.Below(2) ? random.Next() : 0xffff)};
    };
    if (checks) {
      job.dif.source_flags = static_cast<uint8_t>(random.Next());
      job.dif.source = tags();
      Insert(random);
    }
    if (makes) {
      job.dif.destination_flags = static_cast<uint8_t>(random.Next() & 0xf8);
      job.dif.destination = tags();
    }
    if (opcode != Opcode::kDifCheck) job.destination = AddressOf(destination.data());
  }

  /// Fields as the model makes them, then perhaps a wrong byte.
  void Insert(Random& random) {
    const uint32_t block = dif::BlockBytes(job);
    const uint32_t blocks = job.transfer_size / dif::SourceUnit(job);
    Pages data(kMost);
    const auto bytes = random.Bytes(kMost);
    std::copy(bytes.begin(), bytes.end(), data.data());
    auto insert = Reporting(Describe(Opcode::kDifInsert), SpareRecord());
    insert.dif.flags = job.dif.flags;
    insert.dif.destination_flags = job.dif.source_flags & 0x90;  // how tags go on
    insert.dif.destination = job.dif.source;
    insert.source = AddressOf(data.data());
    insert.destination = job.source;
    insert.transfer_size = blocks * block;
    HoledMemory memory;
    (void)device_model::Execute(insert, memory, {}, {});
    const uint32_t unit = dif::SourceUnit(job);
    const uint32_t at = random.Below(blocks) * unit;
    switch (random.Below(5)) {
      case 0:
        source[at + random.Below(unit)] ^= 1;
        break;
      case 1:  // an application tag of ones
        source[at + block + 2] = source[at + block + 3] = 0xff;
        break;
      case 2:  // nothing but ones
        std::fill_n(&source[at + block], dif::kFieldBytes, uint8_t{0xff});
        break;
      default:
        break;
    }
  }
};

void EqualRecords(const abi::Descriptor& job, const abi::CompletionRecord& a,
                  const abi::CompletionRecord& b, const std::string& what) {
  Equal(a.status, b.status, "status: " + what);
  Equal(a.result, b.result, "result: " + what);
  Equal(a.bytes_completed, b.bytes_completed, "bytes: " + what);
  if (job.opcode() != Opcode::kDifInsert) {
    Equal(a.dif.source_reference, b.dif.source_reference, "reference: " + what);
    Equal(a.dif.source_application, b.dif.source_application, "application: " + what);
  }
  if (job.opcode() == Opcode::kDifInsert || job.opcode() == Opcode::kDifUpdate) {
    Equal(a.dif.destination_reference, b.dif.destination_reference, "reference made: " + what);
    Equal(a.dif.destination_application, b.dif.destination_application, "application made");
  }
}

const Register model("fields: engine and device model agree on everything", [] {
  uint32_t wrong = 0;
  for (const Opcode opcode : kOpcodes) {
    for (uint32_t seed = 1; seed <= 600; ++seed) {
      const std::string what =
          "opcode " + std::to_string(static_cast<int>(opcode)) + " seed " + std::to_string(seed);
      Case ours(opcode, seed);
      Case theirs(opcode, seed);
      HoledMemory memory;
      const auto expected = device_model::Execute(theirs.job, memory, {}, {});
      const auto record = engine::Execute(ours.job);
      EqualRecords(ours.job, record, expected, what);
      Check(std::equal(ours.destination.data(), ours.destination.data() + kMost,
                       theirs.destination.data()),
            "destination: " + what);
      wrong += record.status == static_cast<uint8_t>(Status::kDifError);
    }
  }
  Check(wrong > 200, "too few errors to be a test");
});

const Register parts("fields: parts and their records are as the whole", [] {
  for (const Opcode opcode : kOpcodes) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
      Case whole(opcode, seed);
      Case cut(opcode, seed);
      const auto expected = engine::Execute(whole.job);
      const uint32_t unit = dif::SourceUnit(cut.job);
      std::vector<engine::SliceRecord> slices;
      for (uint32_t begin = 0; begin < cut.job.transfer_size; begin += 2 * unit) {
        const uint32_t end = std::min(begin + 2 * unit, cut.job.transfer_size);
        slices.push_back({begin, engine::ExecuteLegal(engine::Slice(cut.job, begin, end))});
        if (slices.back().record.status != static_cast<uint8_t>(Status::kSuccess)) break;
      }
      EqualRecords(cut.job, engine::Join(cut.job, slices), expected, std::to_string(seed));
      Check(std::equal(whole.destination.data(), whole.destination.data() + kMost,
                       cut.destination.data()),
            "destination");
    }
  }
});

const Register stopped("fields: a job that stopped at a page goes on to the same end", [] {
  for (const Opcode opcode : kOpcodes) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
      Case whole(opcode, seed);
      Case cut(opcode, seed);
      const auto expected = engine::Execute(whole.job);
      HoledMemory memory;
      abi::Descriptor job = cut.job;
      auto record = device_model::Execute(job, memory, {}, {.at = seed * 97 % job.transfer_size});
      if (offload::Stopped(record)) {
        const uint32_t done = offload::Advance(job, record);
        record = offload::Whole(job, engine::Execute(job), done);
      }
      EqualRecords(cut.job, record, expected, std::to_string(seed));
      Check(std::equal(whole.destination.data(), whole.destination.data() + kMost,
                       cut.destination.data()),
            "destination");
    }
  }
});

const Register strip(
    "fields: a strip writes no further than its blocks, so it may end at its source", [] {
      Pages memory(4096);
      auto job = Describe(Opcode::kDifStrip);
      job.source = AddressOf(memory.data()) + 512;
      job.destination = AddressOf(memory.data());
      job.transfer_size = 520;
      Check(!engine::Refuse(job), "refused");
      job.destination += 1;
      Equal(engine::Refuse(job)->status, static_cast<uint8_t>(Status::kOverlap));
    });

}  // namespace
}  // namespace datamover::test

#endif
