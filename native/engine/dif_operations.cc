#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "abi/dif.h"
#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {

namespace dif = abi::dif;
using abi::Opcode;
using abi::Status;

namespace {

/// A field as the number that its bytes are: a guard, an application tag, a reference tag.
using Field = uint64_t;
constexpr Field kGuardBits = 0xffff'0000'0000'0000;
constexpr Field kApplicationBits = 0x0000'ffff'0000'0000;
constexpr Field kReferenceBits = 0x0000'0000'ffff'ffff;

constexpr Field FieldOf(uint16_t guard, uint16_t application, uint32_t reference) {
  return Field{guard} << 48 | Field{application} << 32 | reference;
}

constexpr bool IsOnes(Field field, Field bits) { return (field & bits) == bits; }

/// Blocks of so many bytes are not in the caches of a core, or will not be for long.
constexpr uint64_t kFarBytes = 1 << 20;

/// Blocks whose guards are computed together.
constexpr size_t kGroup = 32;
using Guards = std::array<uint16_t, kGroup>;

// Written so that compilers see one load, or one store, with the bytes reversed.

Field Load(const uint8_t* from) {
  return Field{from[0]} << 56 | Field{from[1]} << 48 | Field{from[2]} << 40 | Field{from[3]} << 32 |
         Field{from[4]} << 24 | Field{from[5]} << 16 | Field{from[6]} << 8 | Field{from[7]};
}

void Store(uint8_t* to, Field field) {
  for (int i = 0; i < 8; ++i) to[i] = static_cast<uint8_t>(field >> (56 - 8 * i));
}

/// The guards of the first blocks, which are copied where there is a place for it. Returned in an
/// array they would be copied, which would wait for what was written a moment ago.
void MakeGuards(const abi::Descriptor& job, const Blocks& blocks, std::span<uint16_t> guards) {
  const uint16_t seed = job.dif.flags & dif::flag::kInvertSeed ? 0xffff : 0;
  Crc16T10(guards, seed, blocks);
  if (job.dif.flags & dif::flag::kInvertResult) {
    for (uint16_t& guard : guards) guard = static_cast<uint16_t>(~guard);
  }
}

/// Whether the field says that its block is not to be checked.
bool Escapes(uint8_t flags, Field field) {
  if (!IsOnes(field, kApplicationBits)) return false;
  if (flags & dif::source_flag::kApplicationFDetect) return true;
  if (!IsOnes(field, kReferenceBits)) return false;
  return flags & dif::source_flag::kApplicationReferenceFDetect ||
         (flags & dif::source_flag::kAllFDetect && IsOnes(field, kGuardBits));
}

/// A field of nothing but ones is an error where that was asked for, whatever else it means.
bool IsAllFError(uint8_t flags, Field field) {
  constexpr uint8_t kBoth = dif::source_flag::kAllFError | dif::source_flag::kAllFDetect;
  return (flags & kBoth) == kBoth && field == ~Field{0};
}

/// The bits of fields that are compared.
Field Compared(const abi::Descriptor& job) {
  const uint8_t flags = job.dif.source_flags;
  const auto application = static_cast<uint16_t>(~job.dif.source.application_mask);
  return (flags & dif::source_flag::kNoGuardCheck ? 0 : kGuardBits) | FieldOf(0, application, 0) |
         (flags & dif::source_flag::kNoReferenceCheck ? 0 : kReferenceBits);
}

/// @param difference from the field that was expected, in the bits that are compared
uint8_t Mismatches(uint8_t flags, Field field, Field difference) {
  // Nearly all fields.
  if (difference == 0 && !IsOnes(field, kApplicationBits)) return 0;
  if (IsAllFError(flags, field)) return dif::kAllF;
  if (Escapes(flags, field)) return 0;
  uint8_t wrong = 0;
  if (difference & kGuardBits) wrong |= dif::kGuard;
  if (difference & kApplicationBits) wrong |= dif::kApplication;
  if (difference & kReferenceBits) wrong |= dif::kReference;
  return wrong;
}

/// The bits of fields that a block keeps.
Field Passed(const abi::Descriptor& job) {
  const uint8_t flags = job.dif.destination_flags;
  return (flags & dif::destination_flag::kPassGuard ? kGuardBits : 0) |
         (flags & dif::destination_flag::kPassApplication ? kApplicationBits : 0) |
         (flags & dif::destination_flag::kPassReference ? kReferenceBits : 0);
}

// These flags are the same bits for both sides.
static_assert(dif::source_flag::kApplicationIncrements ==
              dif::destination_flag::kApplicationIncrements);
static_assert(dif::source_flag::kReferenceFixed == dif::destination_flag::kReferenceFixed);

/// The tags of the block behind `blocks` more.
void Skip(abi::DifTags& tags, uint8_t flags, uint64_t blocks) {
  if (flags & dif::source_flag::kApplicationIncrements) {
    tags.application = static_cast<uint16_t>(tags.application + blocks);
  }
  if (!(flags & dif::source_flag::kReferenceFixed)) {
    tags.reference = static_cast<uint32_t>(tags.reference + blocks);
  }
}

/// Reads the fields of the first blocks, and counts the blocks before the first whose field is
/// wrong; `wrong` is then what is wrong with that one. The tags go on as far.
size_t CountRight(abi::Descriptor& job, const Blocks& blocks, std::span<Field> fields,
                  uint8_t& wrong) {
  // By members: a copy of the whole would wait until they are all written.
  const Blocks read = {blocks.source, blocks.source_distance, nullptr, 0, blocks.bytes, blocks.far};
  Guards guards = {};
  if (!(job.dif.source_flags & dif::source_flag::kNoGuardCheck)) {
    MakeGuards(job, read, std::span(guards).first(fields.size()));
  }
  const uint8_t flags = job.dif.source_flags;
  const Field compared = Compared(job);
  // Nobody else refers to these, so that they stay in registers.
  abi::DifTags tags = job.dif.source;
  uint8_t mismatches = 0;
  size_t right = 0;
  for (; right < fields.size(); ++right) {
    const Field field = Load(blocks.Behind(right).source + blocks.bytes);
    fields[right] = field;
    const Field expected = FieldOf(guards[right], tags.application, tags.reference);
    mismatches = Mismatches(flags, field, (field ^ expected) & compared);
    if (mismatches != 0) break;
    Skip(tags, flags, 1);
  }
  job.dif.source = tags;
  wrong = mismatches;
  return right;
}

/// Copies blocks and makes their fields; the tags go on behind them.
/// @param from the fields that the blocks had, or null
void MakeBlocks(abi::Descriptor& job, const Blocks& blocks, size_t count, const Field* from) {
  Guards guards;
  MakeGuards(job, blocks, std::span(guards).first(count));
  abi::DifTags tags = job.dif.destination;
  const Field passed = from != nullptr ? Passed(job) : 0;
  uint8_t* field = blocks.copy + blocks.bytes;
  for (size_t i = 0; i < count; ++i, field += blocks.copy_distance) {
    const auto application = static_cast<uint16_t>(tags.application & ~tags.application_mask);
    const Field made = FieldOf(guards[i], application, tags.reference);
    Store(field, passed == 0 ? made : (made & ~passed) | (from[i] & passed));
    Skip(tags, job.dif.destination_flags, 1);
  }
  job.dif.destination = tags;
}

void CopyBlocks(const Blocks& blocks, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Blocks block = blocks.Behind(i);
    std::memcpy(block.copy, block.source, block.bytes);
  }
}

bool Checks(const abi::Descriptor& job) { return job.opcode() != Opcode::kDifInsert; }

bool Makes(const abi::Descriptor& job) {
  return job.opcode() == Opcode::kDifInsert || job.opcode() == Opcode::kDifUpdate;
}

}  // namespace

void SkipDifBlocks(abi::Descriptor& job, uint64_t blocks) {
  if (Checks(job)) Skip(job.dif.source, job.dif.source_flags, blocks);
  if (Makes(job)) Skip(job.dif.destination, job.dif.destination_flags, blocks);
}

std::optional<Status> CheckDif(const abi::Descriptor& job, const Limits&) {
  const uint64_t unit = dif::SourceUnit(job);
  if (job.transfer_size % unit != 0) return Status::kTransferSize;
  if (job.opcode() == Opcode::kDifCheck) return std::nullopt;
  const uint64_t written = job.transfer_size / unit * dif::DestinationUnit(job);
  if (Overlap(job.source, job.transfer_size, job.destination, written)) return Status::kOverlap;
  return std::nullopt;
}

abi::CompletionRecord DifRecord(const abi::Descriptor& rest) {
  auto record = RecordOf(Status::kSuccess);
  if (Checks(rest)) {
    record.dif.source_reference = rest.dif.source.reference;
    record.dif.source_application_mask = rest.dif.source.application_mask;
    record.dif.source_application = rest.dif.source.application;
  }
  if (Makes(rest)) {
    record.dif.destination_reference = rest.dif.destination.reference;
    record.dif.destination_application_mask = rest.dif.destination.application_mask;
    record.dif.destination_application = rest.dif.destination.application;
  }
  return record;
}

abi::CompletionRecord RunDif(const abi::Descriptor& whole, const Limits&) {
  abi::Descriptor job = whole;  // of the blocks that are left
  const uint32_t source_unit = dif::SourceUnit(job);
  const bool writes = job.opcode() != Opcode::kDifCheck;
  Blocks blocks = {At(job.source),
                   source_unit,
                   writes ? At(job.destination) : nullptr,
                   dif::DestinationUnit(job),
                   dif::BlockBytes(job),
                   job.transfer_size >= kFarBytes};
  const size_t all = job.transfer_size / source_unit;
  size_t done = 0;
  uint8_t wrong = 0;
  while (done < all && wrong == 0) {
    const size_t count = std::min(all - done, kGroup);
    std::array<Field, kGroup> fields;
    size_t right = count;
    if (Checks(job)) right = CountRight(job, blocks, std::span(fields).first(count), wrong);
    if (Makes(job)) {
      MakeBlocks(job, blocks, right, Checks(job) ? fields.data() : nullptr);
    } else if (writes) {
      CopyBlocks(blocks, right);
    }
    blocks = blocks.Behind(count);
    done += right;
  }
  auto record = DifRecord(job);
  if (wrong != 0) {
    record.status = static_cast<uint8_t>(Status::kDifError);
    record.result = wrong;
    record.bytes_completed = static_cast<uint32_t>(done * source_unit);
  }
  return record;
}

}  // namespace datamover::engine
