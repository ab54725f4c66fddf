#include "intel_dml/run.h"

#include <cstring>

#include "engine/kernels.h"
#include "engine/operations.h"
#include "intel_dml/job.h"

namespace datamover::intel_dml {

using abi::CompletionRecord;
using abi::Opcode;
using abi::Status;
using engine::At;
namespace flag = abi::flag;

namespace {

using Outcome = std::optional<CompletionRecord>;

/// DML counts in 32 bits, and steps over the end of almost 4 GiB. Bytes.
constexpr uint32_t kMost = 1u << 31;

constexpr uint32_t kDeltaEntry = 10;  // bytes

Outcome RunMove(const abi::Descriptor& descriptor) {
  Job job(DML_OP_MEM_MOVE);
  job->source_first_ptr = At(descriptor.source);
  job->destination_first_ptr = At(descriptor.destination);
  job->source_length = descriptor.transfer_size;
  if (!job.Execute()) return std::nullopt;
  return engine::MoveRecord(descriptor);
}

Outcome RunFill(const abi::Descriptor& descriptor) {
  Job job(DML_OP_FILL);
  std::memcpy(job->pattern, &descriptor.pattern, sizeof descriptor.pattern);
  job->destination_first_ptr = At(descriptor.destination);
  job->destination_length = descriptor.transfer_size;
  if (!job.Execute()) return std::nullopt;
  return engine::RecordOf(Status::kSuccess);
}

Outcome RunDualcast(const abi::Descriptor& descriptor) {
  Job job(DML_OP_DUALCAST);
  job->source_first_ptr = At(descriptor.source);
  job->destination_first_ptr = At(descriptor.destination);
  job->destination_second_ptr = At(descriptor.dualcast.destination2);
  job->source_length = descriptor.transfer_size;
  if (!job.Execute()) return std::nullopt;
  return engine::RecordOf(Status::kSuccess);
}

// The predicates are ours: DML has another idea of what is expected.

Outcome RunCompare(const abi::Descriptor& descriptor) {
  Job job(DML_OP_COMPARE);
  job->source_first_ptr = At(descriptor.source);
  job->source_second_ptr = At(descriptor.source2);
  job->source_length = descriptor.transfer_size;
  if (!job.Execute()) return std::nullopt;
  return engine::ComparisonRecord(descriptor,
                                  job->result == 0 ? descriptor.transfer_size : job->offset);
}

Outcome RunComparePattern(const abi::Descriptor& descriptor) {
  Job job(DML_OP_COMPARE_PATTERN);
  std::memcpy(job->pattern, &descriptor.compare_pattern, sizeof descriptor.compare_pattern);
  job->source_first_ptr = At(descriptor.source);
  job->source_length = descriptor.transfer_size;
  if (!job.Execute()) return std::nullopt;
  uint64_t offset = descriptor.transfer_size;
  if (job->result != 0) {
    // DML names the word with the difference, not always the byte.
    offset = job->offset / 8 * 8;
    offset += engine::ComparePattern(At(descriptor.source + offset), descriptor.compare_pattern,
                                     descriptor.transfer_size - offset);
  }
  return engine::ComparisonRecord(descriptor, offset);
}

Outcome RunCreateDelta(const abi::Descriptor& descriptor) {
  const uint32_t room = descriptor.create_delta.record_size;
  Job job(DML_OP_DELTA_CREATE);
  job->source_first_ptr = At(descriptor.source);
  job->source_second_ptr = At(descriptor.source2);
  job->source_length = descriptor.transfer_size;
  job->destination_first_ptr = At(descriptor.create_delta.record);
  job->destination_length = room - room % kDeltaEntry;
  // DML does not say how far it came before the record was full.
  if (!job.Execute() || job->result > 1) return std::nullopt;
  return engine::DeltaRecord(descriptor, {descriptor.transfer_size, job->destination_length});
}

Outcome RunCrc(const abi::Descriptor& descriptor) {
  const bool copies = descriptor.opcode() == Opcode::kCopyCrc;
  uint32_t crc = engine::CrcSeed(descriptor);
  Job job(copies ? DML_OP_COPY_CRC : DML_OP_CRC);
  job->source_first_ptr = At(descriptor.source);
  if (copies) job->destination_first_ptr = At(descriptor.destination);
  job->source_length = descriptor.transfer_size;
  job->crc_checksum_ptr = &crc;
  job->flags = DML_FLAG_CRC_READ_SEED;
  if (descriptor.has(flag::kCrcBypassInversion)) job->flags |= DML_FLAG_CRC_BYPASS_REFLECTION;
  if (descriptor.has(flag::kCrcBypassDataReflection)) {
    job->flags |= DML_FLAG_CRC_BYPASS_DATA_REFLECTION;
  }
  if (!job.Execute()) return std::nullopt;
  auto record = engine::RecordOf(Status::kSuccess);
  record.crc = crc;
  return record;
}

}  // namespace

Outcome Run(const abi::Descriptor& descriptor) {
  if (descriptor.transfer_size > kMost) return std::nullopt;
  switch (descriptor.opcode()) {
    case Opcode::kMemoryMove:
      return RunMove(descriptor);
    case Opcode::kFill:
      return RunFill(descriptor);
    case Opcode::kDualcast:
      return RunDualcast(descriptor);
    case Opcode::kCompare:
      return RunCompare(descriptor);
    case Opcode::kComparePattern:
      return RunComparePattern(descriptor);
    case Opcode::kCreateDelta:
      return RunCreateDelta(descriptor);
    case Opcode::kCrc:
    case Opcode::kCopyCrc:
      return RunCrc(descriptor);
    case Opcode::kDifCheck:
    case Opcode::kDifInsert:
    case Opcode::kDifStrip:
    case Opcode::kDifUpdate:
      return RunDif(descriptor);
    default:
      return std::nullopt;
  }
}

}  // namespace datamover::intel_dml
