#include "arena.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "abi/dif.h"
#include "both.h"
#include "engine/operation_table.h"
#include "native/descriptors.h"

namespace datamover::fuzz {

using abi::Descriptor;
using abi::Opcode;

alignas(4096) Arena arena;
Arena initial;

namespace {

constexpr Opcode kOpcodes[] = {Opcode::kNop,
                               Opcode::kBatch,
                               Opcode::kDrain,
                               Opcode::kMemoryMove,
                               Opcode::kFill,
                               Opcode::kCompare,
                               Opcode::kComparePattern,
                               Opcode::kCreateDelta,
                               Opcode::kApplyDelta,
                               Opcode::kDualcast,
                               Opcode::kCrc,
                               Opcode::kCopyCrc,
                               Opcode::kDifCheck,
                               Opcode::kDifInsert,
                               Opcode::kDifStrip,
                               Opcode::kDifUpdate,
                               Opcode::kCacheFlush};

uint64_t Place(uint64_t anywhere) { return test::AddressOf(arena.data()) + anywhere % kPlaces; }

void PlaceRanges(Descriptor& job) {
  const Opcode opcode = job.opcode();
  job.record_address = Place(job.record_address);
  job.transfer_size = 1 + job.transfer_size % kMost;
  if (opcode != Opcode::kFill) job.source = Place(job.source);
  if (opcode != Opcode::kComparePattern) job.destination = Place(job.destination);
  if (opcode == Opcode::kDualcast) job.dualcast.destination2 = Place(job.dualcast.destination2);
  if (opcode == Opcode::kCrc || opcode == Opcode::kCopyCrc) {
    job.crc.seed_address = Place(job.crc.seed_address);
  }
  if (opcode == Opcode::kCreateDelta) {
    job.create_delta.record = Place(job.create_delta.record);
    job.create_delta.record_size %= kMost;
  }
  if (opcode == Opcode::kApplyDelta) job.apply_delta.record_size %= kMost;
}

/// Clears what the table forbids.
void ClearReserved(Descriptor& job) {
  const engine::Operation& operation = engine::Find(job.opcode());
  job.flags_opcode &= operation.flags | test::kRecordFlags | 0xff00'0000;
  if (operation.needs_record) job.flags_opcode |= test::kRecordFlags;
  std::array<uint64_t, 8> words;
  std::memcpy(words.data(), &job, sizeof job);
  for (size_t i = 2; i < words.size(); ++i) words[i] &= ~operation.must_be_zero[i];
  std::memcpy(&job, words.data(), sizeof job);
}

void Align(Descriptor& job) {
  constexpr uint64_t kWord = 8, kPage = 4096;
  job.record_address -= job.record_address % sizeof(abi::CompletionRecord);
  switch (job.opcode()) {
    case Opcode::kCreateDelta:
      job.source -= job.source % kWord;
      [[fallthrough]];
    case Opcode::kApplyDelta:
      job.destination -= job.destination % kWord;
      job.transfer_size = std::max<uint32_t>(job.transfer_size - job.transfer_size % kWord, kWord);
      if (job.opcode() == Opcode::kApplyDelta) {
        job.apply_delta.record_size -= job.apply_delta.record_size % 10;
      }
      break;
    case Opcode::kDualcast:
      job.dualcast.destination2 -= job.dualcast.destination2 % kPage;
      job.dualcast.destination2 += job.destination % kPage;
      break;
    case Opcode::kCrc:
    case Opcode::kCopyCrc: {
      const bool reads = job.has(abi::flag::kCrcReadSeed);
      if (reads) job.crc.seed = 0;
      job.crc.seed_address = reads ? job.crc.seed_address - job.crc.seed_address % 4 : 0;
      break;
    }
    default:
      if (!abi::dif::HasBlocks(job)) break;
      const uint32_t unit = abi::dif::SourceUnit(job);
      job.transfer_size = std::max(job.transfer_size - job.transfer_size % unit, unit);
  }
}

}  // namespace

Descriptor Make(Input& input) {
  const bool tidy = input.Take<uint8_t>() < 0xe0;
  auto job = input.Take<Descriptor>();
  const auto opcode = kOpcodes[(job.flags_opcode >> 24) % std::size(kOpcodes)];
  job.flags_opcode = job.flags() | static_cast<uint32_t>(opcode) << 24;
  PlaceRanges(job);
  if (!tidy) return job;
  ClearReserved(job);
  Align(job);
  return job;
}

abi::CompletionRecord ExecuteByEngine(const Descriptor& job, Arena& ours) {
  arena = initial;
  const auto record = engine::Execute(job, kLimits);
  engine::Complete(job, record);
  ours = arena;
  arena = initial;
  return record;
}

bool Differs(const Descriptor& member) {
  return member.opcode() == Opcode::kCreateDelta || member.opcode() == Opcode::kApplyDelta ||
         Judge(member, engine::Place::kBatch) == Verdict::kTouching;
}

abi::Descriptor BatchOf(std::span<Descriptor> members, const Descriptor& head) {
  for (Descriptor& member : members) {
    // In the order of the list: the device may take another one.
    member.flags_opcode |= abi::flag::kFence;
    if (Differs(member)) member = test::Describe(Opcode::kNop, abi::flag::kFence);
  }
  auto job = test::BatchJob(members.data(), static_cast<uint32_t>(members.size()));
  job.flags_opcode |= head.flags() & test::kRecordFlags;
  job.record_address = head.record_address;
  return job;
}

}  // namespace datamover::fuzz
