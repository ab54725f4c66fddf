#include <cstring>

#include "abi/dif.h"
#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {

namespace dif = abi::dif;
using abi::Opcode;
using abi::Status;

namespace {

struct Field {
  uint16_t guard;
  uint16_t application;
  uint32_t reference;
};

uint16_t LoadBig16(const uint8_t* from) { return static_cast<uint16_t>(from[0] << 8 | from[1]); }

Field Load(const uint8_t* from) {
  return {LoadBig16(from), LoadBig16(from + 2),
          uint32_t{LoadBig16(from + 4)} << 16 | LoadBig16(from + 6)};
}

void StoreBig16(uint8_t* to, uint32_t value) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}

void Store(uint8_t* to, const Field& field) {
  StoreBig16(to, field.guard);
  StoreBig16(to + 2, field.application);
  StoreBig16(to + 4, field.reference >> 16);
  StoreBig16(to + 6, field.reference);
}

uint16_t Guard(const abi::Descriptor& job, const uint8_t* block) {
  const uint16_t seed = job.dif.flags & dif::flag::kInvertSeed ? 0xffff : 0;
  const uint16_t guard = Crc16T10(seed, block, dif::BlockBytes(job));
  return job.dif.flags & dif::flag::kInvertResult ? static_cast<uint16_t>(~guard) : guard;
}

/// Whether the field says that its block is not to be checked.
bool Escapes(uint8_t flags, const Field& field) {
  if (field.application != 0xffff) return false;
  if (flags & dif::source_flag::kApplicationFDetect) return true;
  if (field.reference != 0xffff'ffff) return false;
  return flags & dif::source_flag::kApplicationReferenceFDetect ||
         (flags & dif::source_flag::kAllFDetect && field.guard == 0xffff);
}

/// A field of nothing but ones is an error where that was asked for, whatever else it means.
bool IsAllFError(uint8_t flags, const Field& field) {
  constexpr uint8_t kBoth = dif::source_flag::kAllFError | dif::source_flag::kAllFDetect;
  return (flags & kBoth) == kBoth && field.guard == 0xffff && field.application == 0xffff &&
         field.reference == 0xffff'ffff;
}

uint8_t Mismatches(const abi::Descriptor& job, const uint8_t* block, const Field& field,
                   const abi::DifTags& tags) {
  const uint8_t flags = job.dif.source_flags;
  if (IsAllFError(flags, field)) return dif::kAllF;
  if (Escapes(flags, field)) return 0;
  uint8_t wrong = 0;
  if (!(flags & dif::source_flag::kNoGuardCheck) && field.guard != Guard(job, block)) {
    wrong |= dif::kGuard;
  }
  if ((field.application ^ tags.application) & ~tags.application_mask & 0xffff) {
    wrong |= dif::kApplication;
  }
  if (!(flags & dif::source_flag::kNoReferenceCheck) && field.reference != tags.reference) {
    wrong |= dif::kReference;
  }
  return wrong;
}

/// @param from the field that the block had, or null
Field Make(const abi::Descriptor& job, const uint8_t* block, const abi::DifTags& tags,
           const Field* from) {
  const uint8_t passes = from ? job.dif.destination_flags : 0;
  return {
      passes & dif::destination_flag::kPassGuard ? from->guard : Guard(job, block),
      passes & dif::destination_flag::kPassApplication
          ? from->application
          : static_cast<uint16_t>(tags.application & ~tags.application_mask),
      passes & dif::destination_flag::kPassReference ? from->reference : tags.reference,
  };
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
  const uint32_t block_bytes = dif::BlockBytes(job);
  const uint32_t source_unit = dif::SourceUnit(job);
  const bool writes = job.opcode() != Opcode::kDifCheck;
  const uint8_t* source = At(job.source);
  uint8_t* destination = At(job.destination);
  uint32_t done = 0;
  uint8_t wrong = 0;
  for (; done < whole.transfer_size; done += source_unit) {
    Field field = {};
    if (Checks(job)) {
      field = Load(source + block_bytes);
      wrong = Mismatches(job, source, field, job.dif.source);
      if (wrong != 0) break;
    }
    if (writes) {
      std::memcpy(destination, source, block_bytes);
      if (Makes(job)) {
        // The guard is that of the copy, even if the source changes meanwhile.
        const Field* const from = Checks(job) ? &field : nullptr;
        Store(destination + block_bytes, Make(job, destination, job.dif.destination, from));
      }
      destination += dif::DestinationUnit(job);
    }
    source += source_unit;
    SkipDifBlocks(job, 1);
  }
  auto record = DifRecord(job);
  if (wrong != 0) {
    record.status = static_cast<uint8_t>(Status::kDifError);
    record.result = wrong;
    record.bytes_completed = done;
  }
  return record;
}

}  // namespace datamover::engine
