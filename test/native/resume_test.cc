#if defined(__linux__)

#include "offload/resume.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "engine/execute.h"
#include "engine/operation_table.h"

// The device model stops a job at a byte, the rules of offload/resume.h make the rest of it, the
// engine does that: together they must give what an undisturbed job gives. The two implementations
// share no code, so that each also proves the other.
namespace datamover::test {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

/// The process's own memory, all of it present.
class LocalMemory final : public device_model::Memory {
 public:
  size_t Read(uint64_t address, std::span<uint8_t> to) override {
    if (!to.empty()) std::memcpy(to.data(), reinterpret_cast<const void*>(address), to.size());
    return to.size();
  }
  size_t Write(uint64_t address, std::span<const uint8_t> from) override {
    if (!from.empty()) std::memcpy(reinterpret_cast<void*>(address), from.data(), from.size());
    return from.size();
  }
  size_t Present(uint64_t, size_t bytes, Access, From) override { return bytes; }
};

constexpr uint32_t kBytes = 200;

/// Memory for one job, and the job itself.
struct Case {
  alignas(4096) uint8_t memory[3][4096];

  explicit Case(uint32_t seed) {
    Random random(seed);
    for (auto& page : memory) {
      for (uint8_t& byte : page) byte = static_cast<uint8_t>(random.Next());
    }
  }

  uint64_t At(int page, uint32_t offset = 0) const {
    return reinterpret_cast<uint64_t>(&memory[page][offset]);
  }

  abi::Descriptor Job(Opcode opcode, uint32_t flags, uint64_t variant) {
    static abi::CompletionRecord record;
    abi::Descriptor job = Reporting(Describe(opcode, flags), record);
    job.transfer_size = kBytes;
    const engine::Operation& operation = engine::Find(opcode);
    const uint8_t used = operation.reads | operation.writes;
    if (used & engine::operand::kSource) job.source = At(0, 3);
    if (used & engine::operand::kDestination) job.destination = At(1, 5);
    if (used & engine::operand::kDestination2) job.dualcast.destination2 = At(2, 5);
    if (opcode == Opcode::kMemoryMove && variant == 1) job.destination = At(0, 40);
    if (opcode == Opcode::kMemoryMove && variant == 2)
      job.source = At(0, 40), job.destination = At(0, 3);
    if (opcode == Opcode::kFill) job.pattern = 0x0807060504030201;
    if (opcode == Opcode::kCrc || opcode == Opcode::kCopyCrc) {
      if (!(flags & flag::kCrcReadSeed))
        job.crc.seed = 0x12345678;
      else
        job.crc.seed_address = At(2);
    }
    if (opcode == Opcode::kCompare) {
      std::memcpy(&memory[1][5], &memory[0][3], kBytes);
      if (variant < kBytes) memory[1][5 + variant] ^= 0x40;
    }
    if (opcode == Opcode::kComparePattern) {
      job.compare_pattern = 0x0807060504030201;
      for (uint32_t i = 0; i < kBytes; ++i) memory[0][3 + i] = static_cast<uint8_t>(i % 8 + 1);
      if (variant < kBytes) memory[0][3 + variant] ^= 0x40;
    }
    return job;
  }
};

/// What a job leaves behind.
struct Outcome {
  abi::CompletionRecord record;
  std::vector<uint8_t> memory;
};

Outcome OutcomeOf(const Case& memory, abi::CompletionRecord record) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(memory.memory);
  return {record, {bytes, bytes + sizeof memory.memory}};
}

void EqualOutcomes(const abi::Descriptor& job, const Outcome& a, const Outcome& b,
                   const std::string& what) {
  Check(a.memory == b.memory, "memory: " + what);
  Equal(a.record.status, b.record.status, "status: " + what);
  Equal(a.record.bytes_completed, b.record.bytes_completed, "bytes: " + what);
  if (job.opcode() != Opcode::kMemoryMove)
    Equal(a.record.result, b.record.result, "result: " + what);
  const bool crc = job.opcode() == Opcode::kCrc || job.opcode() == Opcode::kCopyCrc;
  if (crc) Equal(a.record.crc, b.record.crc, "CRC: " + what);
}

/// One job stopped at every byte of it, once and twice.
void StopEverywhere(Opcode opcode, uint32_t flags, uint64_t variant) {
  const std::string name = std::to_string(static_cast<int>(opcode)) + " variant " +
                           std::to_string(variant) + " flags " + std::to_string(flags);
  LocalMemory memory;
  const device_model::QueueRules rules;
  Case whole(7);
  const auto undisturbed = whole.Job(opcode, flags, variant);
  const auto expected = OutcomeOf(whole, engine::Execute(undisturbed));
  {
    Case other(7);
    const auto job = other.Job(opcode, flags, variant);
    EqualOutcomes(job, OutcomeOf(other, device_model::Execute(job, memory, rules, {})), expected,
                  "engine and model, " + name);
  }
  for (uint32_t stop = 0; stop < kBytes; ++stop) {
    for (const bool on_write : {false, true}) {
      Case stopped(7);
      abi::Descriptor job = stopped.Job(opcode, flags, variant);
      uint64_t done = 0;
      abi::CompletionRecord record = {};
      for (const uint32_t at : {stop, stop % 11}) {
        record = device_model::Execute(job, memory, rules,
                                       {.at = at, .on_write = on_write, .garbage = 0xbad});
        if (!offload::Stopped(record)) break;
        Equal(record.bytes_completed, std::min(at, job.transfer_size), "stopped where it should");
        done += offload::Advance(job, record);
      }
      if (offload::Stopped(record)) record = engine::Execute(job);
      EqualOutcomes(undisturbed, OutcomeOf(stopped, offload::Whole(job, record, done)), expected,
                    name + " stopped at " + std::to_string(stop));
    }
  }
}

const Register everywhere("a job that stopped at any byte goes on to the same end", [] {
  for (const uint64_t variant : {0, 1, 2}) StopEverywhere(Opcode::kMemoryMove, 0, variant);
  StopEverywhere(Opcode::kFill, 0, 0);
  StopEverywhere(Opcode::kDualcast, 0, 0);
  StopEverywhere(Opcode::kCacheFlush, 0, 0);
  for (const uint64_t difference : {0, 1, 63, 150, 199, 1000}) {
    StopEverywhere(Opcode::kCompare, 0, difference);
    StopEverywhere(Opcode::kCompare, flag::kCheckResult, difference);
    StopEverywhere(Opcode::kComparePattern, 0, difference);
    StopEverywhere(Opcode::kComparePattern, flag::kCheckResult, difference);
  }
  for (uint32_t bits = 0; bits < 8; ++bits) {
    StopEverywhere(Opcode::kCrc, bits << 16, 0);
    StopEverywhere(Opcode::kCopyCrc, bits << 16, 0);
  }
});

const Register whole_error("a job that fails says how far all of it came", [] {
  Case memory(3);
  abi::Descriptor job = memory.Job(Opcode::kFill, 0, 0);
  abi::CompletionRecord record = {};
  record.status = static_cast<uint8_t>(abi::Status::kPageFault);
  record.bytes_completed = 30;
  Equal(offload::Advance(job, record), 30u);
  record.bytes_completed = 12;
  Equal(offload::Whole(job, record, 30).bytes_completed, 42u);
});

abi::CompletionRecord Of(abi::Status status) {
  abi::CompletionRecord record = {};
  record.status = static_cast<uint8_t>(status);
  return record;
}

const Register stops("jobs stop at pages, whoever was asked for them, to read or to write", [] {
  Check(offload::Stopped(Of(abi::Status::kPageFault)), "a fault");
  Check(offload::Stopped(Of(abi::Status::kPageResponseError)), "a page that was refused");
  auto write = Of(abi::Status::kPageFault);
  write.status |= 0x80;
  Check(offload::Stopped(write), "a fault of a write");
  Check(!offload::Stopped(Of(abi::Status::kSuccess)), "success");
  Check(!offload::Stopped(Of(abi::Status::kFalsePredicate)), "a result");
});

const Register wrongly("a strip whose destination touches its source is refused wrongly", [] {
  static uint8_t memory[8192];
  static abi::CompletionRecord record;
  abi::Descriptor job = Reporting(Describe(Opcode::kDifStrip), record);
  job.transfer_size = 520;
  job.source = AddressOf(memory + 512);
  job.destination = AddressOf(memory);
  const auto overlap = Of(abi::Status::kOverlap);
  Check(offload::RefusedWrongly(job, overlap), "512 bytes before the source");
  Check(!offload::RefusedWrongly(job, Of(abi::Status::kSuccess)), "not refused");
  job.destination += 1;
  Check(!offload::RefusedWrongly(job, overlap), "one of them in the source");
  job.flags_opcode = Reporting(Describe(Opcode::kDifUpdate), record).flags_opcode;
  job.destination -= 1;
  Check(!offload::RefusedWrongly(job, overlap), "an update writes as much as it reads");
});

const Register anew("delta records begin anew", [] {
  for (const Opcode opcode : {Opcode::kCreateDelta, Opcode::kApplyDelta}) {
    abi::Descriptor job = Describe(opcode);
    job.transfer_size = 4096;
    const abi::Descriptor before = job;
    auto record = Of(abi::Status::kPageFault);
    record.bytes_completed = 800;
    Equal(offload::Advance(job, record), 0u);
    Check(std::memcmp(&job, &before, sizeof job) == 0, "the job has changed");
  }
});

}  // namespace
}  // namespace datamover::test

#endif
