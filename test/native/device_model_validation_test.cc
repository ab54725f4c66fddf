#if defined(__linux__)

#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"

// Table 5-3 of the architecture specification as it is printed, against the device model's rules.
namespace datamover::test {
namespace {

using abi::Opcode;
using abi::Status;
using device_model::Place;
namespace flag = abi::flag;

/// First and last byte of a field.
struct Bytes {
  unsigned first, last;
};

struct Row {
  Opcode opcode;
  std::vector<unsigned> flags;  // bits that are allowed besides those of the record
  std::vector<Bytes> reserved;
  bool needs_record = false;
  bool in_batch = true;
};

// Bits: 1 block on fault, 7 check result, 8 and 14 cache control, 9-11 traffic classes of the
// addresses, 13 strict ordering, 16-18 of the operation.
const std::vector<Row> kTable = {
    {Opcode::kNop, {}, {{16, 35}, {38, 63}}},
    {Opcode::kBatch, {9}, {{24, 31}, {38, 63}}, false, false},
    {Opcode::kDrain, {9, 10}, {{32, 35}, {38, 63}}, true, false},
    {Opcode::kMemoryMove, {1, 8, 14, 13, 9, 10}, {{38, 63}}},
    {Opcode::kFill, {1, 8, 14, 13, 10}, {{38, 63}}},
    {Opcode::kCompare, {1, 7, 9, 10}, {{38, 39}, {41, 63}}, true},
    {Opcode::kComparePattern, {1, 7, 9}, {{38, 39}, {41, 63}}, true},
    {Opcode::kCreateDelta, {1, 7, 8, 14, 13, 9, 10, 11}, {{38, 39}, {52, 55}, {57, 63}}, true},
    {Opcode::kApplyDelta, {1, 8, 14, 13, 9, 10}, {{38, 39}, {44, 63}}},
    {Opcode::kDualcast, {1, 8, 14, 13, 9, 10, 11}, {{38, 39}, {48, 63}}},
    {Opcode::kCrc, {1, 9, 11, 16, 17, 18}, {{24, 31}, {38, 39}, {44, 63}}, true},
    {Opcode::kCopyCrc, {1, 8, 14, 13, 9, 10, 11, 16, 17, 18}, {{38, 39}, {44, 63}}, true},
    {Opcode::kDifCheck, {1, 9}, {{24, 31}, {38, 39}, {41, 41}, {43, 47}, {56, 63}}, true},
    {Opcode::kDifInsert, {1, 8, 14, 13, 9, 10}, {{38, 40}, {43, 55}}},
    {Opcode::kDifStrip, {1, 8, 14, 13, 9, 10}, {{38, 39}, {41, 41}, {43, 47}, {56, 63}}},
    {Opcode::kDifUpdate, {1, 8, 14, 13, 9, 10}, {{38, 39}, {43, 47}}},
    {Opcode::kCacheFlush, {1, 8, 14, 13, 10}, {{16, 23}, {38, 63}}},
};

constexpr device_model::QueueRules kRules = {.block_on_fault = true};

std::string NameOf(const Row& row) {
  return "opcode " + std::to_string(static_cast<int>(row.opcode));
}

bool Has(const std::vector<Bytes>& fields, unsigned byte) {
  for (const Bytes& field : fields) {
    if (byte >= field.first && byte <= field.last) return true;
  }
  return false;
}

/// Legal, with all addresses far from each other.
abi::Descriptor LegalJob(const Row& row) {
  auto job = Reporting(Describe(row.opcode), SpareRecord());
  const auto set = [&](unsigned byte, uint64_t value, size_t bytes) {
    if (!Has(row.reserved, byte))
      std::memcpy(reinterpret_cast<uint8_t*>(&job) + byte, &value, bytes);
  };
  set(16, 0x10'0000, 8);
  set(24, 0x20'0000, 8);
  set(32, row.opcode == Opcode::kBatch ? 2 : 520 * 512 * 2, 4);
  if (row.opcode == Opcode::kDrain) job.source = job.destination = 0;
  if (row.opcode == Opcode::kDualcast) job.dualcast.destination2 = 0x30'0000;
  if (row.opcode == Opcode::kCreateDelta) {
    job.transfer_size = 4096;
    job.create_delta.record = 0x30'0000;
    job.create_delta.record_size = 80;
  }
  if (row.opcode == Opcode::kApplyDelta) {
    job.transfer_size = 4096;
    job.apply_delta.record_size = 80;
  }
  return job;
}

Status StatusOf(const abi::Descriptor& job, Place place = Place::kQueue,
                const device_model::QueueRules& rules = kRules) {
  const auto refusal = device_model::Validate(job, rules, place);
  return refusal ? refusal->status : Status::kSuccess;
}

void Expect(const abi::Descriptor& job, Status expected, const std::string& what,
            Place place = Place::kQueue) {
  Equal(static_cast<int>(StatusOf(job, place)), static_cast<int>(expected), what);
}

const Register flags("model: flags that an operation does not have are named in the record", [] {
  for (const Row& row : kTable) {
    Expect(LegalJob(row), Status::kSuccess, NameOf(row));
    for (unsigned bit = 0; bit < 24; ++bit) {
      auto job = LegalJob(row);
      const bool mandatory = bit == 2 || bit == 3;
      if (mandatory) continue;
      job.flags_opcode |= 1u << bit;
      if (bit == 16 && Has(row.reserved, 44)) job.crc.seed = 0;
      bool allowed = bit == 12;
      for (const unsigned each : row.flags) allowed = allowed || bit == each;
      const auto refusal = device_model::Validate(job, kRules, Place::kQueue);
      const std::string what = NameOf(row) + " bit " + std::to_string(bit);
      Check(refusal.has_value() != allowed, what);
      if (allowed || !refusal) continue;
      Equal(static_cast<int>(refusal->status), 0x11, what);
      const auto record = device_model::RecordOf(*refusal);
      Equal(record.status, 0x11, what);
      Equal(record.invalid_flags, 1u << bit, what);
    }
  }
});

const Register reserved("model: bytes that an operation does not have are zero", [] {
  for (const Row& row : kTable) {
    for (unsigned byte = 16; byte < 64; ++byte) {
      auto job = LegalJob(row);
      reinterpret_cast<uint8_t*>(&job)[byte] |= 0x80;
      const bool is_handle = byte == 36 || byte == 37;
      const bool refused = StatusOf(job) == Status::kReservedNotZero;
      Equal(refused, is_handle || Has(row.reserved, byte),
            NameOf(row) + " byte " + std::to_string(byte));
    }
  }
});

const Register records("model: what has a result needs a record for it", [] {
  for (const Row& row : kTable) {
    for (const uint32_t given : {0u, flag::kRecordAddressValid, flag::kRequestRecord}) {
      auto job = LegalJob(row);
      job.flags_opcode = (job.flags_opcode & ~kRecordFlags) | given;
      const bool legal = !row.needs_record && given != flag::kRequestRecord;
      Expect(job, legal ? Status::kSuccess : Status::kInvalidFlags, NameOf(row));
    }
    auto job = LegalJob(row);
    job.record_address += 16;
    Expect(job, Status::kRecordAlignment, NameOf(row));
  }
});

const Register places("model: fences are for members, and lists are no members", [] {
  for (const Row& row : kTable) {
    auto job = LegalJob(row);
    const Status member = row.in_batch ? Status::kSuccess : Status::kUnsupportedOpcode;
    Expect(job, member, NameOf(row), Place::kBatch);
    job.flags_opcode |= flag::kFence;
    Expect(job, member, NameOf(row) + " fenced", Place::kBatch);
    Expect(job, Status::kInvalidFlags, NameOf(row) + " fenced");
  }
});

const Register opcodes("model: operations of later devices are unknown", [] {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    bool known = false;
    for (const Row& row : kTable) known = known || static_cast<unsigned>(row.opcode) == opcode;
    if (known) continue;
    const auto job = Reporting(Describe(static_cast<Opcode>(opcode)), SpareRecord());
    Expect(job, Status::kUnsupportedOpcode, "opcode " + std::to_string(opcode));
  }
});

const Register block("model: a queue that does not block on faults does not know the flag", [] {
  auto job = LegalJob(kTable[3]);
  job.flags_opcode |= flag::kBlockOnFault;
  Equal(static_cast<int>(StatusOf(job, Place::kQueue, {.block_on_fault = false})), 0x11);
  Equal(static_cast<int>(StatusOf(job, Place::kQueue, {.block_on_fault = true})), 0x01);
});

const Register cache("model: durable memory is a capability that is not there", [] {
  for (uint32_t triple = 0; triple < 8; ++triple) {
    auto job = LegalJob(kTable[3]);
    if (triple & 1) job.flags_opcode |= flag::kCacheControl1;
    if (triple & 2) job.flags_opcode |= flag::kCacheControl2;
    if (triple & 4) job.flags_opcode |= flag::kCacheControl3;
    Expect(job, triple < 4 ? Status::kSuccess : Status::kInvalidFlags, std::to_string(triple));
  }
});

}  // namespace
}  // namespace datamover::test

#endif
