#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "abi/dif.h"
#include "check.h"
#include "descriptors.h"
#include "rules.h"

// Sizes, alignments and overlaps, each at its boundaries.
namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

constexpr uint32_t kMostDelta = 0x8'0000;  // what offsets of 16 bits reach

bool IsDelta(Opcode opcode) {
  return opcode == Opcode::kCreateDelta || opcode == Opcode::kApplyDelta;
}

bool HasTransfer(Opcode opcode) {
  return opcode != Opcode::kNop && opcode != Opcode::kDrain && opcode != Opcode::kBatch;
}

void ExpectSize(abi::Descriptor job, uint32_t bytes, Status expected, const std::string& name) {
  job.transfer_size = bytes;
  Expect(job, expected, name + " of " + std::to_string(bytes) + " bytes");
}

const Register sizes("rules: a transfer has a byte, and no more than the limit", [] {
  for (const Rule& rule : Rules()) {
    const auto job = Legal(rule);
    if (!HasTransfer(rule.opcode)) continue;
    const auto name = rule.name();
    ExpectSize(job, 0, Status::kTransferSize, name);
    ExpectSize(job, kLimits.max_transfer + 1, Status::kTransferSize, name);
    ExpectSize(job, 0xffff'ffff, Status::kTransferSize, name);
    if (IsDelta(rule.opcode)) {
      ExpectSize(job, 8, Status::kSuccess, name);
      ExpectSize(job, kMostDelta, Status::kSuccess, name);
      ExpectSize(job, kMostDelta + 8, Status::kTransferSize, name);
      for (uint32_t odd = 1; odd < 8; ++odd) {
        ExpectSize(job, odd, Status::kMisalignedAddress, name);
        ExpectSize(job, kMostDelta - odd, Status::kMisalignedAddress, name);
      }
    } else if (!abi::dif::HasBlocks(job)) {
      ExpectSize(job, 1, Status::kSuccess, name);
      ExpectSize(job, kLimits.max_transfer, Status::kSuccess, name);
    }
  }
});

const Register blocks("rules: integrity fields stand behind whole blocks", [] {
  for (const Rule& rule : Rules()) {
    auto job = Legal(rule);
    if (!abi::dif::HasBlocks(job)) continue;
    for (uint8_t kind = 0; kind < 4; ++kind) {
      constexpr uint32_t kSizes[] = {512, 520, 4096, 4104};
      job.dif.flags = kind;
      const uint32_t unit = kSizes[kind] + (rule.opcode == Opcode::kDifInsert ? 0 : 8);
      const std::string name = rule.name() + " blocks " + std::to_string(kSizes[kind]);
      for (uint32_t bytes = 1; bytes <= 2 * unit; ++bytes) {
        const bool whole = bytes % unit == 0;
        ExpectSize(job, bytes, whole ? Status::kSuccess : Status::kTransferSize, name);
      }
      const uint32_t most = kLimits.max_transfer / unit * unit;
      ExpectSize(job, most, Status::kSuccess, name);
      ExpectSize(job, most + unit, Status::kTransferSize, name);
    }
  }
});

const Register batches("rules: a batch has 2 to max_batch members in an aligned list", [] {
  auto job = Legal(Opcode::kBatch);
  for (uint32_t count = 0; count < 20; ++count) {
    job.count = count;
    const bool legal = count >= 2 && count <= kLimits.max_batch;
    Expect(job, legal ? Status::kSuccess : Status::kDescriptorCount, std::to_string(count));
  }
  for (uint64_t misalignment = 1; misalignment < 64; ++misalignment) {
    job = Legal(Opcode::kBatch);
    job.list += misalignment;
    Expect(job, Status::kListAlignment, std::to_string(misalignment));
  }
});

const Register rooms("rules: a delta record has room for eight entries, of which there are whole",
                     [] {
                       constexpr Status kBad = Status::kDeltaRecordSize, kGood = Status::kSuccess;
                       for (const auto& [room, expected] : {std::pair{0u, kBad},
                                                            {79u, kBad},
                                                            {80u, kGood},
                                                            {86u, kGood},
                                                            {kLimits.max_transfer, kGood},
                                                            {kLimits.max_transfer + 1, kBad},
                                                            {0xffff'fff8u, kBad}}) {
                         auto job = Legal(Opcode::kCreateDelta);
                         job.create_delta.record_size = room;
                         Expect(job, expected, "room for " + std::to_string(room));
                       }
                       for (uint32_t bytes = 0; bytes < 100; ++bytes) {
                         auto job = Legal(Opcode::kApplyDelta);
                         job.apply_delta.record_size = bytes;
                         Expect(job, bytes > 0 && bytes % 10 == 0 ? kGood : kBad,
                                "record of " + std::to_string(bytes));
                       }
                     });

/// `low` bits of an operand's address are zero, else `status`; other bits do not matter.
struct Alignment {
  Opcode opcode;
  unsigned byte;  // where the address is
  unsigned low;
  Status status;
  uint32_t flags = 0;
};

const Register alignments("rules: addresses are aligned where they have to be, and only there", [] {
  const std::vector<Alignment> table = {
      {Opcode::kMemoryMove, 16, 0, {}},
      {Opcode::kMemoryMove, 24, 0, {}},
      {Opcode::kFill, 24, 0, {}},
      {Opcode::kCompare, 24, 0, {}},
      {Opcode::kDualcast, 16, 0, {}},
      {Opcode::kDualcast, 24, 12, Status::kDualcastAlignment},
      {Opcode::kDualcast, 40, 12, Status::kDualcastAlignment},
      {Opcode::kCreateDelta, 16, 3, Status::kMisalignedAddress},
      {Opcode::kCreateDelta, 24, 3, Status::kMisalignedAddress},
      {Opcode::kCreateDelta, 40, 0, {}},
      {Opcode::kApplyDelta, 16, 0, {}},
      {Opcode::kApplyDelta, 24, 3, Status::kMisalignedAddress},
      {Opcode::kCrc, 16, 0, {}},
      {Opcode::kCrc, 48, 2, Status::kMisalignedAddress, flag::kCrcReadSeed},
      {Opcode::kCopyCrc, 24, 0, {}},
      {Opcode::kCopyCrc, 48, 2, Status::kMisalignedAddress, flag::kCrcReadSeed},
      {Opcode::kDifInsert, 16, 0, {}},
      {Opcode::kDifUpdate, 24, 0, {}},
  };
  for (const auto& [opcode, byte, low, status, flags] : table) {
    for (unsigned bit = 0; bit < 14; ++bit) {
      auto job = Legal(opcode);
      job.flags_opcode |= flags;
      if (flags) job.crc.seed_address = 0x3330'0000;
      Byte(job, byte + bit / 8) ^= static_cast<uint8_t>(1u << bit % 8);
      const std::string what = "opcode " + std::to_string(static_cast<int>(opcode)) + " byte " +
                               std::to_string(byte) + " bit " + std::to_string(bit);
      Expect(job, bit < low ? status : Status::kSuccess, what);
    }
  }
});

/// Two ranges of a descriptor, by the bytes where their addresses are, and their lengths.
struct Pair {
  Opcode opcode;
  unsigned first;
  uint32_t first_bytes;
  unsigned second;
  uint32_t second_bytes;
  bool may_overlap = false;
  uint64_t step = 1;  // what the second is moved by
};

void ExpectDistance(const Pair& pair, abi::Descriptor job, int64_t distance, bool overlap) {
  uint64_t address;
  std::memcpy(&address, &Byte(job, pair.first), sizeof address);
  address += static_cast<uint64_t>(distance);
  std::memcpy(&Byte(job, pair.second), &address, sizeof address);
  const bool refused = overlap && !pair.may_overlap;
  Expect(job, refused ? Status::kOverlap : Status::kSuccess,
         "opcode " + std::to_string(static_cast<int>(pair.opcode)) + " bytes " +
             std::to_string(pair.first) + " and " + std::to_string(pair.second) + " at " +
             std::to_string(distance));
}

/// At the first and the last distances at which the ranges overlap, and just beyond.
void ExpectOverlaps(const Pair& pair, abi::Descriptor job) {
  const auto step = static_cast<int64_t>(pair.step);
  const auto before = -static_cast<int64_t>(pair.second_bytes);
  const auto behind = static_cast<int64_t>(pair.first_bytes);
  const auto aligned = [step](int64_t distance) { return distance / step * step; };
  for (const int64_t distance :
       {aligned(before) - step, aligned(before), aligned(before) + step, int64_t{0},
        aligned(behind) - step, aligned(behind), aligned(behind) + step}) {
    ExpectDistance(pair, job, distance, distance > before && distance < behind);
  }
}

const Register overlaps("rules: only moves and sources may overlap", [] {
  const std::vector<Pair> table = {
      {Opcode::kMemoryMove, 16, 64, 24, 64, true},
      {Opcode::kCompare, 16, 64, 24, 64, true},
      {Opcode::kCopyCrc, 16, 64, 24, 64},
      {Opcode::kDualcast, 16, 64, 24, 64, false, 4096},
      {Opcode::kDualcast, 16, 64, 40, 64, false, 4096},
      {Opcode::kDualcast, 24, 64, 40, 64, false, 4096},
      {Opcode::kCreateDelta, 16, 64, 24, 64, true, 8},
      {Opcode::kCreateDelta, 16, 64, 40, 80},
      {Opcode::kCreateDelta, 24, 64, 40, 80},
      {Opcode::kApplyDelta, 24, 64, 16, 10},
      {Opcode::kDifInsert, 16, 512, 24, 520},
      {Opcode::kDifUpdate, 16, 520, 24, 520},
  };
  for (const Pair& pair : table) ExpectOverlaps(pair, Legal(pair.opcode));
  // Of a dualcast of several pages.
  for (const unsigned second : {24u, 40u}) {
    auto job = Legal(Opcode::kDualcast);
    job.transfer_size = 3 * 4096;
    ExpectOverlaps({Opcode::kDualcast, 16, 3 * 4096, second, 3 * 4096, false, 4096}, job);
  }
});

const Register wrap("rules: behind the last address comes the first one", [] {
  auto job = Legal(Opcode::kCopyCrc);
  job.source = ~uint64_t{31};  // the last 32 bytes, and the first 32
  for (const uint64_t destination : {uint64_t{1}, uint64_t{31}, uint64_t{32}}) {
    job.destination = destination;
    Expect(job, destination < 32 ? Status::kOverlap : Status::kSuccess,
           std::to_string(destination));
  }
});

const Register strip(
    "rules: a strip's destination may touch its source, but not on the device", [] {
      // An erratum: the device takes the destination to be as long as the source.
      for (const int64_t distance : {-600, -520, -519, -512, -511, -1, 0, 1, 519, 520, 600}) {
        auto job = Legal(Opcode::kDifStrip);
        job.destination = job.source + static_cast<uint64_t>(distance);
        for (const auto& [name, engine, judge] : Judges()) {
          const int64_t written = engine ? 512 : 520;
          const bool overlap = distance > -written && distance < 520;
          const auto expected = overlap ? Status::kOverlap : Status::kSuccess;
          Equal(static_cast<int>(judge(job, Place::kQueue, kLimits).status),
                static_cast<int>(expected), name + " at " + std::to_string(distance));
        }
      }
    });

}  // namespace
}  // namespace datamover::test
