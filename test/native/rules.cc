#include "rules.h"

#include <algorithm>

#include "abi/dif.h"
#include "check.h"
#include "descriptors.h"
#include "engine/kernels.h"
#if defined(__linux__)
#include "device_model/execute.h"
#endif

namespace datamover::test {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

namespace {

// Flags: 1 block on fault, 7 check result, 8 and 14 cache control, 9-11 traffic classes of the
// addresses, 13 strict ordering, 16-18 of the operation. The interrupt handle, bytes 36 and 37, is
// reserved in every row.
const std::vector<Rule> kTable = {
    {Opcode::kNop, {{16, 35}, {38, 63}}, {}},
    {Opcode::kBatch, {{24, 31}, {38, 63}}, {9}, false, false},
    {Opcode::kDrain, {{32, 35}, {38, 63}}, {9, 10}, true, false, 0, {16, 17, 18, 19}},
    {Opcode::kMemoryMove, {{38, 63}}, {1, 8, 14, 13, 9, 10}},
    {Opcode::kFill, {{38, 63}}, {1, 8, 14, 13, 10}},
    {Opcode::kCompare, {{38, 39}, {41, 63}}, {1, 7, 9, 10}, true},
    {Opcode::kComparePattern, {{38, 39}, {41, 63}}, {1, 7, 9}, true},
    {Opcode::kCreateDelta, {{38, 39}, {52, 55}, {57, 63}}, {1, 7, 8, 14, 13, 9, 10, 11}, true},
    {Opcode::kApplyDelta, {{38, 39}, {44, 63}}, {1, 8, 14, 13, 9, 10}},
    {Opcode::kDualcast, {{38, 39}, {48, 63}}, {1, 8, 14, 13, 9, 10, 11}},
    {Opcode::kCrc, {{24, 31}, {38, 39}, {44, 63}}, {1, 9, 11, 16, 17, 18}, true},
    {Opcode::kCrc,
     {{24, 31}, {38, 47}, {56, 63}},
     {1, 9, 11, 16, 17, 18},
     true,
     true,
     flag::kCrcReadSeed},
    {Opcode::kCopyCrc, {{38, 39}, {44, 63}}, {1, 8, 14, 13, 9, 10, 11, 16, 17, 18}, true},
    {Opcode::kCopyCrc,
     {{38, 47}, {56, 63}},
     {1, 8, 14, 13, 9, 10, 11, 16, 17, 18},
     true,
     true,
     flag::kCrcReadSeed},
    {Opcode::kDifCheck, {{24, 31}, {38, 39}, {41, 41}, {43, 47}, {56, 63}}, {1, 9}, true},
    {Opcode::kDifInsert, {{38, 40}, {43, 55}}, {1, 8, 14, 13, 9, 10}},
    {Opcode::kDifStrip, {{38, 39}, {41, 41}, {43, 47}, {56, 63}}, {1, 8, 14, 13, 9, 10}},
    {Opcode::kDifUpdate, {{38, 39}, {43, 47}}, {1, 8, 14, 13, 9, 10}},
    {Opcode::kCacheFlush, {{16, 23}, {38, 63}}, {1, 8, 14, 13, 10}},
};

constexpr uint64_t kFirst = 0x1110'0000, kSecond = 0x2220'0000, kThird = 0x3330'0000;

Judgement ByEngine(const abi::Descriptor& job, Place place, const Limits& limits) {
  const auto verdict = engine::Validate(job, limits, place);
  if (verdict.legal()) return {Status::kSuccess};
  return {static_cast<Status>(verdict.status), verdict.invalid_flags};
}

#if defined(__linux__)
Judgement ByModel(const abi::Descriptor& job, Place place, const Limits& limits) {
  const device_model::QueueRules rules = {
      .max_transfer = limits.max_transfer, .max_batch = limits.max_batch, .block_on_fault = true};
  const auto refusal = device_model::Validate(
      job, rules,
      place == Place::kBatch ? device_model::Place::kBatch : device_model::Place::kQueue);
  if (!refusal) return {Status::kSuccess};
  return {refusal->status, refusal->invalid_flags};
}
#endif

}  // namespace

std::string Rule::name() const {
  return "opcode " + std::to_string(static_cast<int>(opcode)) + (given ? " with read seed" : "");
}

bool Rule::IsReserved(unsigned byte) const {
  return byte == 36 || byte == 37 || std::ranges::any_of(reserved, [byte](const Bytes& field) {
           return byte >= field.first && byte <= field.last;
         });
}

uint32_t Rule::InvalidFlags(uint32_t given_flags, Place place, bool engine) const {
  uint32_t allowed = kRecordFlags | flag::kRecordTrafficClassB;
  if (place == Place::kBatch) allowed |= flag::kFence;
  for (const unsigned bit : flags) allowed |= 1u << bit;
  if (engine) {
    for (const unsigned bit : engine_flags) allowed |= 1u << bit;
  }
  uint32_t invalid = given_flags & ~allowed;
  if (needs_record) invalid |= kRecordFlags & ~given_flags;
  // A record that is requested has an address.
  if ((given_flags & kRecordFlags) == flag::kRequestRecord) invalid |= flag::kRequestRecord;
  return invalid;
}

const std::vector<Rule>& Rules() {
  static const auto rules = [] {
    auto all = kTable;
    if (!engine::FlushLines(nullptr, 0, false)) all.pop_back();
    return all;
  }();
  return rules;
}

abi::Descriptor Legal(const Rule& rule, uint32_t flags) {
  auto job = Describe(rule.opcode, rule.given | flags);
  job.record_address = AddressOf(&SpareRecord());
  if (rule.opcode != Opcode::kDrain) {
    if (!rule.IsReserved(16)) job.source = kFirst;
    if (!rule.IsReserved(24)) job.destination = kSecond;
  }
  if (!rule.IsReserved(32)) job.transfer_size = 64;
  switch (rule.opcode) {
    case Opcode::kBatch:
      job.count = 2;
      break;
    case Opcode::kDualcast:
      job.dualcast.destination2 = kThird;
      break;
    case Opcode::kCreateDelta:
      job.create_delta.record = kThird;
      job.create_delta.record_size = 80;
      break;
    case Opcode::kApplyDelta:
      job.apply_delta.record_size = 10;
      break;
    case Opcode::kCrc:
    case Opcode::kCopyCrc:
      if (job.has(flag::kCrcReadSeed)) job.crc.seed_address = kThird;
      break;
    case Opcode::kDrain:
      // Addresses that are read back.
      if (job.has(flag::kDrainReadback1)) job.readback1 = kFirst;
      if (job.has(flag::kDrainReadback2)) job.readback2 = kSecond;
      break;
    default:
      if (abi::dif::HasBlocks(job)) job.transfer_size = abi::dif::SourceUnit(job);
  }
  return job;
}

abi::Descriptor Legal(const Rule& rule) { return Legal(rule, kRecordFlags); }

abi::Descriptor Legal(Opcode opcode) {
  return Legal(*std::ranges::find(kTable, opcode, &Rule::opcode));
}

const std::vector<Judge>& Judges() {
  static const std::vector<Judge> judges = {
    {"engine", true, ByEngine},
#if defined(__linux__)
    {"device model", false, ByModel},
#endif
  };
  return judges;
}

void Expect(const abi::Descriptor& job, const Judgement& expected, const std::string& what,
            Place place, std::source_location at) {
  for (const auto& [name, engine, judge] : Judges()) {
    const auto [status, invalid_flags] = judge(job, place, kLimits);
    const std::string who = what + (place == Place::kBatch ? " in a batch, " : ", ") + name;
    Equal(static_cast<int>(status), static_cast<int>(expected.status), who, at);
    Equal(invalid_flags, expected.invalid_flags, who, at);
  }
}

Judgement Judged(const abi::Descriptor& job, const std::string& what, Place place) {
  const auto judgement = Judges().front().judge(job, place, kLimits);
  Expect(job, judgement, what, place);
  return judgement;
}

}  // namespace datamover::test
