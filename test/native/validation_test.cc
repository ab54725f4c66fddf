#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "abi/dif.h"
#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"
#include "engine/kernels.h"
#include "engine/operation_table.h"

namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;
using engine::Limits;
using engine::Refuse;

constexpr uint32_t kBytes = 64;

struct Range {
  unsigned first, last;
};

/// What table 5-3 of the specification says of an operation, read for a device without CRC64,
/// 16-byte patterns, durable writes, batch continuation and user interrupts.
struct Rule {
  Opcode opcode;
  std::vector<Range> reserved;
  std::vector<int> flags;
  bool needs_record;
};

const std::vector<Rule> kAllRules = {
    {Opcode::kNop, {{16, 63}}, {}, false},
    {Opcode::kBatch, {{24, 31}, {36, 63}}, {9}, false},
    {Opcode::kDrain, {{32, 63}}, {9, 10, 16, 17, 18, 19}, true},
    {Opcode::kMemoryMove, {{36, 63}}, {1, 8, 9, 10, 13, 14}, false},
    {Opcode::kFill, {{36, 63}}, {1, 8, 10, 13, 14}, false},
    {Opcode::kCompare, {{36, 39}, {41, 63}}, {1, 7, 9, 10}, true},
    {Opcode::kComparePattern, {{36, 39}, {41, 63}}, {1, 7, 9}, true},
    {Opcode::kCreateDelta, {{36, 39}, {52, 55}, {57, 63}}, {1, 7, 8, 9, 10, 11, 13, 14}, true},
    {Opcode::kApplyDelta, {{36, 39}, {44, 63}}, {1, 8, 9, 10, 13, 14}, false},
    {Opcode::kDualcast, {{36, 39}, {48, 63}}, {1, 8, 9, 10, 11, 13, 14}, false},
    {Opcode::kCrc, {{24, 31}, {36, 39}, {44, 63}}, {1, 9, 11, 16, 17, 18}, true},
    {Opcode::kCopyCrc, {{36, 39}, {44, 63}}, {1, 8, 9, 10, 11, 13, 14, 16, 17, 18}, true},
    {Opcode::kDifCheck, {{24, 31}, {36, 39}, {41, 41}, {43, 47}, {56, 63}}, {1, 9}, true},
    {Opcode::kDifInsert, {{36, 40}, {43, 55}}, {1, 8, 9, 10, 13, 14}, false},
    {Opcode::kDifStrip, {{36, 39}, {41, 41}, {43, 47}, {56, 63}}, {1, 8, 9, 10, 13, 14}, false},
    {Opcode::kDifUpdate, {{36, 39}, {43, 47}}, {1, 8, 9, 10, 13, 14}, false},
    {Opcode::kCacheFlush, {{16, 23}, {36, 63}}, {1, 8, 10, 13, 14}, false},
};

/// The rules of the operations that this machine has: not every CPU lets programs flush.
const std::vector<Rule> kRules = [] {
  auto rules = kAllRules;
  if (!engine::FlushLines(nullptr, 0, false)) rules.pop_back();
  return rules;
}();

/// A legal descriptor of each operation, with a record. Validation looks at no memory.
abi::Descriptor Legal(Opcode opcode) {
  auto job = Reporting(Describe(opcode), SpareRecord());
  const engine::Operation& operation = engine::Find(opcode);
  const uint8_t operands = operation.reads | operation.writes;
  if (operands & engine::operand::kSource) job.source = 0x10'0000;
  if (operands & engine::operand::kDestination) job.destination = 0x20'0000;
  if (operands & engine::operand::kDestination2) job.dualcast.destination2 = 0x30'0000;
  if (operands != 0) job.transfer_size = kBytes;
  if (opcode == Opcode::kCreateDelta) job.create_delta.record_size = 80;
  if (opcode == Opcode::kApplyDelta) job.apply_delta.record_size = 10;
  if (abi::dif::HasBlocks(job)) job.transfer_size = abi::dif::SourceUnit(job);
  if (opcode == Opcode::kBatch) {
    job.list = 0x10'0000;
    job.count = 2;
  }
  return job;
}

/// These work on whole words.
bool IsDelta(Opcode opcode) {
  return opcode == Opcode::kCreateDelta || opcode == Opcode::kApplyDelta;
}

/// The status with which a descriptor is refused; kSuccess where it is not.
Status StatusOf(const abi::Descriptor& job, const Limits& limits = {}) {
  const auto refusal = Refuse(job, limits);
  return refusal ? static_cast<Status>(refusal->status) : Status::kSuccess;
}

void Expect(const abi::Descriptor& job, Status status, const std::string& what = "",
            std::source_location at = std::source_location::current()) {
  Equal(static_cast<int>(StatusOf(job)), static_cast<int>(status), what, at);
}

std::string Name(Opcode opcode) { return "opcode " + std::to_string(static_cast<int>(opcode)); }

bool Contains(const std::vector<Range>& ranges, unsigned byte) {
  for (const Range& range : ranges) {
    if (range.first <= byte && byte <= range.last) return true;
  }
  return false;
}

const Register legal("plain descriptors are legal", [] {
  for (const Rule& rule : kRules) Expect(Legal(rule.opcode), Status::kSuccess, Name(rule.opcode));
});

const Register opcodes("opcodes that are not implemented are unsupported", [] {
  for (int opcode = 0; opcode < 256; ++opcode) {
    bool known = false;
    for (const Rule& rule : kRules) known = known || static_cast<int>(rule.opcode) == opcode;
    const auto status = StatusOf(Legal(static_cast<Opcode>(opcode)));
    Equal(status == Status::kUnsupportedOpcode, !known, "opcode " + std::to_string(opcode));
  }
});

const Register reserved("every bit of every reserved byte must be zero", [] {
  for (const Rule& rule : kRules) {
    for (unsigned byte = 16; byte < 64; ++byte) {
      for (int bit = 0; bit < 8; ++bit) {
        auto job = Legal(rule.opcode);
        reinterpret_cast<uint8_t*>(&job)[byte] ^= static_cast<uint8_t>(1 << bit);
        Equal(StatusOf(job) == Status::kReservedNotZero, Contains(rule.reserved, byte),
              Name(rule.opcode) + " byte " + std::to_string(byte));
      }
    }
  }
});

const Register pasid("the first four bytes do not matter", [] {
  auto job = Legal(Opcode::kMemoryMove);
  job.pasid = 0xffff'ffff;
  Expect(job, Status::kSuccess);
});

const Register flags("every flag that an operation does not take is reported", [] {
  for (const Rule& rule : kRules) {
    for (int bit = 0; bit < 24; ++bit) {
      if (bit == 2 || bit == 3) continue;  // set in all of them
      auto job = Legal(rule.opcode);
      job.flags_opcode |= 1u << bit;
      bool allowed = bit == 12;
      for (const int own : rule.flags) allowed = allowed || bit == own;
      const auto refusal = Refuse(job);
      const std::string what = Name(rule.opcode) + " flag " + std::to_string(bit);
      const bool refused =
          refusal && refusal->status == static_cast<uint8_t>(Status::kInvalidFlags);
      Equal(refused, !allowed, what);
      if (refused) Equal(refusal->invalid_flags, 1u << bit, what);
    }
  }
});

const Register record_flags("results need a record, and a record an address", [] {
  constexpr uint32_t kValid = flag::kRecordAddressValid, kRequest = flag::kRequestRecord;
  const auto missing = [](const Rule& rule, uint32_t set) {
    if (rule.needs_record) return kRecordFlags & ~set;
    return 0u;
  };
  for (const Rule& rule : kRules) {
    for (const uint32_t set : {0u, kValid, kRequest, kRecordFlags}) {
      auto job = Legal(rule.opcode);
      job.flags_opcode = (job.flags_opcode & ~kRecordFlags) | set;
      const uint32_t invalid = missing(rule, set) | (set == kRequest ? kRequest : 0);
      const auto refusal = Refuse(job);
      Equal(refusal.has_value(), invalid != 0, Name(rule.opcode));
      if (refusal) Equal(refusal->invalid_flags, invalid, Name(rule.opcode));
    }
  }
});

const Register cache_control("cache control 3 is refused in every combination", [] {
  for (uint32_t triple = 0; triple < 8; ++triple) {
    auto job = Legal(Opcode::kMemoryMove);
    if (triple & 1) job.flags_opcode |= flag::kCacheControl1;
    if (triple & 2) job.flags_opcode |= flag::kCacheControl2;
    if (triple & 4) job.flags_opcode |= flag::kCacheControl3;
    Expect(job, triple < 4 ? Status::kSuccess : Status::kInvalidFlags, std::to_string(triple));
  }
});

const Register fence("every operation takes a fence in a batch, and only there", [] {
  for (const Rule& rule : kRules) {
    abi::CompletionRecord record = {};
    alignas(64) abi::Descriptor members[2] = {Describe(Opcode::kNop),
                                              Reporting(Legal(rule.opcode), record)};
    members[1].flags_opcode |= flag::kFence;
    Expect(members[1], Status::kInvalidFlags, Name(rule.opcode));
    // Without a size it gets past its flags, but no further.
    members[1].transfer_size = 0;
    engine::Execute(BatchJob(members, 2));
    const bool is_member = rule.opcode != Opcode::kBatch && rule.opcode != Opcode::kDrain;
    const auto expected = !is_member                    ? Status::kUnsupportedOpcode
                          : rule.opcode == Opcode::kNop ? Status::kSuccess
                                                        : Status::kTransferSize;
    Equal(record.status, static_cast<uint8_t>(expected), Name(rule.opcode));
  }
});

const Register sizes("the transfer size is at least 1 and at most the limit", [] {
  const Limits limits = {.max_transfer = 1 << 20};
  for (const Rule& rule : kRules) {
    auto job = Legal(rule.opcode);
    if (job.transfer_size != kBytes || IsDelta(rule.opcode)) continue;
    const auto with = [&](uint32_t bytes) {
      job.transfer_size = bytes;
      return StatusOf(job, limits);
    };
    Check(with(0) == Status::kTransferSize, Name(rule.opcode) + " of nothing");
    Check(with(1) == Status::kSuccess, Name(rule.opcode) + " of one byte");
    Check(with(1 << 20) == Status::kSuccess, Name(rule.opcode) + " at the limit");
    Check(with((1 << 20) + 1) == Status::kTransferSize, Name(rule.opcode) + " above the limit");
  }
});

const Register batch("a batch has 2 to max_batch members in an aligned list", [] {
  const Limits limits = {.max_batch = 16};
  for (uint32_t count = 0; count < 20; ++count) {
    auto job = Legal(Opcode::kBatch);
    job.count = count;
    Equal(StatusOf(job, limits) == Status::kSuccess, count >= 2 && count <= 16);
    if (count < 2) Expect(job, Status::kDescriptorCount);
  }
  for (uint64_t misalignment = 1; misalignment < 64; ++misalignment) {
    auto job = Legal(Opcode::kBatch);
    job.list += misalignment;
    Expect(job, Status::kListAlignment);
  }
});

const Register dualcast_alignment("both destinations of a dualcast lie alike in their pages", [] {
  for (int bit = 0; bit < 12; ++bit) {
    auto job = Legal(Opcode::kDualcast);
    job.dualcast.destination2 ^= 1u << bit;
    Expect(job, Status::kDualcastAlignment);
  }
});

/// The second range moved over the first one; the status is `status` where they overlap.
void ExpectOverlap(Opcode opcode, uint64_t abi::Descriptor::*first,
                   const std::function<uint64_t&(abi::Descriptor&)>& second, Status status,
                   int step, uint32_t bytes) {
  const int size = static_cast<int>(bytes);
  for (int distance = -2 * size; distance <= 2 * size; distance += step) {
    auto job = Legal(opcode);
    job.transfer_size = bytes;
    second(job) = job.*first + static_cast<uint64_t>(static_cast<int64_t>(distance));
    const bool overlap = distance > -size && distance < size;
    Expect(job, overlap ? status : Status::kSuccess,
           Name(opcode) + " distance " + std::to_string(distance));
  }
}

const Register overlap("ranges may overlap only where it has a meaning", [] {
  const auto destination = [](abi::Descriptor& job) -> uint64_t& { return job.destination; };
  const auto destination2 = [](abi::Descriptor& job) -> uint64_t& {
    return job.dualcast.destination2;
  };
  const auto source = &abi::Descriptor::source;
  ExpectOverlap(Opcode::kMemoryMove, source, destination, Status::kSuccess, 1, kBytes);
  ExpectOverlap(Opcode::kCompare, source, destination, Status::kSuccess, 1, kBytes);
  ExpectOverlap(Opcode::kCopyCrc, source, destination, Status::kOverlap, 1, kBytes);
  ExpectOverlap(Opcode::kDualcast, source, destination, Status::kOverlap, 4096, 3 * 4096);
  ExpectOverlap(Opcode::kDualcast, source, destination2, Status::kOverlap, 4096, 3 * 4096);
  ExpectOverlap(Opcode::kDualcast, &abi::Descriptor::destination, destination2, Status::kOverlap,
                4096, 3 * 4096);
});

const Register seed("a seed is in one place, and aligned in memory", [] {
  for (const Opcode opcode : {Opcode::kCrc, Opcode::kCopyCrc}) {
    auto job = Legal(opcode);
    job.crc.seed = 0xffff'ffff;
    Expect(job, Status::kSuccess);
    job.flags_opcode |= flag::kCrcReadSeed;
    job.crc.seed_address = 0x40'0000;
    Expect(job, Status::kReservedNotZero);
    job.crc.seed = 0;
    Expect(job, Status::kSuccess);
    for (const int misalignment : {1, 2, 3}) {
      job.crc.seed_address = 0x40'0000 + misalignment;
      Expect(job, Status::kMisalignedAddress);
    }
    job.crc.seed_address = 0;
    Expect(job, Status::kPageFault);
  }
});

const Register null("address 0 faults, as a write where it is written", [] {
  struct Case {
    Opcode opcode;
    unsigned byte;
    uint8_t status;
  };
  constexpr uint8_t kRead = 0x03, kWrite = 0x83;
  for (const Case& fault : std::vector<Case>{{Opcode::kMemoryMove, 16, kRead},
                                             {Opcode::kMemoryMove, 24, kWrite},
                                             {Opcode::kFill, 24, kWrite},
                                             {Opcode::kCompare, 16, kRead},
                                             {Opcode::kCompare, 24, kRead},
                                             {Opcode::kComparePattern, 16, kRead},
                                             {Opcode::kDualcast, 16, kRead},
                                             {Opcode::kDualcast, 24, kWrite},
                                             {Opcode::kDualcast, 40, kWrite},
                                             {Opcode::kCrc, 16, kRead},
                                             {Opcode::kCopyCrc, 16, kRead},
                                             {Opcode::kCopyCrc, 24, kWrite},
                                             {Opcode::kCacheFlush, 24, kWrite},
                                             {Opcode::kBatch, 16, 0x06}}) {
    auto job = Legal(fault.opcode);
    if (engine::Refuse(job)) continue;  // an operation that this machine does not have
    std::fill_n(reinterpret_cast<uint8_t*>(&job) + fault.byte, 8, uint8_t{0});
    const auto record = engine::Execute(job);
    Equal(record.status, fault.status, Name(fault.opcode));
    Equal(record.bytes_completed, 0u);
    Equal(record.fault_address, 0u);
  }
});

}  // namespace
}  // namespace datamover::test
