#include <algorithm>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"
#include "rules.h"

// What the engine adds to the rules: the limits of a queue that is none, and the one address that
// faults for certain.
namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

const Register limits("a descriptor may say any size where no limit is set", [] {
  auto job = Legal(Opcode::kMemoryMove);
  job.source = 0x1'0000'0000;
  job.transfer_size = 0xffff'ffff;
  Check(!engine::Refuse(job).has_value(), "4 GiB less one byte");
  job = Legal(Opcode::kBatch);
  job.count = 1024;
  Check(!engine::Refuse(job).has_value(), "1024 members");
});

const Register members(
    "members of a batch are refused one by one, with the flags in their record", [] {
      for (const Rule& rule : Rules()) {
        abi::CompletionRecord record = {};
        alignas(64)
            abi::Descriptor list[2] = {Describe(Opcode::kNop), Reporting(Legal(rule), record)};
        list[1].flags_opcode |= flag::kFence | flag::kRequestInterrupt;
        engine::Execute(BatchJob(list, 2));
        const auto expected = rule.in_batch ? Status::kInvalidFlags : Status::kUnsupportedOpcode;
        Equal(record.status, static_cast<uint8_t>(expected), rule.name());
        Equal(record.invalid_flags, rule.in_batch ? flag::kRequestInterrupt : 0u, rule.name());
      }
    });

const Register null("address 0 faults, as a write where it is written", [] {
  struct Case {
    Opcode opcode;
    unsigned byte;
    uint8_t status;
  };
  constexpr uint8_t kRead = 0x03, kWrite = 0x83;
  for (const Case& fault :
       std::vector<Case>{{Opcode::kMemoryMove, 16, kRead},   {Opcode::kMemoryMove, 24, kWrite},
                         {Opcode::kFill, 24, kWrite},        {Opcode::kCompare, 16, kRead},
                         {Opcode::kCompare, 24, kRead},      {Opcode::kComparePattern, 16, kRead},
                         {Opcode::kCreateDelta, 16, kRead},  {Opcode::kCreateDelta, 24, kRead},
                         {Opcode::kCreateDelta, 40, kWrite}, {Opcode::kApplyDelta, 16, kRead},
                         {Opcode::kApplyDelta, 24, kWrite},  {Opcode::kDualcast, 16, kRead},
                         {Opcode::kDualcast, 24, kWrite},    {Opcode::kDualcast, 40, kWrite},
                         {Opcode::kCrc, 16, kRead},          {Opcode::kCopyCrc, 16, kRead},
                         {Opcode::kCopyCrc, 24, kWrite},     {Opcode::kDifCheck, 16, kRead},
                         {Opcode::kDifInsert, 16, kRead},    {Opcode::kDifInsert, 24, kWrite},
                         {Opcode::kDifStrip, 16, kRead},     {Opcode::kDifStrip, 24, kWrite},
                         {Opcode::kDifUpdate, 16, kRead},    {Opcode::kDifUpdate, 24, kWrite},
                         {Opcode::kCacheFlush, 24, kWrite},  {Opcode::kBatch, 16, 0x06}}) {
    auto job = Legal(fault.opcode);
    if (engine::Refuse(job)) continue;  // an operation that this machine does not have
    std::fill_n(&Byte(job, fault.byte), 8, uint8_t{0});
    const auto record = engine::Execute(job);
    const auto what = "opcode " + std::to_string(static_cast<int>(fault.opcode));
    Equal(record.status, fault.status, what);
    Equal(record.bytes_completed, 0u, what);
    Equal(record.fault_address, 0u, what);
  }
});

const Register seed("a seed at address 0 faults", [] {
  for (const Opcode opcode : {Opcode::kCrc, Opcode::kCopyCrc}) {
    auto job = Legal(opcode);
    job.flags_opcode |= flag::kCrcReadSeed;
    Equal(engine::Execute(job).status, static_cast<uint8_t>(Status::kPageFault));
  }
});

}  // namespace
}  // namespace datamover::test
