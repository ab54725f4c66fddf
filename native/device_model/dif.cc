#include "abi/dif.h"

#include <cstddef>
#include <span>

#include "device_model/operations.h"

// T10 data integrity fields: behind each block a guard, an application tag and a reference tag,
// big-endian.
namespace datamover::device_model {

using abi::Opcode;
using abi::Status;
using Access = Memory::Access;

namespace {

using namespace abi::dif;

struct Field {
  uint16_t guard;
  uint16_t application;
  uint32_t reference;
};

Field Parse(std::span<const uint8_t> bytes) {
  return {static_cast<uint16_t>(bytes[0] << 8 | bytes[1]),
          static_cast<uint16_t>(bytes[2] << 8 | bytes[3]),
          uint32_t{bytes[4]} << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7]};
}

void Append(std::vector<uint8_t>& bytes, const Field& field) {
  for (int shift = 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<uint8_t>(field.guard >> shift));
  }
  for (int shift = 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<uint8_t>(field.application >> shift));
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<uint8_t>(field.reference >> shift));
  }
}

uint16_t Guard(const abi::Descriptor& job, std::span<const uint8_t> block) {
  uint16_t state = job.dif.flags & flag::kInvertSeed ? 0xffff : 0;
  for (const uint8_t byte : block) {
    state ^= static_cast<uint16_t>(byte << 8);
    for (int bit = 0; bit < 8; ++bit) {
      state = static_cast<uint16_t>(state << 1 ^ (state & 0x8000 ? 0x8bb7 : 0));
    }
  }
  return job.dif.flags & flag::kInvertResult ? static_cast<uint16_t>(~state) : state;
}

/// The tags that a block has, or is to have, and how they go on.
struct Tags {
  explicit Tags(const abi::DifTags& tags)
      : reference(tags.reference), mask(tags.application_mask), application(tags.application) {}

  void Next(bool application_increments, bool reference_fixed) {
    if (application_increments) ++application;
    if (!reference_fixed) ++reference;
  }

  uint32_t reference;
  uint16_t mask;
  uint16_t application;
};

/// Whether the field says that its block is not to be checked.
bool Escapes(const abi::Descriptor& job, const Field& field) {
  const uint8_t flags = job.dif.source_flags;
  const bool application = field.application == 0xffff;
  const bool reference = field.reference == 0xffff'ffff;
  if (flags & source_flag::kAllFDetect && application && reference && field.guard == 0xffff) {
    return true;
  }
  if (flags & source_flag::kApplicationReferenceFDetect && application && reference) return true;
  return flags & source_flag::kApplicationFDetect && application;
}

uint8_t Check(const abi::Descriptor& job, std::span<const uint8_t> block, const Field& field,
              const Tags& tags) {
  const uint8_t flags = job.dif.source_flags;
  const bool ones =
      field.guard == 0xffff && field.application == 0xffff && field.reference == 0xffff'ffff;
  constexpr uint8_t kForbidden = source_flag::kAllFDetect | source_flag::kAllFError;
  if (ones && (flags & kForbidden) == kForbidden) return kAllF;
  if (Escapes(job, field)) return 0;
  uint8_t wrong = 0;
  if (!(flags & source_flag::kNoGuardCheck) && field.guard != Guard(job, block)) wrong |= kGuard;
  const auto relevant = static_cast<uint16_t>(~tags.mask);
  if ((field.application & relevant) != (tags.application & relevant)) wrong |= kApplication;
  if (!(flags & source_flag::kNoReferenceCheck) && field.reference != tags.reference) {
    wrong |= kReference;
  }
  return wrong;
}

Field Made(const abi::Descriptor& job, std::span<const uint8_t> block, const Tags& tags,
           const Field* from) {
  Field made = {Guard(job, block), static_cast<uint16_t>(tags.application & ~tags.mask),
                tags.reference};
  const uint8_t flags = job.dif.destination_flags;
  if (from && flags & destination_flag::kPassGuard) made.guard = from->guard;
  if (from && flags & destination_flag::kPassApplication) made.application = from->application;
  if (from && flags & destination_flag::kPassReference) made.reference = from->reference;
  return made;
}

}  // namespace

void Dif(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t block = BlockBytes(job);
  const bool insert = job.opcode() == Opcode::kDifInsert;
  const bool makes = insert || job.opcode() == Opcode::kDifUpdate;
  const bool writes = job.opcode() != Opcode::kDifCheck;
  const uint64_t unit = insert ? block : block + kFieldBytes;

  const uint64_t reached = run.Reach({{job.source, Access::kRead}}, job.transfer_size, unit);
  const auto data = run.Fetch(job.source, reached);
  Tags source(job.dif.source);
  Tags destination(job.dif.destination);
  std::vector<uint8_t> written;
  uint64_t done = 0;
  uint8_t wrong = 0;
  for (; done + unit <= data.size(); done += unit) {
    const std::span<const uint8_t> bytes(&data[done], block);
    Field field = {};
    if (!insert) {
      field = Parse({&data[done + block], kFieldBytes});
      wrong = Check(job, bytes, field, source);
      if (wrong != 0) break;
      source.Next(job.dif.source_flags & source_flag::kApplicationIncrements,
                  job.dif.source_flags & source_flag::kReferenceFixed);
    }
    if (writes) written.insert(written.end(), bytes.begin(), bytes.end());
    if (makes) {
      Append(written, Made(job, bytes, destination, insert ? nullptr : &field));
      destination.Next(job.dif.destination_flags & destination_flag::kApplicationIncrements,
                       job.dif.destination_flags & destination_flag::kReferenceFixed);
    }
  }
  if (wrong != 0) {
    run.record = {};
    run.Fail(Status::kDifError, done);
    run.record.result = wrong;
  }
  if (writes && run.memory.Write(job.destination, written) < written.size()) {
    // Back to where nothing was written: all of it is to be done again.
    source = Tags(job.dif.source);
    destination = Tags(job.dif.destination);
    run.Stop(0, job.destination, Access::kWrite);
  }
  if (!run.stopped()) run.Succeed();
  if (!insert) {
    run.record.dif.source_reference = source.reference;
    run.record.dif.source_application_mask = source.mask;
    run.record.dif.source_application = source.application;
  }
  if (makes) {
    run.record.dif.destination_reference = destination.reference;
    run.record.dif.destination_application_mask = destination.mask;
    run.record.dif.destination_application = destination.application;
  }
}

}  // namespace datamover::device_model
