#if defined(__linux__)

#include "abi/dif.h"

#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "dif_case.h"
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

constexpr uint32_t kMost = DifCase::kMost;

constexpr Opcode kOpcodes[] = {Opcode::kDifCheck, Opcode::kDifInsert, Opcode::kDifStrip,
                               Opcode::kDifUpdate};

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
      DifCase ours(opcode, seed);
      DifCase theirs(opcode, seed);
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

/// Of `count` blocks the first that is wrong is found, whichever it is.
void ManyBlocks(uint32_t count) {
  Random random(7);
  const auto data = random.Bytes(count * 520);
  for (const uint8_t size : {0, 1}) {
    Pages guarded(count * 528);
    auto insert = Describe(Opcode::kDifInsert);
    insert.dif.flags = size;
    insert.source = AddressOf(data.data());
    insert.destination = AddressOf(guarded.data());
    insert.transfer_size = count * dif::BlockBytes(insert);
    Equal(engine::Execute(insert).status, static_cast<uint8_t>(Status::kSuccess));
    for (const Opcode opcode : {Opcode::kDifCheck, Opcode::kDifStrip, Opcode::kDifUpdate}) {
      for (const uint32_t wrong : {0u, 3u, 31u, 32u, 33u, 63u, 97u, count - 1, count}) {
        Pages ours(count * 528), theirs(count * 528);
        auto job = Reporting(Describe(opcode), SpareRecord());
        job.dif.flags = size;
        job.source = AddressOf(guarded.data());
        job.transfer_size = count * dif::SourceUnit(job);
        if (opcode != Opcode::kDifCheck) job.destination = AddressOf(ours.data());
        auto twin = job;
        if (opcode != Opcode::kDifCheck) twin.destination = AddressOf(theirs.data());
        // In the last case none is.
        const size_t at = wrong * dif::SourceUnit(job) + 5;
        if (wrong < count) guarded[at] ^= 1;
        HoledMemory memory;
        const std::string what = "block " + std::to_string(wrong);
        const auto expected = device_model::Execute(twin, memory, {}, {});
        EqualRecords(job, engine::Execute(job), expected, what);
        Check(std::equal(ours.data(), ours.data() + ours.size(), theirs.data()), what);
        if (wrong < count) guarded[at] ^= 1;
      }
    }
  }
}

const Register many("fields: more blocks than are worked on together", [] { ManyBlocks(100); });

// A megabyte and more is read in another way.
const Register far("fields: more blocks than caches hold", [] { ManyBlocks(2100); });

const Register parts("fields: parts and their records are as the whole", [] {
  for (const Opcode opcode : kOpcodes) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
      DifCase whole(opcode, seed);
      DifCase cut(opcode, seed);
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
      DifCase whole(opcode, seed);
      DifCase cut(opcode, seed);
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

}  // namespace
}  // namespace datamover::test

#endif
