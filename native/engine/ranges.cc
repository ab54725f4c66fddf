#include "engine/ranges.h"

#include "abi/dif.h"
#include "engine/operation_table.h"
#include "engine/operations.h"

namespace datamover::engine {

using abi::Opcode;

namespace {

/// Bytes of the destination that `bytes` of the source become.
uint64_t Written(const abi::Descriptor& job, uint64_t bytes) {
  if (!abi::dif::HasBlocks(job)) return bytes;
  return bytes / abi::dif::SourceUnit(job) * abi::dif::DestinationUnit(job);
}

}  // namespace

std::array<Range, 3> RangesOf(const abi::Descriptor& job) {
  const Operation& operation = Find(job.opcode());
  const auto range = [&operation](uint8_t operand, uint64_t address, uint64_t bytes) {
    const bool named = (operation.reads | operation.writes) & operand;
    return named ? Range{address, bytes, (operation.writes & operand) != 0} : Range{};
  };
  const uint64_t bytes = job.transfer_size;
  const bool applies = job.opcode() == Opcode::kApplyDelta;
  const bool creates = job.opcode() == Opcode::kCreateDelta;
  return {
      range(operand::kSource, job.source, applies ? job.apply_delta.record_size : bytes),
      range(operand::kDestination, job.destination, Written(job, bytes)),
      range(operand::kDestination2, job.dualcast.destination2,
            creates ? job.create_delta.record_size : bytes),
  };
}

void Skip(abi::Descriptor& job, uint64_t bytes) {
  const Operation& operation = Find(job.opcode());
  const uint8_t operands = operation.reads | operation.writes;
  job.transfer_size -= static_cast<uint32_t>(bytes);
  if (operands & operand::kSource) job.source += bytes;
  if (operands & operand::kDestination) job.destination += Written(job, bytes);
  if (operands & operand::kDestination2) job.dualcast.destination2 += bytes;
  if (abi::dif::HasBlocks(job)) SkipDifBlocks(job, bytes / abi::dif::SourceUnit(job));
}

uint64_t Grain(const abi::Descriptor& job, uint64_t otherwise) {
  return abi::dif::HasBlocks(job) ? abi::dif::SourceUnit(job) : otherwise;
}

}  // namespace datamover::engine
