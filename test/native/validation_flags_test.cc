#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "rules.h"
#if defined(__linux__)
#include "device_model/execute.h"
#endif

// Opcodes, flags, reserved bytes and the record's address: what table 5-3 of the specification has.
namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

constexpr Place kPlaces[] = {Place::kQueue, Place::kBatch};

/// Whether the operation may be there at all.
bool MayBe(const Rule& rule, Place place) { return place == Place::kQueue || rule.in_batch; }

Judgement Expected(const Rule& rule, uint32_t flags, Place place, const Judge& judge) {
  if (!MayBe(rule, place)) return {Status::kUnsupportedOpcode};
  const uint32_t invalid = rule.InvalidFlags(rule.given | flags, place, judge.engine);
  if (invalid != 0) return {Status::kInvalidFlags, invalid};
  return {Status::kSuccess};
}

void ExpectFlags(const Rule& rule, uint32_t flags, Place place) {
  for (const Judge& judge : Judges()) {
    const auto judgement = judge.judge(Legal(rule, flags), place, kLimits);
    Check(judgement == Expected(rule, flags, place, judge),
          rule.name() + " flags " + std::to_string(flags) + ", " + judge.name);
  }
}

const Register each("rules: each of the 24 flags is taken exactly where the table has it", [] {
  for (const Rule& rule : Rules()) {
    for (const Place place : kPlaces) {
      for (const uint32_t others : {0u, kRecordFlags}) {
        ExpectFlags(rule, others, place);
        for (unsigned bit = 0; bit < 24; ++bit) ExpectFlags(rule, others ^ 1u << bit, place);
      }
    }
  }
});

const Register together("rules: of many flags all that are wrong are named", [] {
  Random random(0xf1a6);
  for (const Rule& rule : Rules()) {
    for (int i = 0; i < 1000; ++i) {
      ExpectFlags(rule, random.Next() & random.Next() & flag::kMask, kPlaces[i % 2]);
    }
  }
});

const Register cache("rules: durable memory is a capability that is not there", [] {
  for (const Rule& rule : Rules()) {
    for (uint32_t triple = 0; triple < 8; ++triple) {
      uint32_t flags = kRecordFlags;
      if (triple & 1) flags |= flag::kCacheControl1;
      if (triple & 2) flags |= flag::kCacheControl2;
      if (triple & 4) flags |= flag::kCacheControl3;
      ExpectFlags(rule, flags, Place::kQueue);
      const bool durable = (triple & 4) != 0;
      const uint32_t invalid = rule.InvalidFlags(flags, Place::kQueue, true);
      Equal((invalid & flag::kCacheControl3) != 0, durable, rule.name());
    }
  }
});

const Register reserved("rules: each bit of the reserved bytes must be zero, and no other", [] {
  for (const Rule& rule : Rules()) {
    for (const Place place : kPlaces) {
      if (!MayBe(rule, place)) continue;
      for (unsigned byte = 16; byte < 64; ++byte) {
        for (int bit = 0; bit < 8; ++bit) {
          auto job = Legal(rule);
          Byte(job, byte) ^= static_cast<uint8_t>(1 << bit);
          const std::string what = rule.name() + " byte " + std::to_string(byte);
          const bool refused = Judged(job, what, place).status == Status::kReservedNotZero;
          Equal(refused, rule.IsReserved(byte), what);
        }
      }
    }
  }
});

const Register pasid("rules: the first four bytes do not matter", [] {
  for (const Rule& rule : Rules()) {
    auto job = Legal(rule);
    job.pasid = 0xffff'ffff;
    Expect(job, Status::kSuccess, rule.name());
  }
});

const Register opcodes("rules: opcodes of later devices are unsupported", [] {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    bool known = opcode == static_cast<unsigned>(Opcode::kCacheFlush);
    for (const Rule& rule : Rules()) known = known || static_cast<unsigned>(rule.opcode) == opcode;
    if (known) continue;
    auto job = Reporting(Describe(static_cast<Opcode>(opcode)), SpareRecord());
    for (const Place place : kPlaces) {
      Expect(job, Status::kUnsupportedOpcode, "opcode " + std::to_string(opcode), place);
    }
  }
});

const Register records("rules: a record lies on a multiple of 32, if there is one", [] {
  for (const Rule& rule : Rules()) {
    for (const Place place : kPlaces) {
      for (uint64_t misalignment = 1; misalignment < 32; ++misalignment) {
        auto job = Legal(rule);
        job.record_address += misalignment;
        Expect(job, Status::kRecordAlignment, rule.name(), place);
        if (rule.needs_record || !MayBe(rule, place)) continue;
        job.flags_opcode &= ~kRecordFlags;
        Expect(job, Status::kSuccess, rule.name(), place);
      }
    }
  }
});

#if defined(__linux__)
const Register block("model: a queue that does not block on faults does not know the flag", [] {
  for (const Rule& rule : Rules()) {
    const auto job = Legal(rule, kRecordFlags | flag::kBlockOnFault);
    const auto refusal = device_model::Validate(job, {}, device_model::Place::kQueue);
    Check(refusal.has_value(), rule.name());
    if (refusal) Equal(refusal->invalid_flags, flag::kBlockOnFault, rule.name());
  }
});
#endif

}  // namespace
}  // namespace datamover::test
