#include "abi/dif.h"

#include <optional>

#include "engine/operations.h"
#include "intel_dml/job.h"
#include "intel_dml/run.h"

namespace datamover::intel_dml {

namespace dif = abi::dif;
using abi::Opcode;
using engine::At;

namespace {

dml_operation_t OperationOf(Opcode opcode) {
  switch (opcode) {
    case Opcode::kDifCheck:
      return DML_OP_DIF_CHECK;
    case Opcode::kDifInsert:
      return DML_OP_DIF_INSERT;
    case Opcode::kDifStrip:
      return DML_OP_DIF_STRIP;
    default:
      return DML_OP_DIF_UPDATE;
  }
}

/// DML does not know that a field of nothing but ones may excuse its block.
bool KnowsEscapes(const abi::Descriptor& job) {
  const uint8_t flags = job.dif.source_flags;
  return !(flags & dif::source_flag::kAllFDetect) || (flags & dif::source_flag::kAllFError);
}

/// Whether every application tag is as expected, were there no escapes. DML would compare the wrong
/// bits of them.
bool ApplicationTagsMatch(const abi::Descriptor& job) {
  abi::Descriptor rest = job;
  const uint8_t* field = At(job.source) + dif::BlockBytes(job);
  for (uint32_t done = 0; done < job.transfer_size; done += dif::SourceUnit(job)) {
    const uint32_t tag = uint32_t{field[2]} << 8 | field[3];
    const uint32_t ignored = rest.dif.source.application_mask;
    if ((tag ^ rest.dif.source.application) & ~ignored & 0xffff) return false;
    field += dif::SourceUnit(job);
    engine::SkipDifBlocks(rest, 1);
  }
  return true;
}

}  // namespace

std::optional<abi::CompletionRecord> RunDif(const abi::Descriptor& descriptor) {
  const auto& [source_flags, destination_flags, flags, reserved, source, destination] =
      descriptor.dif;
  if (descriptor.opcode() != Opcode::kDifInsert &&
      !(KnowsEscapes(descriptor) && ApplicationTagsMatch(descriptor))) {
    return std::nullopt;
  }
  Job job(OperationOf(descriptor.opcode()));
  job->source_first_ptr = At(descriptor.source);
  job->source_length = descriptor.transfer_size;
  job->destination_first_ptr = At(descriptor.destination);
  job->dif_config = {
      .flags = uint32_t{flags} << 16 | uint32_t{destination_flags} << 8 | source_flags,
      .source_reference_tag_seed = source.reference,
      .source_application_tag_seed = source.application,
      .source_application_tag_mask = 0,  // they were compared above, and DML takes it for "none"
      .destination_reference_tag_seed = destination.reference,
      .destination_application_tag_seed = destination.application,
      .destination_application_tag_mask = destination.application_mask,
      .block_size = static_cast<dml_dif_block_size_t>(flags & dif::flag::kBlockMask),
  };
  // Where it finds a field wrong DML writes nothing, the device all blocks before: ours go over it.
  if (!job.Execute()) return std::nullopt;
  abi::Descriptor rest = descriptor;
  engine::SkipDifBlocks(rest, descriptor.transfer_size / dif::SourceUnit(descriptor));
  return engine::DifRecord(rest);
}

}  // namespace datamover::intel_dml
