#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "abi/dif.h"
#include "both.h"
#include "engine/operation_table.h"
#include "engine/operations.h"
#include "input.h"
#include "native/descriptors.h"
#include "targets.h"

namespace datamover::fuzz {

using abi::Descriptor;
using abi::Opcode;
using abi::Status;

namespace {

constexpr uint32_t kPlaces = 0x8000;  // bytes in which ranges begin
constexpr uint32_t kMost = 0x4000;    // bytes of a source
constexpr size_t kMembers = 8;

/// Where all ranges lie, so that they meet. None is longer than twice a source.
using Arena = std::array<uint8_t, kPlaces + 2 * kMost>;
alignas(4096) Arena arena;
Arena initial;
Arena ours;

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

/// A descriptor whose addresses lie in the arena, most of the time one that is legal but for ranges
/// that overlap.
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

/// What the engine has done is in `ours`, and the arena is as it was.
abi::CompletionRecord ExecuteByEngine(const Descriptor& job) {
  arena = initial;
  const auto record = engine::Execute(job, kLimits);
  engine::Complete(job, record);
  ours = arena;
  arena = initial;
  return record;
}

/// The device writes what comes before a mistake in a delta record, the engine nothing.
bool IsDeltaMistake(const abi::CompletionRecord& record) {
  const auto status = static_cast<Status>(record.status);
  return status == Status::kDeltaOffsetOrder || status == Status::kDeltaOffsetRange;
}

void Single(const Descriptor& job) {
  // What would be its members are any bytes.
  if (job.opcode() == Opcode::kBatch) return;
  const Verdict verdict = Judge(job, engine::Place::kQueue);
  if (verdict != Verdict::kLegal && verdict != Verdict::kRefused) return;
  const auto record = ExecuteByEngine(job);
  if (verdict == Verdict::kLegal) RequireEqual(record, ByModel(job));
  if (IsDeltaMistake(record)) arena = initial;
  ReportByModel(job, record);
  if (verdict == Verdict::kLegal && job.opcode() == Opcode::kCreateDelta) {
    // Room that the record does not use may hold anything.
    const size_t at = job.create_delta.record - test::AddressOf(arena.data());
    const size_t used = record.delta_record_size, room = job.create_delta.record_size;
    std::copy_n(&ours[at + used], room - used, &arena[at + used]);
  }
  Require(ours == arena, "different memory");
  if (verdict == Verdict::kLegal && job.opcode() >= Opcode::kCrc &&
      job.opcode() <= Opcode::kDifUpdate) {
    RequireEqualCrcs({engine::At(job.source), job.transfer_size}, job.crc.seed);
  }
}

/// Those whose outcome in memory the device has for itself have no place in a batch here.
bool Differs(const Descriptor& member) {
  return member.opcode() == Opcode::kCreateDelta || member.opcode() == Opcode::kApplyDelta ||
         Judge(member, engine::Place::kBatch) == Verdict::kTouching;
}

void Batch(std::span<Descriptor> members, const Descriptor& head) {
  for (Descriptor& member : members) {
    // In the order of the list: the device may take another one.
    member.flags_opcode |= abi::flag::kFence;
    if (Differs(member)) member = test::Describe(Opcode::kNop, abi::flag::kFence);
  }
  auto job = test::BatchJob(members.data(), static_cast<uint32_t>(members.size()));
  job.flags_opcode |= head.flags() & test::kRecordFlags;
  job.record_address = head.record_address;
  const Verdict verdict = Judge(job, engine::Place::kQueue);
  const auto record = ExecuteByEngine(job);
  if (verdict == Verdict::kLegal) RequireEqual(record, BatchByModel(job));
  ReportByModel(job, record);
  Require(ours == arena, "different memory");
}

}  // namespace

void Execute(std::span<const uint8_t> bytes) {
  alignas(64) static std::array<Descriptor, kMembers> list;
  Input input(bytes);
  const size_t count = input.Take<uint8_t>() % (kMembers + 1);
  const Descriptor first = Make(input);
  for (size_t i = 0; i < count; ++i) list[i] = Make(input);
  input.Fill(initial);
  if (count < 2) {
    Single(first);
  } else {
    Batch({list.data(), count}, first);
  }
}

}  // namespace datamover::fuzz
