#if defined(__linux__)

#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"

// Sizes, alignments and overlaps: section 8 of the specification, operation by operation.
namespace datamover::test {
namespace {

using abi::Opcode;
using abi::Status;
namespace flag = abi::flag;

constexpr device_model::QueueRules kRules = {.max_transfer = 1 << 20, .max_batch = 16};

constexpr uint64_t kSource = 0x10'0000, kDestination = 0x40'0000, kThird = 0x70'0000;

abi::Descriptor Job(Opcode opcode, uint32_t bytes, uint64_t source = kSource,
                    uint64_t destination = kDestination) {
  auto job = Reporting(Describe(opcode), SpareRecord());
  job.source = source;
  job.destination = destination;
  job.transfer_size = bytes;
  return job;
}

void Expect(const abi::Descriptor& job, Status expected, const std::string& what) {
  const auto refusal = device_model::Validate(job, kRules, device_model::Place::kQueue);
  const Status status = refusal ? refusal->status : Status::kSuccess;
  Equal(static_cast<int>(status), static_cast<int>(expected), what);
}

const Register sizes("model: a transfer has a byte, and no more than the queue takes", [] {
  for (const Opcode opcode : {Opcode::kMemoryMove, Opcode::kFill, Opcode::kCompare,
                              Opcode::kComparePattern, Opcode::kDualcast, Opcode::kCopyCrc}) {
    for (const auto& [bytes, expected] : {std::pair{0u, Status::kTransferSize},
                                          {1u, Status::kSuccess},
                                          {1u << 20, Status::kSuccess},
                                          {(1u << 20) + 1, Status::kTransferSize}}) {
      auto job = Job(opcode, bytes);
      if (opcode == Opcode::kDualcast) job.dualcast.destination2 = kThird;
      Expect(job, expected, std::to_string(static_cast<int>(opcode)));
    }
  }
});

const Register batches("model: a batch has two members at least, and its list is aligned", [] {
  for (const auto& [count, expected] : {std::pair{0u, Status::kDescriptorCount},
                                        {1u, Status::kDescriptorCount},
                                        {2u, Status::kSuccess},
                                        {16u, Status::kSuccess},
                                        {17u, Status::kDescriptorCount}}) {
    Expect(Job(Opcode::kBatch, count, kSource, 0), expected, std::to_string(count));
  }
  Expect(Job(Opcode::kBatch, 2, kSource + 32, 0), Status::kListAlignment, "list");
});

const Register overlaps("model: only a move may overlap", [] {
  for (const int64_t distance : {-100, -99, -1, 0, 1, 99, 100}) {
    const uint64_t destination = kSource + static_cast<uint64_t>(distance);
    const bool apart = distance <= -100 || distance >= 100;
    const std::string what = std::to_string(distance);
    Expect(Job(Opcode::kMemoryMove, 100, kSource, destination), Status::kSuccess, what);
    Expect(Job(Opcode::kCompare, 100, kSource, destination), Status::kSuccess, what);
    Expect(Job(Opcode::kCopyCrc, 100, kSource, destination),
           apart ? Status::kSuccess : Status::kOverlap, what);
  }
});

const Register dualcasts("model: both destinations of a dualcast lie alike in their pages", [] {
  auto job = Job(Opcode::kDualcast, 100, kSource, kDestination + 5);
  for (const auto& [second, expected] : {std::pair{kThird + 5, Status::kSuccess},
                                         {kThird + 4096 + 5, Status::kSuccess},
                                         {kThird + 6, Status::kDualcastAlignment},
                                         {kThird + 2048 + 5, Status::kDualcastAlignment},
                                         {kDestination + 5, Status::kOverlap}}) {
    job.dualcast.destination2 = second;
    Expect(job, expected, std::to_string(second));
  }
  job = Job(Opcode::kDualcast, 4097, kSource, kDestination);
  for (const uint64_t second : {kDestination + 4096, kDestination - 4096, kSource}) {
    job.dualcast.destination2 = second;
    Expect(job, Status::kOverlap, std::to_string(second));
  }
});

const Register seeds("model: a CRC's seed is in one place, and aligned in memory", [] {
  for (const Opcode opcode : {Opcode::kCrc, Opcode::kCopyCrc}) {
    auto job = Job(opcode, 100, kSource, opcode == Opcode::kCrc ? 0 : kDestination);
    job.crc.seed = 1;
    Expect(job, Status::kSuccess, "seed");
    job.crc.seed_address = 64;
    Expect(job, Status::kReservedNotZero, "both, of which the seed counts");
    job.flags_opcode |= flag::kCrcReadSeed;
    Expect(job, Status::kReservedNotZero, "both, of which the address counts");
    job.crc.seed = 0;
    Expect(job, Status::kSuccess, "address");
    job.crc.seed_address = 66;
    Expect(job, Status::kMisalignedAddress, "misaligned");
  }
});

abi::Descriptor CreateJob(uint32_t bytes, uint32_t room) {
  auto job = Job(Opcode::kCreateDelta, bytes);
  job.create_delta.record = kThird;
  job.create_delta.record_size = room;
  return job;
}

abi::Descriptor ApplyJob(uint32_t bytes, uint32_t record) {
  auto job = Job(Opcode::kApplyDelta, bytes);
  job.apply_delta.record_size = record;
  return job;
}

const Register creates("model: a delta is made of eight bytes each", [] {
  Expect(CreateJob(8, 80), Status::kSuccess, "the least");
  Expect(CreateJob(0x80000, 80), Status::kSuccess, "all that offsets reach");
  Expect(CreateJob(0x80008, 80), Status::kTransferSize, "more than offsets reach");
  Expect(CreateJob(12, 80), Status::kMisalignedAddress, "size");
  Expect(CreateJob(8, 79), Status::kDeltaRecordSize, "too little room");
  Expect(CreateJob(8, 86), Status::kSuccess, "room for eight entries and some");
  Expect(CreateJob(8, (1 << 20) + 10), Status::kDeltaRecordSize, "more than the queue moves");
  for (const bool first : {true, false}) {
    auto job = CreateJob(4096, 80);
    (first ? job.source : job.source2) += 4;
    Expect(job, Status::kMisalignedAddress, "address");
    job = CreateJob(4096, 80);
    job.create_delta.record = (first ? job.source : job.source2) + 4000;
    Expect(job, Status::kOverlap, "record on a source");
  }
});

const Register applies("model: a delta is applied to eight bytes each", [] {
  Expect(ApplyJob(8, 10), Status::kSuccess, "the least");
  Expect(ApplyJob(8, 9), Status::kDeltaRecordSize, "no entry");
  Expect(ApplyJob(8, 0), Status::kDeltaRecordSize, "nothing");
  Expect(ApplyJob(12, 10), Status::kMisalignedAddress, "size");
  Expect(ApplyJob(0x80008, 10), Status::kTransferSize, "more than offsets reach");
  auto job = ApplyJob(4096, 100);
  job.delta = kDestination - 50;
  Expect(job, Status::kOverlap, "record on the destination");
  job = ApplyJob(4096, 100);
  job.destination += 4;
  Expect(job, Status::kMisalignedAddress, "address");
});

const Register difs("model: integrity fields stand behind whole blocks", [] {
  constexpr uint32_t kSizes[] = {512, 520, 4096, 4104};
  for (uint8_t kind = 0; kind < 4; ++kind) {
    const uint32_t block = kSizes[kind];
    for (const Opcode opcode :
         {Opcode::kDifCheck, Opcode::kDifInsert, Opcode::kDifStrip, Opcode::kDifUpdate}) {
      const uint32_t unit = opcode == Opcode::kDifInsert ? block : block + 8;
      for (const auto& [bytes, expected] : {std::pair{unit, Status::kSuccess},
                                            {3 * unit, Status::kSuccess},
                                            {unit - 1, Status::kTransferSize},
                                            {3 * unit + 8, Status::kTransferSize}}) {
        auto job = Job(opcode, bytes, kSource, opcode == Opcode::kDifCheck ? 0 : kDestination);
        job.dif.flags = kind;
        Expect(job, expected, std::to_string(static_cast<int>(opcode)));
      }
    }
  }
  // What an insert writes is longer than what it reads.
  Expect(Job(Opcode::kDifInsert, 512, kSource, kSource - 520), Status::kSuccess, "in front");
  Expect(Job(Opcode::kDifInsert, 512, kSource, kSource - 519), Status::kOverlap, "in front");
  // An erratum: a strip takes its destination to be as long as its source.
  Expect(Job(Opcode::kDifStrip, 520, kSource, kSource - 512), Status::kOverlap, "strip");
  Expect(Job(Opcode::kDifStrip, 520, kSource, kSource - 520), Status::kSuccess, "strip");
});

}  // namespace
}  // namespace datamover::test

#endif
