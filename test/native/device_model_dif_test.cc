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

constexpr uint32_t kBlock = 512, kField = 8, kBlocks = 4;
constexpr abi::DifTags kTags = {.reference = 0xabba, .application_mask = 0, .application = 0xface};

// Flags of the source.
constexpr uint8_t kError = 1, kAllF = 2, kApplicationF = 4, kBothF = 8;
constexpr uint8_t kNoGuard = 0x20, kNoReference = 0x40, kFixed = 0x80;
constexpr uint8_t kIncrements = 0x10;  // of either side

/// Operands, of which each job names some.
struct Dif {
  uint8_t source_flags = 0;
  uint8_t destination_flags = 0;
  uint8_t flags = 0;
  abi::DifTags source = {};
  abi::DifTags destination = {};
};

Bytes Blocks(uint32_t count = kBlocks) {
  Bytes bytes(kBlock * count);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i);
  return bytes;
}

abi::Descriptor Job(Opcode opcode, Bytes& destination, const Bytes& source, const Dif& dif) {
  auto job = Reporting(Describe(opcode), SpareRecord());
  job.source = AddressOf(source.data());
  if (opcode != Opcode::kDifCheck) job.destination = AddressOf(destination.data());
  job.transfer_size = static_cast<uint32_t>(source.size());
  job.dif.source_flags = dif.source_flags;
  job.dif.destination_flags = dif.destination_flags;
  job.dif.flags = dif.flags;
  job.dif.source = dif.source;
  job.dif.destination = dif.destination;
  return job;
}

abi::CompletionRecord Run(const abi::Descriptor& job, const device_model::Injection& fault = {}) {
  HoledMemory memory;
  return device_model::Execute(job, memory, {}, fault);
}

Bytes Inserted(const Bytes& blocks, const Dif& dif = {.destination = kTags}) {
  Bytes fields(blocks.size() / kBlock * (kBlock + kField));
  Equal(Run(Job(Opcode::kDifInsert, fields, blocks, dif)).status, 0x01);
  return fields;
}

Bytes FieldOf(const Bytes& bytes, size_t block) {
  const auto begin = bytes.begin() + static_cast<ptrdiff_t>(block * (kBlock + kField) + kBlock);
  return {begin, begin + kField};
}

uint8_t& FieldByte(Bytes& bytes, size_t block, size_t byte) {
  return bytes[block * (kBlock + kField) + kBlock + byte];
}

const Register inserted("model: an integrity field is that of a worked example", [] {
  const auto fields = Inserted(Blocks());
  Check(FieldOf(fields, 0) == Bytes{0x4f, 0x10, 0xfa, 0xce, 0, 0, 0xab, 0xba}, "first");
  Check(FieldOf(fields, 1) == Bytes{0x4f, 0x10, 0xfa, 0xce, 0, 0, 0xab, 0xbb}, "second");
  const auto one = Blocks(1), zero = Bytes(kBlock);
  const auto guard = [](const Bytes& bytes, uint8_t flags) {
    return FieldOf(Inserted(bytes, {.flags = flags, .destination = kTags}), 0);
  };
  Check(guard(one, 4)[0] == 0x3d && guard(one, 4)[1] == 0xab, "another seed");
  Check(guard(one, 8)[0] == 0xb0 && guard(one, 8)[1] == 0xef, "inverted");
  Check(guard(zero, 0)[0] == 0 && guard(zero, 0)[1] == 0, "zeros");
  Check(guard(zero, 4)[0] == 0x72 && guard(zero, 4)[1] == 0xbb, "zeros, another seed");
});

const Register tags("model: tags go on as their flags say, and the record has the next", [] {
  Bytes fields(kBlocks * (kBlock + kField));
  const auto blocks = Blocks();
  Dif dif = {.destination_flags = kFixed | kIncrements, .destination = kTags};
  const auto record = Run(Job(Opcode::kDifInsert, fields, blocks, dif));
  Check(FieldOf(fields, 3) == Bytes{0x4f, 0x10, 0xfa, 0xd1, 0, 0, 0xab, 0xba}, "fourth");
  Equal(record.bytes_completed, 0u);
  Equal(record.dif.destination_reference, 0xabbau);
  Equal(record.dif.destination_application, 0xfad2);

  dif = {.source_flags = kFixed | kIncrements, .source = kTags};
  const auto checked = Run(Job(Opcode::kDifCheck, fields, fields, dif));
  Equal(checked.status, 0x01);
  Equal(checked.dif.source_reference, 0xabbau);
  Equal(checked.dif.source_application, 0xfad2);
});

struct Wrong {
  std::string what;
  size_t byte;  // of the field of the third block
  uint8_t flags;
  uint16_t mask;
  uint8_t result;  // 0: it passes
};

const Wrong kWrong[] = {
    {"guard", 0, 0, 0, 1},
    {"guard, unchecked", 0, kNoGuard, 0, 0},
    {"application", 3, 0, 0, 2},
    {"application, of which that bit does not count", 3, 0, 0x0080, 0},
    {"application, of which none counts", 2, 0, 0xffff, 0},
    {"reference", 7, 0, 0, 4},
    {"reference, unchecked", 7, kNoReference, 0, 0},
    {"data", SIZE_MAX, 0, 0, 1},
};

const Register checks("model: a check finds what is wrong, and where", [] {
  for (const Wrong& each : kWrong) {
    auto fields = Inserted(Blocks());
    FieldByte(fields, 2, each.byte) ^= 0x80;
    const abi::DifTags tags = {kTags.reference, each.mask, kTags.application};
    const auto record =
        Run(Job(Opcode::kDifCheck, fields, fields, {.source_flags = each.flags, .source = tags}));
    Equal(record.status, each.result == 0 ? 0x01 : 0x09, each.what);
    Equal(record.result, each.result, each.what);
    Equal(record.bytes_completed, each.result == 0 ? 0u : 2 * (kBlock + kField), each.what);
    Equal(record.dif.source_reference, each.result == 0 ? 0xabbeu : 0xabbcu, each.what);
  }
});

const Register escapes("model: tags of ones may say that a block is not to be checked", [] {
  struct Case {
    uint8_t ones;  // 1 guard, 2 application, 4 reference
    uint8_t flags;
    bool escapes;
  };
  for (const Case& each : {Case{7, kAllF, true}, Case{6, kAllF, false},
                           Case{2, kApplicationF, true}, Case{4, kApplicationF, false},
                           Case{6, kBothF, true}, Case{2, kBothF, false}, Case{7, 0, false}}) {
    for (const uint8_t error : {uint8_t{0}, kError}) {
      auto fields = Inserted(Blocks());
      for (size_t byte = 0; byte < kField; ++byte) {
        const int part = byte < 2 ? 1 : byte < 4 ? 2 : 4;
        if (each.ones & part) FieldByte(fields, 1, byte) = 0xff;
      }
      FieldByte(fields, 1, SIZE_MAX) ^= 1;  // data that would be found wrong
      const auto flags = static_cast<uint8_t>(each.flags | error);
      const auto record =
          Run(Job(Opcode::kDifCheck, fields, fields, {.source_flags = flags, .source = kTags}));
      const std::string what = std::to_string(each.ones) + " " + std::to_string(flags);
      // The flag alone does nothing.
      const bool forbidden = error != 0 && each.flags == kAllF;
      Equal(record.status, each.escapes && !forbidden ? 0x01 : 0x09, what);
      if (each.escapes) Equal(record.result, forbidden ? 8 : 0, what);
    }
  }
});

const Register stripped("model: a strip gives the blocks back", [] {
  const auto fields = Inserted(Blocks());
  Bytes blocks(kBlocks * kBlock);
  Equal(Run(Job(Opcode::kDifStrip, blocks, fields, {.source = kTags})).status, 0x01);
  Check(blocks == Blocks(), "bytes");
  auto bad = fields;
  FieldByte(bad, 2, 7) ^= 1;
  std::fill(blocks.begin(), blocks.end(), uint8_t{0});
  const auto record = Run(Job(Opcode::kDifStrip, blocks, bad, {.source = kTags}));
  Equal(record.status, 0x09);
  Equal(record.bytes_completed, 2 * (kBlock + kField));
  Check(std::memcmp(blocks.data(), Blocks().data(), 2 * kBlock) == 0, "those that were right");
});

const Register updated("model: an update makes other tags, or passes on those that are there", [] {
  const auto fields = Inserted(Blocks());
  const abi::DifTags other = {.reference = 7, .application_mask = 0xf, .application = 0x1234};
  for (const auto& [flags, third] : {std::pair{0, Bytes{0x4f, 0x10, 0x12, 0x30, 0, 0, 0, 9}},
                                     {0x08, Bytes{0x4f, 0x10, 0xfa, 0xce, 0, 0, 0, 9}},
                                     {0x40, Bytes{0x4f, 0x10, 0x12, 0x30, 0, 0, 0xab, 0xbc}}}) {
    Bytes result(fields.size());
    const auto record = Run(Job(
        Opcode::kDifUpdate, result, fields,
        {.destination_flags = static_cast<uint8_t>(flags), .source = kTags, .destination = other}));
    Equal(record.status, 0x01);
    Check(FieldOf(result, 2) == third, std::to_string(flags));
    Equal(record.dif.source_reference, 0xabbeu);
    Equal(record.dif.destination_reference, 11u);
  }
});

const Register stopped("model: what stopped counts whole blocks", [] {
  const auto fields = Inserted(Blocks());
  Bytes blocks(kBlocks * kBlock);
  const auto record = Run(Job(Opcode::kDifStrip, blocks, fields, {.source = kTags}), {.at = 1500});
  Equal(record.status, 0x03);
  Equal(record.bytes_completed, 2 * (kBlock + kField));
  Equal(record.dif.source_reference, 0xabbcu);
  Check(std::memcmp(blocks.data(), Blocks().data(), 2 * kBlock) == 0, "bytes");
});

}  // namespace
}  // namespace datamover::test

#endif
